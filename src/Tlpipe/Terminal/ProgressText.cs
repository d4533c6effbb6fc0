// How far something is and how a figure went, as characters in a line of a terminal.
using Tlpipe.Engine.Stages;
using Tlpipe.Formats.Units;

namespace Tlpipe.Terminal;

/// <summary>Bars, and lines of blocks.</summary>
internal static class ProgressText
{
    private const int BarWidth = 10;
    private const int FetchBarWidth = 20;
    private const int LineWidth = 12;
    private const string Steps = "▁▂▃▄▅▆▇█";

    /// <summary>A bar of ten characters.</summary>
    public static string Bar(long done, long total)
    {
        var full = total <= 0 ? 0 : (int)Math.Clamp(BarWidth * done / total, 0, BarWidth);
        return new string('█', full) + new string('░', BarWidth - full);
    }

    /// <summary>Values from the lowest to the highest block; of many each character is the mean of its share. A value that is not a number is a gap.</summary>
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

    /// <summary>The bar of a download: <c>fetch [#####---------------] 25 %, 110 MB of 438 MB, 12 s left</c>.</summary>
    public static string Fetch(Progress progress)
    {
        var share = progress.Total <= 0 ? 1 : Math.Clamp((double)progress.Done / progress.Total, 0, 1);
        var filled = (int)(share * FetchBarWidth);
        // If the server gives no size, there is no bar.
        var bar = progress.Total > progress.Done || progress.SecondsLeft is not null ? $" [{new string('#', filled)}{new string('-', FetchBarWidth - filled)}] {(int)(share * 100)} %," : "";
        var of = progress.Total > progress.Done ? $" of {ByteSize.Text(progress.Total)}" : "";
        return $"{progress.Doing}{bar} {ByteSize.Text(progress.Done)}{of}" + (progress.SecondsLeft is { } left ? $", {Duration.Text(left)} left" : "");
    }
}
