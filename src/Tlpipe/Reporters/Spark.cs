// Small drawings of characters for a line of a terminal.
namespace Tlpipe.Reporters;

/// <summary>How far something is, and how a figure went.</summary>
internal static class Spark
{
    private const int BarWidth = 10;
    private const int LineWidth = 12;
    private const string Steps = "▁▂▃▄▅▆▇█";

    /// <summary>A bar of ten characters.</summary>
    public static string Bar(long done, long total)
    {
        var full = total <= 0 ? 0 : (int)Math.Clamp(BarWidth * done / total, 0, BarWidth);
        return new string('█', full) + new string('░', BarWidth - full);
    }

    /// <summary>Values from the lowest to the highest block; of many each character is the mean of its share. What is no number is a gap.</summary>
    public static string Line(IReadOnlyList<double> values)
    {
        var width = Math.Min(LineWidth, values.Count);
        double[] means = [.. Enumerable.Range(0, width).Select(i => values.Skip(i * values.Count / width).Take(((i + 1) * values.Count / width) - (i * values.Count / width)).Average())];
        double[] finite = [.. means.Where(double.IsFinite)];
        if (finite.Length == 0)
            return new string(' ', width);
        var (low, span) = (finite.Min(), Math.Max(finite.Max() - finite.Min(), double.Epsilon));
        return string.Concat(means.Select(mean => double.IsFinite(mean) ? Steps[(int)Math.Round((mean - low) / span * (Steps.Length - 1))] : ' '));
    }
}
