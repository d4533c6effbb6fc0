// A table of plain text, a row a line.
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>A file with a text a line, as the datasets library's <c>text</c> loader reads it: one column, empty lines included.</summary>
public sealed class TextLinesTable : ITableSource
{
    /// <summary>The column's name.</summary>
    public const string ColumnName = "text";

    private const int RowsPerBatch = 65_536;

    private readonly string path;
    private readonly string encoding;

    private TextLinesTable(string path, string encoding) => (this.path, this.encoding) = (path, encoding);

    /// <inheritdoc/>
    public IReadOnlyList<ColumnSchema> Schema { get; } = [new(ColumnName, ColumnType.Text)];

    /// <inheritdoc/>
    public RowLabels? RowLabels => null;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file; .gz is decompressed.</param>
    /// <param name="encoding">One of utf-8, utf-16, latin-1, cp1252 and their kin.</param>
    /// <exception cref="InputException">The file is missing or may not be read, or the encoding is not known.</exception>
    public static TextLinesTable Open(string path, string encoding = "utf-8")
    {
        using var text = TextFiles.OpenText(path, encoding);
        return new TextLinesTable(path, encoding);
    }

    /// <inheritdoc/>
    public IEnumerable<Table> Batches()
    {
        using var text = TextFiles.OpenText(path, encoding);
        var lines = new List<string?>();
        var start = 0;
        while (text.ReadLine() is { } line)
        {
            lines.Add(line);
            if (lines.Count < RowsPerBatch)
                continue;
            yield return Part(lines, start);
            start += lines.Count;
            lines.Clear();
        }
        if (lines.Count > 0)
            yield return Part(lines, start);
    }

    private static Table Part(List<string?> lines, int start) =>
        new([Column.Text(ColumnName, [.. lines])], RowLabels.Range(lines.Count, start));
}
