// A plot as an SVG file of its own.
using System.Globalization;
using System.Text;

namespace Tlpipe.Reports;

/// <summary>Writes drawings for papers and slides: on white, with fixed colours and the legend within, so that any program draws them alike.</summary>
internal static class SvgFile
{
    private static readonly string[] Colours = ["#0b62b0", "#b3450a", "#1a7a3c", "#8a2f8f", "#7d5a00", "#00707a", "#b02350", "#4b5563"];
    private const double TitleHeight = 30;

    public static void Write(Plot plot, string folder) => File.WriteAllText(Path.Combine(folder, plot.Name + ".svg"), Of(plot));

    public static string Of(Plot plot)
    {
        var (drawing, width, height) = Svg.Bare(plot);
        return Html.Of($"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height + TitleHeight}" viewBox="0 0 {width} {height + TitleHeight}">
            <style>{Style}</style>
            <rect width="{width}" height="{height + TitleHeight}" fill="#ffffff"/>
            <text x="8" y="20" font-weight="bold">{plot.Title}</text>
            <g transform="translate(0 {TitleHeight})">{drawing}{Legend(plot, width)}</g>
            </svg>

            """).Markup;
    }

    private static Html Legend(Plot plot, double width) => plot is not LinePlot { Lines.Count: > 1 } lines
        ? Html.Empty
        : Html.Join(lines.Lines.Select((line, i) => Html.Of($"<rect class=\"b{i % Svg.Colours}\" x=\"{width - 24}\" y=\"{14 + (i * 17)}\" width=\"10\" height=\"10\"/><text x=\"{width - 30}\" y=\"{23 + (i * 17)}\" text-anchor=\"end\">{line.Name}</text>")));

    private static Html Style
    {
        get
        {
            var style = new StringBuilder("""
                text { fill: #1b1f24; font: 13px sans-serif; } .cell { font-size: 15px; font-weight: bold; } .grid { stroke: #d0d7de; } .axis { stroke: #57606a; }
                .limit { stroke: #c0261c; stroke-width: 1.5; stroke-dasharray: 4 3; } polyline, line.l0 { fill: none; stroke-width: 2; } .eval { stroke-dasharray: 6 3; }
                .run { fill: #57606a; } .right { fill: #1a7a3c; } .wrong { fill: #b3450a; }
                """);
            for (var i = 0; i < Colours.Length; i++)
                style.Append(CultureInfo.InvariantCulture, $" .l{i} {{ stroke: {Colours[i]}; }} .m{i}, .b{i} {{ fill: {Colours[i]}; }}");
            return new Html(style.ToString());
        }
    }
}
