// The comparison as a table of LaTeX.
using System.Text;
using Tlpipe.Reporters;

namespace Tlpipe.Reports;

/// <summary>Writes a <c>tabular</c> with the rules of the booktabs package, as papers have it.</summary>
internal static class LatexTable
{
    private static readonly Dictionary<char, string> Signs = new()
    {
        ['\\'] = @"\textbackslash{}",
        ['~'] = @"\textasciitilde{}",
        ['^'] = @"\textasciicircum{}",
        ['&'] = @"\&",
        ['%'] = @"\%",
        ['$'] = @"\$",
        ['#'] = @"\#",
        ['_'] = @"\_",
        ['{'] = @"\{",
        ['}'] = @"\}",
        ['±'] = @"$\pm$",
    };

    public static string Of(Comparison comparison)
    {
        var cells = ComparisonTable.Cells(comparison);
        var text = new StringBuilder("% \\usepackage{booktabs}\n\\begin{tabular}{l");
        foreach (var head in cells[0].Skip(1))
            text.Append(head == "notes" ? 'l' : 'r');
        text.Append("}\n\\toprule\n");
        Line(text, cells[0]);
        text.Append("\\midrule\n");
        foreach (var line in cells.Skip(1))
            Line(text, line);
        return text.Append("\\bottomrule\n\\end{tabular}\n").ToString();
    }

    private static void Line(StringBuilder text, string[] cells) => text.AppendJoin(" & ", cells.Select(Escaped)).Append(" \\\\\n");

    private static string Escaped(string cell) => string.Concat(cell.Select(c => Signs.GetValueOrDefault(c) ?? c.ToString()));
}
