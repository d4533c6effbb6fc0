// A comparison in one plain sentence.
using System.Globalization;

namespace Tlpipe.Text.Statistics;

/// <summary>Says what a difference comes to and how sure it is.</summary>
public static class ComparisonSentence
{
    /// <summary>
    /// One sentence in points (hundredths): which is better by how much, where that lies, how much seeds vary, and whether the
    /// interval leaves it open who is better.
    /// </summary>
    /// <param name="name">What is compared.</param>
    /// <param name="baseline">With what.</param>
    /// <param name="difference">Its figure less the baseline's.</param>
    /// <param name="interval">The difference's 95 % interval; null where there is one run and one set of rows.</param>
    /// <param name="seedDeviation">The standard deviation over seeds; null with one.</param>
    /// <param name="figure">Of what it is a difference, where that is not plain; null names none.</param>
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
