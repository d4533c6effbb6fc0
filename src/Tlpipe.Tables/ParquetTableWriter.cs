// Writes a Parquet file part by part.
using System.IO.Compression;
using Parquet;
using Parquet.Schema;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// Writes a file, compressed with Zstandard, that pandas reads back with its index: a range where the row labels are 0 .. n-1,
/// else the column <c>__index_level_0__</c>. The file appears under its name when it is finished.
/// </summary>
public sealed class ParquetTableWriter : IDisposable
{
    internal const int RowsPerGroup = 131_072;

    private readonly string path;
    private readonly string unfinished;
    private readonly IReadOnlyList<ColumnSchema> schema;
    private readonly bool hasIndex;
    private readonly bool textIndex;
    private readonly DataField[] fields;
    private readonly bool[] hasMissing;
    private readonly FileStream stream;
    private readonly ParquetWriter writer;
    private int rows;
    private bool closed;

    /// <param name="path">The file.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="labels">The labels that the rows will have; null for 0 .. n-1.</param>
    /// <exception cref="InputException">A column has the index column's name.</exception>
    public ParquetTableWriter(string path, IReadOnlyList<ColumnSchema> schema, RowLabels? labels)
    {
        if (schema.Any(column => column.Name == PandasMetadata.UnnamedIndex))
            throw new InputException($"a column cannot be called {PandasMetadata.UnnamedIndex}, which is where pandas keeps row labels; rename it");
        (this.path, this.schema) = (path, schema);
        (hasIndex, textIndex) = (labels is not null, labels?.AreText == true);
        var index = new ColumnSchema(PandasMetadata.UnnamedIndex, textIndex ? ColumnType.Text : ColumnType.Integer);
        fields = [.. (hasIndex ? schema.Append(index) : schema).Select(Field)];
        hasMissing = new bool[schema.Count];
        // Written under another name first, so an interrupted write leaves no partial file under the final name.
        unfinished = path + ".tmp";
        stream = File.Create(unfinished);
        // The library's own choice, the smallest size, takes ten times as long for a seventh of the bytes.
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal };
        writer = ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, options).GetAwaiter().GetResult();
    }

    /// <summary>Adds the next rows.</summary>
    public void Add(Table part)
    {
        for (var start = 0; start < part.RowCount; start += RowsPerGroup)
            AddGroup(part, start, Math.Min(RowsPerGroup, part.RowCount - start)).GetAwaiter().GetResult();
        rows += part.RowCount;
    }

    /// <summary>Ends the file and gives it its name.</summary>
    public void Finish()
    {
        writer.CustomMetadata = new Dictionary<string, string> { [PandasMetadata.Key] = PandasMetadata.For(schema, hasMissing, rows, hasIndex, textIndex) };
        Close();
        File.Move(unfinished, path, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (closed)
            return;
        Close();
        File.Delete(unfinished);
    }

    private void Close()
    {
        closed = true;
        writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
        stream.Dispose();
    }

    private async Task AddGroup(Table part, int start, int count)
    {
        using var rowGroup = writer.CreateRowGroup();
        for (var i = 0; i < schema.Count; i++)
            hasMissing[i] |= await WriteAsync(rowGroup, fields[i], part.Columns[i], start, count);
        if (hasIndex)
            await WriteAsync(rowGroup, fields[^1], Index(part.RowLabels), start, count);
        rowGroup.CompleteValidate();
    }

    private Column Index(RowLabels labels) => textIndex
        ? Column.Text(PandasMetadata.UnnamedIndex, labels.TextLabels)
        : Column.Integer(PandasMetadata.UnnamedIndex, Array.ConvertAll(labels.WholeNumbers, label => (long?)label));

    private static DataField Field(ColumnSchema column) => column.Type switch
    {
        ColumnType.Text => new DataField(column.Name, typeof(string), isNullable: true),
        ColumnType.Integer => new DataField(column.Name, typeof(long), isNullable: true),
        ColumnType.Number => new DataField(column.Name, typeof(double), isNullable: true),
        _ => new DataField(column.Name, typeof(bool), isNullable: true),
    };

    /// <returns>Whether a value was missing; pandas notes this for whole numbers and truth values.</returns>
    private static async Task<bool> WriteAsync(ParquetRowGroupWriter rowGroup, DataField field, Column column, int start, int count)
    {
        switch (column.Type)
        {
            case ColumnType.Text:
                await rowGroup.WriteAsync(field, new ArraySegment<string?>(column.Values<string?>(), start, count)!);
                return false;
            case ColumnType.Integer:
                await rowGroup.WriteAsync<long>(field, column.Values<long?>().AsMemory(start, count));
                return column.Values<long?>().AsSpan(start, count).Contains(null);
            case ColumnType.Number:
                await rowGroup.WriteAsync<double>(field, column.Values<double?>().AsMemory(start, count));
                return false;
            default:
                await rowGroup.WriteAsync<bool>(field, column.Values<bool?>().AsMemory(start, count));
                return column.Values<bool?>().AsSpan(start, count).Contains(null);
        }
    }
}
