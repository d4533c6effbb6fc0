// A comparison in one plain sentence.
using System.Globalization;

namespace Tlpipe.Text.Statistics;

/// <summary>Describes a difference and its certainty.</summary>
public static class ComparisonSentence
{
    /// <summary>
    /// One sentence in points (hundredths): which option is better and by how much, the interval, how much seeds vary, and whether the
    /// interval leaves open which is better.
    /// </summary>
    /// <param name="name">What is compared.</param>
    /// <param name="baseline">What it is compared with.</param>
    /// <param name="difference">Its figure less the baseline's.</param>
    /// <param name="interval">The difference's 95 % interval; null where there is one run and one set of rows.</param>
    /// <param name="seedDeviation">The standard deviation over seeds; null with one.</param>
    /// <param name="figure">The figure that differs, if it needs naming; null for none.</param>
    public static string Of(string name, string baseline, double difference, Interval? interval, double? seedDeviation, string? figure = null)
    {
        var open = interval is { } around && around.Contains(0);
        var text = difference == 0 ? $"{name} is as good as {baseline}" : $"{name} is {(difference > 0 ? "better" : "worse")} than {baseline} by {Points(Math.Abs(difference))} points{(figure is null ? "" : $" of {figure}")}";
        if (interval is { } ends)
        {
            var (low, high) = difference < 0 ? (-ends.High, -ends.Low) : (ends.Low, ends.High);
            text += $", 95 % interval {Points(low)} to {Points(high)}";
            if (open)
                text += ", which leaves open who is better";
        }
        return text + (seedDeviation is { } deviation ? $"; seeds vary by {Points(deviation)}" : "; one seed, so how much seeds vary is not known");
    }

    private static string Points(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
