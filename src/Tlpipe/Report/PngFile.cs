// A plot as a PNG file, by ScottPlot.
using System.Globalization;
using ScottPlot;

namespace Tlpipe.Report;

/// <summary>
/// Draws plots for slides and papers that do not take SVG. ScottPlot writes with the machine's fonts; without any, as in many containers,
/// a plot would have no words and is not drawn.
/// </summary>
/// <remarks>
/// The SVG is not drawn by Svg.Skia 5.2.3, because that needs SkiaSharp 4, whose library without fontconfig (4.150.6) lists no fonts where
/// that of 3.119.4 does: the plots had no words.
/// </remarks>
internal static class PngFile
{
    private const int Width = 720;
    private const int Height = 440;
    private const int HeightOfDots = 150;
    private const int HeightOfDot = 36;

    /// <summary>Pixels for each unit of length: sharp on paper, too.</summary>
    private const int Sharpness = 2;

    private const float MarkSize = 7;
    private const float LineWidth = 2;
    private const double BarShare = 0.95;
    private const double ShiftOfIntervals = 0.006;

    /// <summary>Plain letters, the likeliest to be there first.</summary>
    private static readonly string[] Fonts = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Helvetica"];

    private static readonly Color Ink = Color.FromHex("#1b1f24");
    private static readonly Color Limit = Color.FromHex("#c0261c");

    /// <summary>The font to write with; null if the machine has none.</summary>
    public static string? Font()
    {
        var there = SkiaSharp.SKFontManager.Default.FontFamilies.Where(name => name.Length > 0).ToList();
        return Fonts.FirstOrDefault(there.Contains) ?? there.FirstOrDefault();
    }

    /// <summary>Writes <c>NAME.png</c>.</summary>
    public static void Write(Plot plot, string folder, string font)
    {
        using var drawing = new ScottPlot.Plot { ScaleFactor = Sharpness };
        drawing.Axes.Title.Label.Text = plot.Title;
        Draw(plot, drawing);
        drawing.Font.Set(font);
        var (width, height) = plot switch
        {
            ConfusionPlot => (Height, Height),
            DotPlot dots => (Width, HeightOfDots + (dots.Dots.Count * HeightOfDot)),
            _ => (Width, Height),
        };
        drawing.SavePng(Path.Combine(folder, plot.Name + ".png"), width * Sharpness, height * Sharpness);
    }

    private static void Draw(Plot plot, ScottPlot.Plot drawing)
    {
        switch (plot)
        {
            case LinePlot lines:
                Draw(lines, drawing);
                break;
            case HistogramPlot histogram:
                Draw(histogram, drawing);
                break;
            case ConfusionPlot confusion:
                Draw(confusion, drawing);
                break;
            case DotPlot dots:
                Draw(dots, drawing);
                break;
            default:
                throw new ArgumentException($"a {plot.GetType().Name} cannot be drawn", nameof(plot));
        }
    }

    private static void Draw(LinePlot plot, ScottPlot.Plot drawing)
    {
        drawing.XLabel(plot.XLabel);
        drawing.YLabel(plot.YLabel);
        // Intervals of several lines at one place would hide each other.
        var step = plot.Places is { Count: > 1 } all ? (plot.Along(all[^1]) - plot.Along(all[0])) * ShiftOfIntervals : 0;
        foreach (var (i, line) in plot.Lines.Index())
        {
            var shift = (i - ((plot.Lines.Count - 1) / 2.0)) * step;
            var colour = Color.FromHex(SvgFile.Colours[i % SvgFile.Colours.Count]);
            foreach (var (point, ends) in line.Points.Zip(line.Intervals))
                if (ends is { } interval)
                    Colour(drawing.Add.Line(plot.Along(point.X) + shift, interval.Low, plot.Along(point.X) + shift, interval.High), colour);
            var points = line.Points.Where(p => double.IsFinite(p.Y)).ToList();
            var drawn = drawing.Add.Scatter(points.Select(p => plot.Along(p.X) + shift).ToArray(), points.Select(p => p.Y).ToArray(), colour);
            drawn.LegendText = line.Name;
            drawn.LineWidth = LineWidth;
            drawn.MarkerSize = line.HasMarks || points.Count == 1 ? MarkSize : 0;
        }
        if (plot.Places is { } places)
            drawing.Axes.Bottom.SetTicks([.. places.Select(plot.Along)], [.. places.Select(place => place.ToString("N0", CultureInfo.InvariantCulture))]);
        if (plot.Lines.Count > 1)
            drawing.ShowLegend(Edge.Right);
    }

    private static void Draw(HistogramPlot plot, ScottPlot.Plot drawing)
    {
        drawing.XLabel(plot.XLabel);
        drawing.YLabel("rows");
        var bars = drawing.Add.Bars(plot.Counts.Select((_, i) => (i + 0.5) * plot.Width).ToArray(), plot.Counts.Select(count => (double)count).ToArray());
        foreach (var bar in bars.Bars)
        {
            bar.Size = plot.Width * BarShare;
            bar.FillColor = Color.FromHex(SvgFile.Colours[0]);
            bar.LineWidth = 0;
        }
        drawing.Axes.Margins(bottom: 0);
        if (plot.Limit is { } limit && limit <= plot.Width * plot.Counts.Count)
            Mark(drawing, limit);
    }

    private static void Draw(ConfusionPlot plot, ScottPlot.Plot drawing)
    {
        var classes = plot.Counts.GetLength(0);
        var most = Math.Max(1, plot.Counts.Cast<long>().Max());
        for (var label = 0; label < classes; label++)
            for (var answer = 0; answer < classes; answer++)
            {
                // A row of the matrix is drawn from the top, and the axis counts from the bottom.
                var (count, y) = (plot.Counts[label, answer], classes - 1 - label);
                var cell = drawing.Add.Rectangle(answer - 0.49, answer + 0.49, y - 0.49, y + 0.49);
                cell.FillColor = Color.FromHex(SvgFile.Colours[label == answer ? 2 : 1]).WithAlpha(0.06 + (0.5 * count / most));
                cell.LineWidth = 0;
                var text = drawing.Add.Text(count.ToString("N0", CultureInfo.InvariantCulture), answer, y);
                text.LabelFontSize = 18;
                text.LabelFontColor = Ink;
                text.LabelAlignment = Alignment.MiddleCenter;
            }
        double[] places = [.. Enumerable.Range(0, classes).Select(i => (double)i)];
        drawing.Axes.Bottom.SetTicks(places, [.. places.Select(i => i.ToString("0", CultureInfo.InvariantCulture))]);
        drawing.Axes.Left.SetTicks(places, [.. places.Select(i => (classes - 1 - i).ToString("0", CultureInfo.InvariantCulture))]);
        drawing.HideGrid();
        drawing.XLabel("answered");
        drawing.YLabel("right");
    }

    private static void Draw(DotPlot plot, ScottPlot.Plot drawing)
    {
        var colour = Color.FromHex(SvgFile.Colours[0]);
        double[] places = [.. plot.Dots.Select((_, i) => (double)(plot.Dots.Count - 1 - i))];
        foreach (var (place, dot) in places.Zip(plot.Dots))
        {
            if (dot is { Low: { } low, High: { } high })
                Colour(drawing.Add.Line(low, place, high, place), colour);
            drawing.Add.Marker(dot.Value, place, MarkerShape.FilledCircle, MarkSize * 1.5f, colour);
            foreach (var run in dot.Runs)
                drawing.Add.Marker(run, place - 0.2, MarkerShape.OpenCircle, MarkSize, Ink);
        }
        drawing.Axes.Left.SetTicks(places, [.. plot.Dots.Select(dot => dot.Label)]);
        drawing.XLabel(plot.XLabel);
        if (plot.Mark is { } mark)
            Mark(drawing, mark);
        drawing.Axes.SetLimitsY(-0.7, plot.Dots.Count - 0.3);
    }

    private static void Colour(ScottPlot.Plottables.LinePlot line, Color colour)
    {
        line.LineColor = colour;
        line.LineWidth = LineWidth;
        line.MarkerSize = 0;
    }

    private static void Mark(ScottPlot.Plot drawing, double place)
    {
        var line = drawing.Add.VerticalLine(place);
        line.Color = Limit;
        line.LinePattern = LinePattern.Dashed;
    }
}
