// A plot as an SVG file of its own.
using System.Globalization;
using System.Text;

namespace Tlpipe.Report;

/// <summary>Writes drawings for papers and slides: on white, with fixed colours and the legend within, so that any program draws them alike.</summary>
internal static class SvgFile
{
    /// <summary>The lines' colours, in their order.</summary>
    public static readonly IReadOnlyList<string> Colours = ["#0b62b0", "#b3450a", "#1a7a3c", "#8a2f8f", "#7d5a00", "#00707a", "#b02350", "#4b5563"];

    private const double TitleHeight = 30;
    private const double LetterWidth = 7;

    public static void Write(Plot plot, string folder) => File.WriteAllText(Path.Combine(folder, plot.Name + ".svg"), Of(plot));

    public static string Of(Plot plot)
    {
        var (drawing, width, height) = Svg.Bare(plot);
        var whole = width + LegendWidth(plot);
        return Html.Of($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{height + TitleHeight}" viewBox="0 0 {whole} {height + TitleHeight}">
            <style>{Style}</style>
            <rect width="{whole}" height="{height + TitleHeight}" fill="#ffffff"/>
            <text x="8" y="20" font-weight="bold">{plot.Title}</text>
            <g transform="translate(0 {TitleHeight})">{drawing}{Legend(plot, width)}</g>
            </svg>

            """).Markup;
    }

    /// <summary>Placed beside the drawing, where it hides no lines.</summary>
    private static double LegendWidth(Plot plot) => plot is LinePlot { Lines.Count: > 1 } lines ? 30 + (LetterWidth * lines.Lines.Max(line => line.Name.Length)) : 0;

    private static Html Legend(Plot plot, double width) => plot is not LinePlot { Lines.Count: > 1 } lines
        ? Html.Empty
        : Html.Join(lines.Lines.Select((line, i) => Html.Of($"<rect class=\"b{i % Svg.Colours}\" x=\"{width + 2}\" y=\"{14 + (i * 18)}\" width=\"10\" height=\"10\"/><text x=\"{width + 18}\" y=\"{23 + (i * 18)}\">{line.Name}</text>")));

    private static Html Style
    {
        get
        {
            var style = new StringBuilder("""
                text { fill: #1b1f24; font: 13px sans-serif; } .cell { font-size: 15px; font-weight: bold; } .grid { stroke: #d0d7de; } .axis { stroke: #57606a; }
                .limit { stroke: #c0261c; stroke-width: 1.5; stroke-dasharray: 4 3; } polyline, line.l0 { fill: none; stroke-width: 2; } line.interval { stroke-width: 1.5; } .eval { stroke-dasharray: 6 3; }
                .run { fill: #57606a; } .right { fill: #1a7a3c; } .wrong { fill: #b3450a; }
                """);
            for (var i = 0; i < Colours.Count; i++)
                style.Append(CultureInfo.InvariantCulture, $" .l{i} {{ stroke: {Colours[i]}; }} .m{i}, .b{i} {{ fill: {Colours[i]}; }}");
            return new Html(style.ToString());
        }
    }
}
