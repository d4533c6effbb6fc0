// How far off a share or a mean may be.
using MathNet.Numerics.Distributions;

namespace Tlpipe.Text.Statistics;

/// <summary>Where a figure lies with the given confidence.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether a value lies in it.</summary>
    public bool Contains(double value) => value >= Low && value <= High;
}

/// <summary>Intervals of shares and means.</summary>
public static class Intervals
{
    /// <summary>Wilson's interval (1927) of a share.</summary>
    /// <param name="hits">The hits among <paramref name="rows"/> rows.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="confidence">0 to 1.</param>
    public static Interval Wilson(long hits, long rows, double confidence = 0.95)
    {
        Check(hits, rows);
        var z = Normal.InvCDF(0, 1, (1 + confidence) / 2);
        var (share, spread) = ((double)hits / rows, z * z / rows);
        var center = (share + spread / 2) / (1 + spread);
        var half = z * Math.Sqrt(share * (1 - share) / rows + spread / (4 * rows)) / (1 + spread);
        return new Interval(center - half, center + half);
    }

    /// <summary>Clopper and Pearson's exact interval (1934) of a share, which is never too short.</summary>
    /// <inheritdoc cref="Wilson" path="/param"/>
    public static Interval ClopperPearson(long hits, long rows, double confidence = 0.95)
    {
        Check(hits, rows);
        var tail = (1 - confidence) / 2;
        return new Interval(
            hits == 0 ? 0 : Beta.InvCDF(hits, rows - hits + 1, tail),
            hits == rows ? 1 : Beta.InvCDF(hits + 1, rows - hits, 1 - tail));
    }

    /// <summary>Student's interval (1908) of a mean.</summary>
    /// <param name="values">At least two.</param>
    /// <param name="confidence">0 to 1.</param>
    public static Interval OfMean(IReadOnlyList<double> values, double confidence = 0.95)
    {
        var sample = Sample.Of(values);
        var half = StudentT.InvCDF(0, 1, sample.Count - 1, (1 + confidence) / 2) * sample.StandardError;
        return new Interval(sample.Mean - half, sample.Mean + half);
    }

    private static void Check(long hits, long rows)
    {
        if (rows < 1 || hits < 0 || hits > rows)
            throw new ArgumentOutOfRangeException(nameof(hits), $"{hits} of {rows} is not a share");
    }
}

/// <summary>A sample's mean and spread.</summary>
/// <param name="Count">Its values.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="StandardDeviation">Their standard deviation, n - 1 in the denominator.</param>
public sealed record Sample(int Count, double Mean, double StandardDeviation)
{
    /// <summary>The standard error of the mean.</summary>
    public double StandardError => StandardDeviation / Math.Sqrt(Count);

    /// <summary>The figures of at least two values.</summary>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public static Sample Of(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            throw new ArgumentException($"{values.Count} values have no spread; two are the least", nameof(values));
        var mean = values.Average();
        return new Sample(values.Count, mean, Math.Sqrt(values.Sum(x => (x - mean) * (x - mean)) / (values.Count - 1)));
    }
}
