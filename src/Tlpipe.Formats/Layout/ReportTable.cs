// A table of words and figures, and how it is written as text, Markdown, CSV and LaTeX. The report's Section writes it as HTML.
using System.Globalization;
using System.Text;

namespace Tlpipe.Formats.Layout;

/// <summary>A column.</summary>
/// <param name="Heading">Its heading; may be empty.</param>
/// <param name="IsRight">Whether its cells stand at its right edge, as numbers do.</param>
/// <param name="IsFlexible">Whether its cells may be cut if a line of text would be too long; at most one column may be flexible.</param>
/// <param name="IsMarkdown">Whether its cells are Markdown already; those of others are text.</param>
internal sealed record TableColumn(string Heading, bool IsRight = false, bool IsFlexible = false, bool IsMarkdown = false)
{
    /// <summary>A column of names, then columns of numbers.</summary>
    public static IEnumerable<TableColumn> NamesAndNumbers(string names, IEnumerable<string> numbers) =>
        numbers.Select(heading => new TableColumn(heading, IsRight: true)).Prepend(new TableColumn(names));
}

/// <summary>Which cells of CSV stand in quotes.</summary>
internal enum CsvQuotes
{
    /// <summary>Those with a comma, a quote or a line break (RFC 4180).</summary>
    AsNeeded,

    /// <summary>The first cell of each row, too: tune and learning-curve store their tables so.</summary>
    Names,
}

/// <summary>A table to look at: its columns, and for each row a cell in each of them. Cells may hold any text; each format shows it as text.</summary>
internal sealed record ReportTable(IReadOnlyList<TableColumn> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    private const int LeastFlexibleWidth = 8;
    private const string Gap = "  ";
    private const char Inertness = '\'';

    private static readonly Dictionary<char, string> LatexSigns = new()
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
        // At the beginning of a row it would be an argument of the line break before it, and after \item or a * something else.
        ['['] = "{[}",
        ['<'] = @"\textless{}",
        ['>'] = @"\textgreater{}",
        ['|'] = @"\textbar{}",
    };

    private IReadOnlyList<string> Headings => [.. Columns.Select(column => column.Heading)];

    private IEnumerable<IReadOnlyList<string>> Lines => Rows.Prepend(Headings);

    // No cell moves a terminal's cursor or changes its colours.
    private IEnumerable<string[]> VisibleLines => Lines.Select(line => line.Select(OneLine.Visible).ToArray());

    /// <summary>A number as a cell, in the invariant culture; an empty cell if there is no number.</summary>
    public static string Cell(double? number, string format) => number?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    /// <summary>Rows without headings as lines of text, their cells at their columns' left edges. Rows may have different numbers of cells.</summary>
    public static IEnumerable<string> Aligned(IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0)
            return [];
        rows = [.. rows.Select(row => row.Select(OneLine.Visible).ToArray())];
        var widths = Enumerable.Range(0, rows.Max(row => row.Count)).Select(column => rows.Max(row => column < row.Count ? row[column].Length : 0)).ToArray();
        return rows.Select(row => string.Join(Gap, row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    /// <summary>
    /// Lines of text: the headings, then one for each row. If they would be too long, the flexible column's cells are cut. Without a flexible column the
    /// columns that have no room come below, behind the first column's cells again, as pandas prints a wide frame.
    /// </summary>
    /// <param name="width">The terminal's columns; null for no limit.</param>
    public IEnumerable<string> Text(int? width = null)
    {
        var widths = Columns.Select((_, i) => VisibleLines.Max(line => line[i].Length)).ToArray();
        var flexible = Columns.ToList().FindIndex(column => column.IsFlexible);
        if (flexible < 0)
            return Blocks(widths, width).Select((block, i) => TextOf(block, widths).Prepend("").Skip(i == 0 ? 1 : 0)).SelectMany(lines => lines);
        var over = widths.Sum() + (Gap.Length * (Columns.Count - 1)) - width;
        if (over > 0)
            widths[flexible] = Math.Max(LeastFlexibleWidth, widths[flexible] - over.Value);
        return TextOf(Enumerable.Range(0, Columns.Count), widths);
    }

    /// <summary>A table of Markdown, each line with its end.</summary>
    /// <param name="wideEmptyHeadings">Whether an empty heading has two spaces: compare's results and model cards are stored so, other tables with one.</param>
    public string Markdown(bool wideEmptyHeadings = false)
    {
        var text = new StringBuilder("|");
        foreach (var column in Columns)
            text.Append(column.Heading.Length == 0 && !wideEmptyHeadings ? " |" : $" {MarkdownText.Of(column.Heading)} |");
        text.Append("\n|");
        foreach (var column in Columns)
            text.Append(column.IsRight ? "---:|" : "---|");
        text.Append('\n');
        foreach (var row in Rows)
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => Columns[column].IsMarkdown ? cell : MarkdownText.Of(cell))).Append(" |\n");
        return text.ToString();
    }

    /// <summary>
    /// CSV with a line of headings, each line with its end. A cell that a spreadsheet would compute has a ' before it, which spreadsheets do not show;
    /// numbers are left alone.
    /// </summary>
    public string Csv(CsvQuotes quotes = CsvQuotes.AsNeeded) => string.Concat(Lines.Select((line, row) => string.Join(
        ',', line.Select((cell, column) => Quoted(Inert(cell), always: quotes == CsvQuotes.Names && row > 0 && column == 0))) + "\n"));

    /// <summary>A cell of that CSV as it was before it was made inert.</summary>
    public static string NameOf(string cell) => cell is [Inertness, .. var formula] && IsFormula(formula) ? formula : cell;

    /// <summary>A <c>tabular</c> with the rules of the booktabs package, as papers have it.</summary>
    public string Latex()
    {
        var text = new StringBuilder("% \\usepackage{booktabs}\n\\begin{tabular}{");
        foreach (var column in Columns)
            text.Append(column.IsRight ? 'r' : 'l');
        text.Append("}\n\\toprule\n").Append(LatexLine(Headings)).Append("\\midrule\n");
        foreach (var row in Rows)
            text.Append(LatexLine(row));
        return text.Append("\\bottomrule\n\\end{tabular}\n").ToString();
    }

    /// <summary>The columns placed side by side, the first one in every block.</summary>
    private IEnumerable<IEnumerable<int>> Blocks(int[] widths, int? width)
    {
        List<List<int>> blocks = [[0]];
        var used = widths[0];
        foreach (var column in Enumerable.Range(1, Columns.Count - 1))
        {
            if (blocks[^1].Count > 1 && used + Gap.Length + widths[column] > width)
            {
                blocks.Add([0]);
                used = widths[0];
            }
            blocks[^1].Add(column);
            used += Gap.Length + widths[column];
        }
        return blocks;
    }

    private IEnumerable<string> TextOf(IEnumerable<int> columns, int[] widths) =>
        VisibleLines.Select(line => string.Join(Gap, columns.Select(i => Padded(Cut(line[i], widths[i]), Columns[i], widths[i]))).TrimEnd());

    private static string Padded(string cell, TableColumn column, int width) => column.IsRight ? cell.PadLeft(width) : cell.PadRight(width);

    // Stage names differ at their ends.
    private static string Cut(string cell, int width) => cell.Length <= width ? cell : "…" + cell[^(width - 1)..];

    private static string Quoted(string cell, bool always) =>
        !always && cell.AsSpan().IndexOfAny(",\"\n\r") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Inert(string cell) => IsFormula(cell) ? $"{Inertness}{cell}" : cell;

    // What spreadsheets take for one (OWASP, CSV injection).
    private static bool IsFormula(string cell) =>
        cell is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] && !double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static string LatexLine(IReadOnlyList<string> cells) =>
        string.Join(" & ", cells.Select(cell => string.Concat(OneLine.Visible(cell).Select(c => LatexSigns.GetValueOrDefault(c) ?? c.ToString())))) + " \\\\\n";
}
