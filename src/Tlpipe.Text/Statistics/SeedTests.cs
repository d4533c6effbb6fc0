// Whether two options differ by more than seeds do.
using MathNet.Numerics.Distributions;

namespace Tlpipe.Text.Statistics;

/// <summary>Two-sided tests of the same figure of several runs.</summary>
public static class SeedTests
{
    // 2^20 signs are counted in a blink; beyond, the normal distribution is close enough.
    private const int MostPairsCounted = 20;

    /// <summary>Student's test of paired runs: the same seeds in both.</summary>
    /// <returns>The p-value; 1 where no pair differs, 0 where all differ by exactly the same.</returns>
    public static double PairedT(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var sample = Sample.Of(Differences(first, second));
        if (sample.StandardDeviation == 0)
            return sample.Mean == 0 ? 1 : 0;
        return TwoSided(sample.Mean / sample.StandardError, sample.Count - 1);
    }

    /// <summary>Welch's test (1947) of runs that are not paired.</summary>
    /// <returns>The p-value; 1 where means are equal and nothing varies, 0 where they differ and nothing varies.</returns>
    public static double Welch(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var (x, y) = (Sample.Of(first), Sample.Of(second));
        var (u, v) = (x.StandardError * x.StandardError, y.StandardError * y.StandardError);
        if (u + v == 0)
            return x.Mean == y.Mean ? 1 : 0;
        var freedom = (u + v) * (u + v) / (u * u / (x.Count - 1) + v * v / (y.Count - 1));
        return TwoSided((x.Mean - y.Mean) / Math.Sqrt(u + v), freedom);
    }

    /// <summary>
    /// Wilcoxon's signed-rank test (1945) of paired runs; pairs without a difference are left out, and equal differences share their
    /// rank. Exact up to 20 pairs, then by the normal distribution with the correction for equal ranks.
    /// </summary>
    /// <returns>The p-value; 1 where no pair differs.</returns>
    public static double Wilcoxon(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        var differences = Differences(first, second).Where(d => d != 0).ToArray();
        if (differences.Length == 0)
            return 1;
        var ranks = Ranks(Array.ConvertAll(differences, Math.Abs));
        var positive = Enumerable.Range(0, ranks.Length).Where(i => differences[i] > 0).Sum(i => ranks[i]);
        var total = ranks.Sum();
        var less = Math.Min(positive, total - positive);
        if (ranks.Length <= MostPairsCounted)
            return Math.Min(1, 2.0 * SignsAtMost(ranks, less) / Math.Pow(2, ranks.Length));
        var deviation = Math.Sqrt(ranks.Sum(rank => rank * rank) / 4);
        return 2 * Normal.CDF(0, 1, (less - total / 2) / deviation);
    }

    /// <summary>How many choices of signs give a sum of positive ranks of at most so much.</summary>
    private static long SignsAtMost(double[] ranks, double sum)
    {
        // Shared ranks are halves of whole numbers.
        var ways = new long[(int)Math.Round(2 * ranks.Sum()) + 1];
        ways[0] = 1;
        foreach (var rank in ranks)
            for (var s = ways.Length - 1; s >= (int)Math.Round(2 * rank); s--)
                ways[s] += ways[s - (int)Math.Round(2 * rank)];
        return ways.Take((int)Math.Round(2 * sum) + 1).Sum();
    }

    private static double[] Ranks(double[] values)
    {
        var ranks = new double[values.Length];
        var below = 0;
        foreach (var group in Enumerable.Range(0, values.Length).GroupBy(i => values[i]).OrderBy(group => group.Key))
        {
            var equals = group.ToList();
            foreach (var i in equals)
                ranks[i] = below + (equals.Count + 1) / 2.0;
            below += equals.Count;
        }
        return ranks;
    }

    private static double[] Differences(IReadOnlyList<double> first, IReadOnlyList<double> second) => first.Count == second.Count
        ? [.. first.Zip(second, (x, y) => x - y)]
        : throw new ArgumentException($"{first.Count} and {second.Count} runs are not pairs", nameof(second));

    private static double TwoSided(double t, double freedom) => 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t));
}
