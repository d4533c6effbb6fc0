// A table for a terminal of 80 columns.
namespace Tlpipe.Reporters;

/// <summary>A column.</summary>
/// <param name="Title">Its heading.</param>
/// <param name="IsRight">Whether its cells stand at its right edge, as numbers do.</param>
/// <param name="IsFlexible">Whether its cells may be cut where the line would be too long; at most one column's are.</param>
internal sealed record TextColumn(string Title, bool IsRight = false, bool IsFlexible = false);

/// <summary>Lays rows of text out in columns.</summary>
internal static class TextTable
{
    private const int LineWidth = 80;
    private const int LeastFlexibleWidth = 8;
    private const string Gap = "  ";

    /// <summary>The lines: a heading, then one for each row.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<TextColumn> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        var widths = columns.Select((c, i) => rows.Select(r => r[i].Length).Append(c.Title.Length).Max()).ToArray();
        var over = widths.Sum() + (Gap.Length * (columns.Count - 1)) - LineWidth;
        var flexible = columns.ToList().FindIndex(c => c.IsFlexible);
        if (over > 0 && flexible >= 0)
            widths[flexible] = Math.Max(LeastFlexibleWidth, widths[flexible] - over);
        return rows.Prepend([.. columns.Select(c => c.Title)])
            .Select(row => string.Join(Gap, row.Select((cell, i) => Padded(Cut(cell, widths[i]), columns[i], widths[i]))).TrimEnd());
    }

    private static string Padded(string cell, TextColumn column, int width) => column.IsRight ? cell.PadLeft(width) : cell.PadRight(width);

    // What tells stages apart is at their names' ends.
    private static string Cut(string cell, int width) => cell.Length <= width ? cell : "…" + cell[^(width - 1)..];
}
