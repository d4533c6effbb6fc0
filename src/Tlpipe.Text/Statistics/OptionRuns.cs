// Two options of an experiment, each run under one or several seeds, and how they differ.
using MathNet.Numerics.Distributions;

namespace Tlpipe.Text.Statistics;

/// <summary>One option of an experiment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Runs">Its runs by name (seeds); the value is the figure that is compared, and the rows behind it where there are any.</param>
public sealed record OptionRuns(string Name, IReadOnlyDictionary<string, (double Figure, ScoredRows? Rows)> Runs)
{
    /// <summary>Whether it does not depend on a seed, so that one run tells everything: a classifier that is solved exactly.</summary>
    public bool IsExact { get; init; }

    /// <summary>The figures, in the runs' order.</summary>
    public double[] Figures => [.. Runs.Values.Select(run => run.Figure)];

    /// <summary>The mean over runs.</summary>
    public double Mean => Figures.Average();

    /// <summary>The standard deviation over runs; null with one.</summary>
    public double? Deviation => Runs.Count < 2 ? null : Sample.Of(Figures).StandardDeviation;

    /// <summary>Student's 95 % interval of the mean over runs; null with one.</summary>
    public Interval? Interval => Runs.Count < 2 ? null : Intervals.OfMean(Figures);
}

/// <summary>How an option differs from another.</summary>
/// <param name="Name">The option.</param>
/// <param name="Against">The other.</param>
/// <param name="Difference">The mean figure less the other's; where less is better, the other's less the option's.</param>
public sealed record OptionDifference(string Name, string Against, double Difference)
{
    /// <summary>
    /// The 95 % interval. With one run each: BCa's over rows. With several: Student's, from the variance that rows cause (bootstrap of the mean over
    /// runs) and the variance that seeds cause together, with Satterthwaite's degrees of freedom. Null where there is neither.
    /// </summary>
    public Interval? Interval { get; init; }

    /// <summary>The p-value of the difference that goes with <see cref="Interval"/>; with one run each, McNemar's mid-p. Null if there is no such test.</summary>
    public double? P { get; init; }

    /// <summary><see cref="P"/> after Holm's correction for all comparisons that were made.</summary>
    public double? HolmP { get; init; }

    /// <summary><see cref="P"/> after Benjamini and Hochberg's correction.</summary>
    public double? BenjaminiHochbergP { get; init; }

    /// <summary>How much the difference varies with the seed; unpaired runs: how much their figures do. Null with one run.</summary>
    public double? SeedDeviation { get; init; }

    /// <summary>Runs that both have.</summary>
    public int PairedRuns { get; init; }

    /// <summary>Student's test over seeds, paired where runs have the same names, else Welch's.</summary>
    public double? TOverSeedsP { get; init; }

    /// <summary>Wilcoxon's signed-rank test over seeds.</summary>
    public double? WilcoxonP { get; init; }

    /// <summary>McNemar's exact test of the rows; only with one run each.</summary>
    public double? McNemarExactP { get; init; }

    /// <summary>McNemar's mid-p; only with one run each.</summary>
    public double? McNemarMidP { get; init; }

    /// <summary>Fisher's exact test of the two accuracies; only with one run each, over other rows.</summary>
    public double? FisherExactP { get; init; }

    /// <summary>Whether both were evaluated on the same rows; null where the rows behind the figures were not kept.</summary>
    public RowsRelation? Rows { get; init; }

    /// <summary>BCa's interval over rows, seeds as they are; null where the rows are not the same.</summary>
    public Interval? OverRows { get; init; }

    /// <summary>Whether the corrected p-value is below 5 %.</summary>
    public bool IsReal => HolmP < 0.05;

    /// <summary>The difference and its certainty in words.</summary>
    /// <param name="figure">What is compared.</param>
    public string Sentence(string figure) =>
        ComparisonSentence.Of(Name, Against, Difference, Interval, SeedDeviation, figure) + Rows switch
        {
            RowsRelation.Different => "; they were not evaluated on the same rows and are compared as independent samples",
            RowsRelation.Unknown => "; whether they were evaluated on the same rows is not known, so they are compared as independent samples",
            _ => "",
        };
}

/// <summary>Compares options.</summary>
public static class OptionComparison
{
    /// <summary>All pairs of options, each with the one before it in the list, p-values corrected for all of them together.</summary>
    /// <param name="options">The options; the first of a pair is the one that the other is compared with.</param>
    /// <param name="metric">The figure's name: <c>accuracy</c>.</param>
    /// <param name="resamples">Draws of the bootstrap.</param>
    public static IReadOnlyList<OptionDifference> Pairs(IReadOnlyList<OptionRuns> options, string metric, int resamples = 2000)
    {
        var found = new List<OptionDifference>();
        for (var first = 0; first < options.Count; first++)
            for (var second = first + 1; second < options.Count; second++)
                found.Add(Of(options[second], options[first], metric, resamples));
        int[] tested = [.. Enumerable.Range(0, found.Count).Where(i => found[i].P is not null)];
        var holm = MultipleTests.Holm([.. tested.Select(i => found[i].P!.Value)]);
        var rate = MultipleTests.BenjaminiHochberg([.. tested.Select(i => found[i].P!.Value)]);
        for (var i = 0; i < tested.Length; i++)
            found[tested[i]] = found[tested[i]] with { HolmP = holm[i], BenjaminiHochbergP = rate[i] };
        return found;
    }

    /// <summary>One pair.</summary>
    public static OptionDifference Of(OptionRuns option, OptionRuns against, string metric, int resamples = 2000)
    {
        var sign = ScoredRows.LessIsBetter(metric) ? -1 : 1;
        var difference = new OptionDifference(option.Name, against.Name, sign * (option.Mean - against.Mean));
        var paired = option.Runs.Keys.Where(run => against.Runs.TryGetValue(run, out var other) && ArePairs(option.Runs[run].Rows, other.Rows)).ToList();
        var relation = PairedRows.Relation(option.Runs.Values.Concat(against.Runs.Values).Select(run => run.Rows));
        difference = OverSeeds(difference, option, against, paired);
        difference = difference with { PairedRuns = paired.Count, Rows = relation };
        var rows = ScoredRows.Metric(metric) is { } known && relation == RowsRelation.Same ? OverRows(option, against, known, sign, resamples) : null;
        if (relation is RowsRelation.Different or RowsRelation.Unknown && ScoredRows.Metric(metric) is { } figure)
            return option.Runs.Count == 1 && against.Runs.Count == 1
                ? IndependentRows.OfOneRun(difference, option.Runs.Values.Single().Rows!, against.Runs.Values.Single().Rows!, figure, resamples)
                : Combined(difference, option, against, paired, IndependentRows.Deviation(option, against, figure, resamples));
        difference = difference with { OverRows = rows?.Interval };
        if (option.Runs.Count == 1 && against.Runs.Count == 1)
            return rows is null ? difference : OfOneRun(difference, option.Runs.Values.Single().Rows!, against.Runs.Values.Single().Rows!, rows, metric);
        return Combined(difference, option, against, paired, rows?.Deviation ?? 0);
    }

    private static OptionDifference OverSeeds(OptionDifference difference, OptionRuns option, OptionRuns against, List<string> paired)
    {
        if (paired.Count > 1)
        {
            double[] x = [.. paired.Select(run => option.Runs[run].Figure)], y = [.. paired.Select(run => against.Runs[run].Figure)];
            return difference with
            {
                SeedDeviation = Sample.Of([.. x.Zip(y, (a, b) => a - b)]).StandardDeviation,
                TOverSeedsP = SeedTests.PairedT(x, y),
                WilcoxonP = SeedTests.Wilcoxon(x, y),
            };
        }
        return option.Deviation is { } u && against.Deviation is { } v
            ? difference with { SeedDeviation = Math.Sqrt((u * u + v * v) / 2), TOverSeedsP = SeedTests.Welch(option.Figures, against.Figures) }
            : difference with { SeedDeviation = option.Deviation ?? against.Deviation };
    }

    /// <summary>Whether runs of one name are a pair. Where no rows were kept their name says so.</summary>
    private static bool ArePairs(ScoredRows? option, ScoredRows? against) => PairedRows.Relation([option, against]) is null or RowsRelation.Same;

    /// <summary>The bootstrap over rows of the difference of the means over runs, all over the same rows; null where most draws do not have the figure.</summary>
    private static BootstrapDifference? OverRows(OptionRuns option, OptionRuns against, ClassificationMetric metric, int sign, int resamples)
    {
        var runs = PairedRows.InOneOrder(option.Runs.Values.Concat(against.Runs.Values).Select(run => run.Rows!));
        if (runs[0].Count < 2)
            return null;
        var (x, y) = (runs[..option.Runs.Count], runs[option.Runs.Count..]);
        if (x[0].OfRows(metric) is not null)
        {
            double[][] values = [.. runs.Select(rows => rows.OfRows(metric)!)];
            return RowBootstrap.OfMean([.. Enumerable.Range(0, runs[0].Count).Select(row =>
                sign * (values[..x.Count].Average(of => of[row]) - values[x.Count..].Average(of => of[row])))], resamples);
        }
        var drawn = PairedBootstrap.Of(
            runs[0].Count, chosen => sign * (x.Average(rows => rows.Take(chosen)[metric]) - y.Average(rows => rows.Take(chosen)[metric])), resamples);
        return double.IsFinite(drawn.Deviation) ? drawn : null;
    }

    private static OptionDifference OfOneRun(OptionDifference difference, ScoredRows option, ScoredRows against, BootstrapDifference rows, string metric)
    {
        var paired = PairedRows.InOneOrder([option, against]);
        var test = McNemar.Of(Right(paired[0]), Right(paired[1]));
        var z = rows.Deviation == 0 ? 0 : Math.Abs(difference.Difference) / rows.Deviation;
        return difference with
        {
            Interval = rows.Interval,
            McNemarExactP = test.ExactP,
            McNemarMidP = test.MidP,
            P = metric == "accuracy" ? test.MidP : rows.Deviation == 0 ? 1 : 2 * Normal.CDF(0, 1, -z),
        };
    }

    private static bool[] Right(ScoredRows rows) => [.. rows.Labels.Zip(rows.Answers, (label, answer) => label == answer)];

    /// <summary>
    /// The variance that seeds cause in each mean. A single run does not show it, so it is assumed as large as the other option's unless nothing is random:
    /// assuming zero would turn any single run's luck into a real difference.
    /// </summary>
    private static List<(double Variance, double Freedom)> OfUnpaired(OptionRuns option, OptionRuns against)
    {
        if (option.Deviation is { } own && against.Deviation is { } other)
            return [(own * own / option.Runs.Count, option.Runs.Count - 1), (other * other / against.Runs.Count, against.Runs.Count - 1)];
        var (several, single) = option.Runs.Count > 1 ? (option, against) : (against, option);
        if (several.Deviation is not { } deviation)
            return [];
        var variance = deviation * deviation;
        return [(variance * (1.0 / several.Runs.Count + (single.IsExact ? 0 : 1)), several.Runs.Count - 1)];
    }

    /// <summary>Seeds and rows are two sources of chance, and both count.</summary>
    private static OptionDifference Combined(OptionDifference difference, OptionRuns option, OptionRuns against, List<string> paired, double rowsDeviation)
    {
        List<(double Variance, double Freedom)> parts = paired.Count > 1
            ? [(Math.Pow(difference.SeedDeviation!.Value, 2) / paired.Count, paired.Count - 1)]
            : OfUnpaired(option, against);
        var seeds = parts.Sum(part => part.Variance);
        var variance = seeds + rowsDeviation * rowsDeviation;
        if (variance == 0)
            return difference with { P = difference.Difference == 0 ? 1 : 0, Interval = new Interval(difference.Difference, difference.Difference) };
        // What rows cause is known from thousands of them, so only seeds cost degrees of freedom.
        var spent = parts.Sum(part => part.Variance * part.Variance / part.Freedom);
        var freedom = spent == 0 ? 1e9 : Math.Min(1e9, variance * variance / spent);
        var half = StudentT.InvCDF(0, 1, freedom, 0.975) * Math.Sqrt(variance);
        return difference with
        {
            Interval = new Interval(difference.Difference - half, difference.Difference + half),
            P = 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(difference.Difference) / Math.Sqrt(variance)),
        };
    }
}
