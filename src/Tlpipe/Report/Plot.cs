// The content of a plot, independent of how it is drawn.
namespace Tlpipe.Report;

/// <summary>A line of a plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">In the order of x.</param>
/// <param name="HasMarks">Whether every point has a mark: of evaluations, which are few.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, bool HasMarks = false)
{
    /// <summary>Each point's interval, if it has one; empty if no point has one.</summary>
    public IReadOnlyList<(double Low, double High)?> Intervals { get; init; } = [];
}

/// <summary>A plot with a name of its own among the plots of a report.</summary>
/// <param name="Name">For the file's name: <c>finetuned-loss</c>.</param>
/// <param name="Title">The title.</param>
internal abstract record Plot(string Name, string Title);

/// <summary>Lines over steps or epochs.</summary>
internal sealed record LinePlot(string Name, string Title, string XLabel, string YLabel, IReadOnlyList<Series> Lines) : Plot(Name, Title)
{
    /// <summary>The x positions of all points, for a logarithmic axis; null for a common axis.</summary>
    public IReadOnlyList<double>? Places { get; init; }

    /// <summary>A value's place along x before it is scaled.</summary>
    public double Along(double x) => Places is null ? x : Math.Log10(x);
}

/// <summary>A histogram.</summary>
/// <param name="Name">For the file's name.</param>
/// <param name="Title">The title.</param>
/// <param name="XLabel">The quantity along x.</param>
/// <param name="Width">The width of a bin; the first begins at 0.</param>
/// <param name="Counts">How many are in each bin.</param>
/// <param name="Limit">The length at which rows were cut; null if they were not.</param>
internal sealed record HistogramPlot(string Name, string Title, string XLabel, int Width, IReadOnlyList<long> Counts, int? Limit) : Plot(Name, Title);

/// <summary>How often each class (a row) got each answer (a column).</summary>
internal sealed record ConfusionPlot(string Name, string Title, long[,] Counts) : Plot(Name, Title);

/// <summary>A value of a <see cref="DotPlot"/>: its mean or only value, its interval, and the runs behind it.</summary>
internal sealed record Dot(string Label, double Value, double? Low, double? High, IReadOnlyList<double> Runs);

/// <summary>Values with intervals under each other.</summary>
/// <param name="Name">For the file's name.</param>
/// <param name="Title">The title.</param>
/// <param name="XLabel">The measured quantity.</param>
/// <param name="Dots">The values.</param>
/// <param name="Mark">The value at which a line is drawn across, such as no difference; null for none.</param>
internal sealed record DotPlot(string Name, string Title, string XLabel, IReadOnlyList<Dot> Dots, double? Mark = null) : Plot(Name, Title);
