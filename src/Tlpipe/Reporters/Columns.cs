// Rows of text under each other.
namespace Tlpipe.Reporters;

/// <summary>Lays rows out in columns.</summary>
internal static class Columns
{
    /// <summary>A line for each row, its cells padded to their columns' widths, two spaces between them.</summary>
    public static IEnumerable<string> Of(IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
            return [];
        var widths = Enumerable.Range(0, rows.Max(row => row.Length)).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
