// Whether probabilities mean what they say.
namespace Tlpipe.Text.Statistics;

/// <summary>Rows whose answer was about as sure.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Confidence">Their mean probability of the answered class.</param>
/// <param name="Accuracy">The share of them that is right.</param>
public sealed record ReliabilityBin(int Rows, double Confidence, double Accuracy);

/// <summary>Figures of probabilities, <c>[rows][classes]</c>, each row's sum 1.</summary>
public static class Calibration
{
    /// <summary>The mean of -log p of the right class; p is kept off 0 by double's epsilon, as in scikit-learn.</summary>
    public static double LogLoss(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> labels)
    {
        Check(probabilities, labels);
        const double Epsilon = 2.220446049250313e-16;
        return Enumerable.Range(0, labels.Count).Average(row => -Math.Log(Math.Clamp(probabilities[row][labels[row]], Epsilon, 1 - Epsilon)));
    }

    /// <summary>Brier's score (1950) of a yes-or-no answer: the mean squared distance of its probability from 0 or 1.</summary>
    public static double Brier(IReadOnlyList<double> positive, IReadOnlyList<bool> labels)
    {
        if (positive.Count != labels.Count || labels.Count == 0)
            throw new ArgumentException($"{positive.Count} probabilities and {labels.Count} labels give no score", nameof(labels));
        return Enumerable.Range(0, labels.Count).Average(row => Math.Pow(positive[row] - (labels[row] ? 1 : 0), 2));
    }

    /// <summary>Rows by the probability of the answered class, in bins of equal width; bins without rows are left out.</summary>
    public static IReadOnlyList<ReliabilityBin> Reliability(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> labels, int bins = 15)
    {
        Check(probabilities, labels);
        return [.. Enumerable.Range(0, labels.Count)
            .Select(row => (Answer: Highest(probabilities[row]), Row: row))
            .Select(x => (Confidence: probabilities[x.Row][x.Answer], IsRight: x.Answer == labels[x.Row]))
            // A bin holds its upper bound: (0, 1/15], (1/15, 2/15], …
            .GroupBy(x => Math.Clamp((int)Math.Ceiling(x.Confidence * bins) - 1, 0, bins - 1))
            .OrderBy(bin => bin.Key)
            .Select(bin => new ReliabilityBin(bin.Count(), bin.Average(x => x.Confidence), bin.Average(x => x.IsRight ? 1.0 : 0)))];
    }

    /// <summary>The expected calibration error (Naeini et al. 2015): the mean distance between a bin's confidence and its accuracy, weighted by the bin's rows.</summary>
    public static double ExpectedError(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> labels, int bins = 15) =>
        Reliability(probabilities, labels, bins).Sum(bin => bin.Rows * Math.Abs(bin.Confidence - bin.Accuracy)) / labels.Count;

    private static int Highest(double[] probabilities) => Array.IndexOf(probabilities, probabilities.Max());

    private static void Check(IReadOnlyList<double[]> probabilities, IReadOnlyList<int> labels)
    {
        if (probabilities.Count != labels.Count || labels.Count == 0)
            throw new ArgumentException($"{probabilities.Count} rows of probabilities and {labels.Count} labels give no score", nameof(labels));
    }
}
