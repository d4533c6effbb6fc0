// Draws plots as SVG within a page, in the page's colours.
using Tlpipe.Stages.Results;

namespace Tlpipe.Report;

/// <summary>
/// Figures of a page. Colours are the page's classes, so that one drawing fits light and dark pages. A drawing's label describes it, and
/// the figures themselves are in tables beside it.
/// </summary>
internal static class Svg
{
    /// <summary>How many lines have a colour of their own.</summary>
    public const int Colours = 8;

    private const double Width = 480;
    private const double Height = 280;
    private const double Left = 72;
    private const double Right = 14;
    private const double Top = 12;
    private const double Bottom = 44;
    private const int MostPoints = 600;
    private const double ShiftOfIntervals = 2.5;

    /// <summary>A drawing with its size.</summary>
    private sealed record Drawing(Html Shapes, double Width, double Height, string Kind = "plot");

    /// <summary>A figure of a page.</summary>
    public static Html Draw(Plot plot)
    {
        var drawing = DrawingOf(plot);
        var legend = plot is not LinePlot { Lines.Count: > 1 } lines
            ? Html.Empty
            : Html.Of($"<ul class=\"legend\">{lines.Lines.Select((line, i) => Html.Of($"<li><span class=\"swatch b{i % Colours}\"></span>{line.Name}</li>"))}</ul>");
        return Html.Of($"<figure class=\"{drawing.Kind}\"><figcaption>{plot.Title}</figcaption><svg viewBox=\"0 0 {drawing.Width} {drawing.Height}\" role=\"img\" aria-label=\"{plot.Title}\">{drawing.Shapes}</svg>{legend}</figure>");
    }

    /// <summary>The shapes alone, with the size of the drawing.</summary>
    public static (Html Shapes, double Width, double Height) Bare(Plot plot)
    {
        var drawing = DrawingOf(plot);
        return (drawing.Shapes, drawing.Width, drawing.Height);
    }

    private static Drawing DrawingOf(Plot plot) => plot switch
    {
        LinePlot lines => Draw(lines),
        HistogramPlot histogram => Draw(histogram),
        ConfusionPlot confusion => Draw(confusion),
        DotPlot dots => Draw(dots),
        _ => throw new ArgumentException($"a {plot.GetType().Name} cannot be drawn", nameof(plot)),
    };

    private static Drawing Draw(LinePlot plot)
    {
        var values = plot.Lines.SelectMany(line => line.Points.Select(p => p.Y).Concat(line.Intervals.OfType<(double Low, double High)>().SelectMany(ends => (double[])[ends.Low, ends.High])));
        var x = plot.Places is { } places ? Places(plot, places) : Axis.Of(plot.Lines.SelectMany(line => line.Points.Select(p => p.X)), 5, fromZero: true);
        var y = Axis.Of(values, 5);
        var lines = plot.Lines.Select((line, i) => Line(plot, line, i, x, y));
        return new Drawing(Html.Of($"{Frame(x, y, plot.XLabel, plot.YLabel, Height)}{lines}"), Width, Height);
    }

    /// <summary>An axis with a tick at each place, by the logarithm, and some room at both ends.</summary>
    private static Axis Places(LinePlot plot, IReadOnlyList<double> places)
    {
        double[] ticks = [.. places.Select(plot.Along)];
        var room = Math.Max(0.06 * (ticks[^1] - ticks[0]), 0.05);
        return new Axis(ticks[0] - room, ticks[^1] + room, ticks) { Words = [.. places.Select(place => place.ToString("N0", System.Globalization.CultureInfo.InvariantCulture))] };
    }

    private static Html Line(LinePlot plot, Series line, int index, Axis x, Axis y)
    {
        // Intervals of several lines at one place would hide each other.
        var shift = line.Intervals.Count == 0 ? 0 : (index - ((plot.Lines.Count - 1) / 2.0)) * ShiftOfIntervals;
        var bars = line.Intervals.Select((ends, i) => ends is not { } interval ? Html.Empty : Html.Of(
            $"<line class=\"interval l{index % Colours}\" x1=\"{X(x, plot.Along(line.Points[i].X)) + shift}\" x2=\"{X(x, plot.Along(line.Points[i].X)) + shift}\" y1=\"{Y(y, interval.Low, Height)}\" y2=\"{Y(y, interval.High, Height)}\"/>"));
        // More points than pixels only make the page large.
        var every = Math.Max(1, line.Points.Count / MostPoints);
        var shown = line.Points.Where((p, i) => (i % every == 0 || i == line.Points.Count - 1) && double.IsFinite(p.Y)).Select(p => (X: X(x, plot.Along(p.X)) + shift, Y: Y(y, p.Y, Height))).ToList();
        var marks = line.HasMarks || shown.Count == 1 ? shown.Select(p => Html.Of($"<circle class=\"m{index % Colours}\" cx=\"{p.X}\" cy=\"{p.Y}\" r=\"3.5\"/>")) : [];
        // The line of the few evaluations is dashed beside the line of all steps.
        var isDashed = line.HasMarks && line.Intervals.Count == 0;
        return Html.Of($"{bars}<polyline class=\"l{index % Colours}{(isDashed ? " eval" : "")}\" points=\"{string.Join(' ', shown.Select(p => Html.Of($"{p.X},{p.Y}").Markup))}\"/>{marks}");
    }

    private static Drawing Draw(HistogramPlot plot)
    {
        var x = new Axis(0, plot.Width * plot.Counts.Count, [.. Axis.Of([0, plot.Width * plot.Counts.Count], 6).Ticks.Where(tick => tick <= plot.Width * plot.Counts.Count)]);
        var y = Axis.Of(plot.Counts.Select(c => (double)c), 4, fromZero: true);
        var bars = plot.Counts.Select((count, i) =>
        {
            var (left, right, top) = (X(x, i * plot.Width), X(x, (i + 1) * plot.Width), Y(y, count, Height));
            return count == 0 ? Html.Empty : Html.Of($"<rect class=\"b0\" x=\"{left + 0.5}\" y=\"{top}\" width=\"{Math.Max(0.5, right - left - 1)}\" height=\"{Height - Bottom - top}\"/>");
        });
        var limit = plot.Limit is { } cut && cut <= x.High ? Html.Of($"<line class=\"limit\" x1=\"{X(x, cut)}\" x2=\"{X(x, cut)}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/>") : Html.Empty;
        return new Drawing(Html.Of($"{Frame(x, y, plot.XLabel, "rows", Height)}{bars}{limit}"), Width, Height);
    }

    private static Drawing Draw(ConfusionPlot plot)
    {
        var classes = plot.Counts.GetLength(0);
        var cell = Math.Min(86, 380.0 / classes);
        var most = Math.Max(1, plot.Counts.Cast<long>().Max());
        var cells = from label in Enumerable.Range(0, classes)
                    from answer in Enumerable.Range(0, classes)
                    let count = plot.Counts[label, answer]
                    let share = (double)count / most
                    let x = 60 + (answer * cell)
                    let y = 34 + (label * cell)
                    select Html.Of($"<rect class=\"{(label == answer ? "right" : "wrong")}\" fill-opacity=\"{0.06 + (0.5 * share)}\" x=\"{x + 1}\" y=\"{y + 1}\" width=\"{cell - 2}\" height=\"{cell - 2}\"/><text class=\"cell\" x=\"{x + (cell / 2)}\" y=\"{y + (cell / 2) + 5}\" text-anchor=\"middle\">{count:N0}</text>");
        var names = Enumerable.Range(0, classes).Select(i => Html.Of($"<text x=\"{60 + ((i + 0.5) * cell)}\" y=\"28\" text-anchor=\"middle\">{i}</text><text x=\"52\" y=\"{34 + ((i + 0.5) * cell) + 5}\" text-anchor=\"end\">{i}</text>"));
        var height = 42 + (classes * cell);
        return new Drawing(Html.Of($"<text x=\"{60 + (classes * cell / 2)}\" y=\"12\" text-anchor=\"middle\">answered</text><text transform=\"translate(14 {34 + (classes * cell / 2)}) rotate(-90)\" text-anchor=\"middle\">right</text>{names}{cells}"), 72 + (classes * cell), height, "square");
    }

    private static Drawing Draw(DotPlot plot)
    {
        const double names = 172;
        var height = 30 + (plot.Dots.Count * 30) + Bottom;
        var x = Axis.Of(plot.Dots.SelectMany(d => (double[])[d.Value, d.Low ?? d.Value, d.High ?? d.Value, .. d.Runs, .. plot.Mark is { } at ? [at] : (double[])[]]), 4);
        double Place(double value) => x.Place(value, names, Width - Right);
        var ticks = x.Ticks.Select(tick => Html.Of($"<line class=\"grid\" x1=\"{Place(tick)}\" x2=\"{Place(tick)}\" y1=\"{Top}\" y2=\"{height - Bottom}\"/><text x=\"{Place(tick)}\" y=\"{height - Bottom + 17}\" text-anchor=\"middle\">{x.Text(tick)}</text>"));
        var mark = plot.Mark is { } line ? Html.Of($"<line class=\"limit\" x1=\"{Place(line)}\" x2=\"{Place(line)}\" y1=\"{Top}\" y2=\"{height - Bottom}\"/>") : Html.Empty;
        var dots = plot.Dots.Select((dot, i) =>
        {
            var y = 30 + (i * 30);
            var interval = dot is { Low: { } low, High: { } high } ? Html.Of($"<line class=\"l0\" x1=\"{Place(low)}\" x2=\"{Place(high)}\" y1=\"{y}\" y2=\"{y}\"/>") : Html.Empty;
            var runs = dot.Runs.Select(run => Html.Of($"<circle class=\"run\" cx=\"{Place(run)}\" cy=\"{y + 8}\" r=\"2.5\"/>"));
            return Html.Of($"<text x=\"{names - 8}\" y=\"{y + 4}\" text-anchor=\"end\">{Cut(dot.Label, 24)}</text>{interval}{runs}<circle class=\"m0\" cx=\"{Place(dot.Value)}\" cy=\"{y}\" r=\"5\"/>");
        });
        return new Drawing(Html.Of($"{ticks}{mark}{dots}<text x=\"{(names + Width - Right) / 2}\" y=\"{height - 8}\" text-anchor=\"middle\">{plot.XLabel}</text>"), Width, height);
    }

    private static Html Frame(Axis x, Axis y, string xLabel, string yLabel, double height)
    {
        var lines = y.Ticks.Select(tick => Html.Of($"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{Y(y, tick, height)}\" y2=\"{Y(y, tick, height)}\"/><text x=\"{Left - 6}\" y=\"{Y(y, tick, height) + 4}\" text-anchor=\"end\">{y.Text(tick)}</text>"));
        var marks = x.Ticks.Select(tick => Html.Of($"<text x=\"{X(x, tick)}\" y=\"{height - Bottom + 17}\" text-anchor=\"middle\">{x.Text(tick)}</text>"));
        return Html.Of($"{lines}{marks}<line class=\"axis\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{height - Bottom}\" y2=\"{height - Bottom}\"/><text x=\"{(Left + Width - Right) / 2}\" y=\"{height - 8}\" text-anchor=\"middle\">{xLabel}</text><text transform=\"translate(12 {(Top + height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{yLabel}</text>");
    }

    private static double X(Axis axis, double value) => axis.Place(value, Left, Width - Right);

    private static double Y(Axis axis, double value, double height) => axis.Place(value, height - Bottom, Top);

    /// <summary>A text's end if the whole text does not fit.</summary>
    public static string Cut(string text, int length) => text.Length <= length ? text : "…" + text[^(length - 1)..];
}
