// Draws learning curves as SVG.
using System.Globalization;
using System.Net;
using System.Text;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Results;

/// <summary>A line for each option over the logarithm of the labels, with the intervals of its means as bars.</summary>
internal static class CurveDrawing
{
    private const double Width = 640;
    private const double Height = 400;
    private const double Left = 64;
    private const double Right = 470;
    private const double Top = 24;
    private const double Bottom = 350;
    private const double LeastSpan = 1e-6;
    private const int Steps = 6;

    // A small shift keeps the bars of different options apart.
    private const double Shift = 3;

    // Okabe and Ito's, which people with any colour vision can tell apart.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

    public static string Svg(IReadOnlyList<LearningCurve> curves, string metric)
    {
        var points = curves.SelectMany(curve => curve.Points).ToList();
        var (fewest, most) = (points.Min(p => p.Size), points.Max(p => p.Size));
        var (low, high) = (points.Min(p => Math.Min(p.Mean, p.Interval?.Low ?? p.Mean)), points.Max(p => Math.Max(p.Mean, p.Interval?.High ?? p.Mean)));
        var step = Axis.RoundStep(Math.Max(high - low, LeastSpan) / Steps);
        (low, high) = (Math.Floor(low / step) * step, Math.Ceiling(high / step) * step);
        if (high <= low)
            high = low + step;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"sans-serif\" font-size=\"12\" role=\"img\" aria-label=\"{Text(metric)} by number of labels\">\n<rect width=\"{Width}\" height=\"{Height}\" fill=\"#ffffff\"/>\n");
        for (var tick = 0; low + tick * step <= high + step / 2; tick++)
            svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{Left}\" x2=\"{Right}\" y1=\"{Y(low + tick * step):0.#}\" y2=\"{Y(low + tick * step):0.#}\" stroke=\"#dddddd\"/><text x=\"{Left - 8}\" y=\"{Y(low + tick * step) + 4:0.#}\" text-anchor=\"end\">{Math.Round(low + tick * step, 6)}</text>\n");
        foreach (var size in points.Select(p => p.Size).Distinct().Order())
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(size):0.#}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{size}</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Right) / 2}\" y=\"{Bottom + 38}\" text-anchor=\"middle\">labels</text><text transform=\"translate(16 {(Top + Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\">{Text(metric)}</text>\n");
        foreach (var (i, curve) in curves.Index())
            Line(curve, Colours[i % Colours.Length], (i - (curves.Count - 1) / 2.0) * Shift, i);
        return svg.Append("</svg>\n").ToString();

        double X(double size) => most == fewest ? (Left + Right) / 2 : Left + 16 + (Right - Left - 32) * Math.Log(size / fewest) / Math.Log(most / fewest);
        double Y(double value) => Bottom - (Bottom - Top) * (value - low) / (high - low);

        void Line(LearningCurve curve, string colour, double shift, int index)
        {
            string[] places = [.. curve.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Size) + shift:0.#},{Y(point.Mean):0.#}"))];
            svg.Append(CultureInfo.InvariantCulture, $"<g stroke=\"{colour}\" fill=\"{colour}\"><polyline points=\"{string.Join(' ', places)}\" fill=\"none\" stroke-width=\"2\"/>");
            foreach (var point in curve.Points)
            {
                if (point.Interval is { } interval)
                    svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{X(point.Size) + shift:0.#}\" x2=\"{X(point.Size) + shift:0.#}\" y1=\"{Y(interval.Low):0.#}\" y2=\"{Y(interval.High):0.#}\"/>");
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{X(point.Size) + shift:0.#}\" cy=\"{Y(point.Mean):0.#}\" r=\"3.5\"/>");
            }
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Right + 14}\" y=\"{Top + index * 20}\" width=\"12\" height=\"12\"/></g><text x=\"{Right + 32}\" y=\"{Top + index * 20 + 10}\">{Text(curve.Name)}</text>\n");
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
