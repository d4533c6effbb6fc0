// The difference of two results that are not of the same rows: two independent samples.
using MathNet.Numerics;
using MathNet.Numerics.Distributions;

namespace Tlpipe.Text.Statistics;

/// <summary>Compares results of other rows.</summary>
public static class IndependentRows
{
    // Probabilities within this factor of the observed one are equal to it but for rounding (R's fisher.test, SciPy's fisher_exact).
    private const double Rounding = 1 + 1e-7;

    /// <summary>Fisher's exact test (1935) of two shares: the probability of tables that are at most as likely as this one.</summary>
    /// <param name="hits">The hits of the first.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="otherHits">The hits of the second.</param>
    /// <param name="otherRows">Its rows.</param>
    public static double FisherExact(int hits, int rows, int otherHits, int otherRows)
    {
        var all = hits + otherHits;
        double Logarithm(int first) => SpecialFunctions.BinomialLn(rows, first) + SpecialFunctions.BinomialLn(otherRows, all - first);
        var (observed, total) = (Logarithm(hits), SpecialFunctions.BinomialLn(rows + otherRows, all));
        var sum = 0.0;
        for (var first = Math.Max(0, all - otherRows); first <= Math.Min(rows, all); first++)
            if (Logarithm(first) <= observed + Math.Log(Rounding))
                sum += Math.Exp(Logarithm(first) - total);
        return Math.Min(1, sum);
    }

    /// <summary>Newcombe's 95 % interval (1998, method 10) of the difference of two shares, from Wilson's interval of each.</summary>
    /// <inheritdoc cref="FisherExact" path="/param"/>
    public static Interval Newcombe(int hits, int rows, int otherHits, int otherRows)
    {
        var (share, other) = ((double)hits / rows, (double)otherHits / otherRows);
        var (own, others) = (Intervals.Wilson(hits, rows), Intervals.Wilson(otherHits, otherRows));
        var difference = share - other;
        return new Interval(
            difference - Math.Sqrt(Math.Pow(share - own.Low, 2) + Math.Pow(others.High - other, 2)),
            difference + Math.Sqrt(Math.Pow(own.High - share, 2) + Math.Pow(other - others.Low, 2)));
    }

    /// <summary>One run each: of accuracies Newcombe's interval and Fisher's test, of other figures the normal distribution with the bootstrap's deviation of each.</summary>
    internal static OptionDifference OfOneRun(OptionDifference difference, ScoredRows option, ScoredRows against, ClassificationMetric metric, int resamples)
    {
        if (metric == ClassificationMetric.Accuracy)
        {
            var (hits, others) = (Hits(option), Hits(against));
            var p = FisherExact(hits, option.Count, others, against.Count);
            return difference with { Interval = Newcombe(hits, option.Count, others, against.Count), FisherExactP = p, P = p };
        }
        if (Deviation(option, metric, resamples) is not { } own || Deviation(against, metric, resamples) is not { } other)
            return difference;
        var deviation = Math.Sqrt(own * own + other * other);
        var half = Normal.InvCDF(0, 1, 0.975) * deviation;
        return difference with
        {
            Interval = new Interval(difference.Difference - half, difference.Difference + half),
            P = deviation == 0 ? difference.Difference == 0 ? 1 : 0 : 2 * Normal.CDF(0, 1, -Math.Abs(difference.Difference) / deviation),
        };
    }

    /// <summary>How much rows make the difference of the means over runs vary.</summary>
    internal static double Deviation(OptionRuns option, OptionRuns against, ClassificationMetric metric, int resamples)
    {
        var (own, other) = (OverRuns(option, metric, resamples), OverRuns(against, metric, resamples));
        return Math.Sqrt(own * own + other * other);
    }

    /// <summary>Runs over the same rows share what rows cause; runs over rows of their own vary by it already.</summary>
    private static double OverRuns(OptionRuns option, ClassificationMetric metric, int resamples)
    {
        List<ScoredRows> runs = [.. option.Runs.Values.Select(run => run.Rows!)];
        return PairedRows.Relation(runs) == RowsRelation.Different ? 0 : runs.Average(rows => Deviation(rows, metric, resamples) ?? 0);
    }

    private static double? Deviation(ScoredRows rows, ClassificationMetric metric, int resamples)
    {
        if (rows.Count < 2)
            return null;
        var drawn = rows.OfRows(metric) is { } values ? RowBootstrap.OfMean(values, resamples) : PairedBootstrap.Of(rows.Count, chosen => rows.Take(chosen)[metric], resamples);
        return double.IsFinite(drawn.Deviation) ? drawn.Deviation : null;
    }

    private static int Hits(ScoredRows rows) => rows.Labels.Where((label, row) => rows.Answers[row] == label).Count();
}
