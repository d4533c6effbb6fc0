// Tables from and to Parquet files.
using System.IO.Compression;
using Parquet;
using Parquet.Schema;

namespace Tlpipe.Nlp.Tables;

/// <summary>
/// Reads what pandas, Arrow and fastparquet write: every compression, encoding and page version that Parquet.Net knows. pandas'
/// index becomes the row labels.
/// </summary>
public static class ParquetTables
{
    private const int RowsPerGroup = 131_072;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The columns to read, in the order wanted; null: all in the file's order.</param>
    /// <exception cref="InputException">
    /// The file is missing, is no whole Parquet file, lacks a column, or holds what a table does not.
    /// </exception>
    public static Table Read(string path, IReadOnlyList<string>? columns = null)
    {
        if (columns is not null)
            Table.CheckDistinct(columns);
        using var stream = Open(path);
        ParquetFooter.Check(stream, path);
        try
        {
            return ReadAsync(stream, path, columns).GetAwaiter().GetResult();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new InputException($"{path} is damaged or uses a feature of Parquet that tlpipe does not read ({FirstLine(e)}); fetch it or write it again with pandas' to_parquet", e);
        }
    }

    /// <summary>
    /// Writes a file, compressed with Zstandard, that pandas reads back with its index: a range where the row labels are 0 .. n-1,
    /// else the column <c>__index_level_0__</c>. The same table gives the same bytes.
    /// </summary>
    /// <exception cref="InputException">A column has the index column's name.</exception>
    public static void Write(Table table, string path)
    {
        if (table.HasColumn(PandasMetadata.UnnamedIndex))
            throw new InputException($"a column cannot be called {PandasMetadata.UnnamedIndex}, which is where pandas keeps row labels; rename it");
        // Under another name first, so that a write cut short leaves no half file where a whole one is expected.
        var unfinished = path + ".tmp";
        using (var stream = File.Create(unfinished))
            WriteAsync(table, stream).GetAwaiter().GetResult();
        File.Move(unfinished, path, overwrite: true);
    }

    private static FileStream Open(string path)
    {
        if (Directory.Exists(path))
            throw new InputException($"{path} is a folder; name the Parquet file in it");
        if (!File.Exists(path))
            throw new InputException($"{path} does not exist; check the path");
        try
        {
            return File.OpenRead(path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path} may not be read by this user; change its permissions", e);
        }
    }

    private static async Task<Table> ReadAsync(Stream stream, string path, IReadOnlyList<string>? columns)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true);
        var rows = RowCount(reader);
        var pandas = PandasMetadata.Parse(reader.CustomMetadata.GetValueOrDefault(PandasMetadata.Key), path);
        var fields = reader.Schema.Fields.Where(f => f.Name != pandas.IndexColumn).ToDictionary(f => f.Name, StringComparer.Ordinal);

        var read = new List<Column>();
        foreach (var name in columns ?? [.. reader.Schema.Fields.Select(f => f.Name).Where(fields.ContainsKey)])
        {
            if (!fields.TryGetValue(name, out var field))
                throw Table.NoColumn(name, reader.Schema.Fields.Select(f => f.Name).Where(fields.ContainsKey), path);
            read.Add(await ParquetColumns.ReadAsync(reader, field, rows, path));
        }
        return new Table(read, await RowLabelsAsync(reader, pandas, rows, path));
    }

    private static int RowCount(ParquetReader reader)
    {
        var rows = reader.RowGroups.Sum(group => group.RowCount >= 0 ? group.RowCount : throw new InvalidDataException("a row group claims fewer than no rows"));
        return rows <= Array.MaxLength ? (int)rows : throw new InvalidDataException($"it claims {rows} rows");
    }

    private static async Task<RowLabels> RowLabelsAsync(ParquetReader reader, PandasMetadata pandas, int rows, string path)
    {
        if (pandas.IndexColumn is null)
            return RowLabels.Range(rows, pandas.RangeStart, pandas.RangeStep);
        var field = reader.Schema.Fields.FirstOrDefault(f => f.Name == pandas.IndexColumn)
            ?? throw new InputException($"{path} has no column '{pandas.IndexColumn}', which its note for pandas calls the index; write it again with pandas' to_parquet");
        var labels = await ParquetColumns.ReadAsync(reader, field, rows, path);
        return labels.Type switch
        {
            ColumnType.Integer => RowLabels.Integers(Array.ConvertAll(labels.Values<long?>(), label => label ?? throw Missing())),
            ColumnType.Text => RowLabels.Texts(Array.ConvertAll(labels.Values<string?>(), label => label ?? throw Missing())),
            _ => throw new InputException($"the index of {path} holds {labels.Type} values, and row labels are whole numbers or text; write it after reset_index()"),
        };

        InputException Missing() => new($"the index of {path} has rows without a label; write it after reset_index()");
    }

    private static async Task WriteAsync(Table table, Stream stream)
    {
        var labels = table.RowLabels;
        Column[] index = labels.AreRange ? [] : [labels.AreText
            ? Column.Text(PandasMetadata.UnnamedIndex, labels.TextLabels)
            : Column.Integer(PandasMetadata.UnnamedIndex, Array.ConvertAll(labels.WholeNumbers, label => (long?)label))];
        Column[] columns = [.. table.Columns, .. index];
        var fields = Array.ConvertAll(columns, Field);

        // Its own choice, the smallest size, takes ten times as long for a seventh of the bytes.
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal };
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream, options);
        writer.CustomMetadata = new Dictionary<string, string> { [PandasMetadata.Key] = PandasMetadata.For(table) };
        for (var start = 0; start < table.RowCount; start += RowsPerGroup)
        {
            var count = Math.Min(RowsPerGroup, table.RowCount - start);
            using var rowGroup = writer.CreateRowGroup();
            for (var i = 0; i < columns.Length; i++)
                await WriteAsync(rowGroup, fields[i], columns[i], start, count);
            rowGroup.CompleteValidate();
        }
    }

    private static DataField Field(Column column) => column.Type switch
    {
        ColumnType.Text => new DataField(column.Name, typeof(string), isNullable: true),
        ColumnType.Integer => new DataField(column.Name, typeof(long), isNullable: true),
        ColumnType.Number => new DataField(column.Name, typeof(double), isNullable: true),
        _ => new DataField(column.Name, typeof(bool), isNullable: true),
    };

    private static async Task WriteAsync(ParquetRowGroupWriter rowGroup, DataField field, Column column, int start, int count)
    {
        switch (column.Type)
        {
            case ColumnType.Text:
                await rowGroup.WriteAsync(field, new ArraySegment<string?>(column.Values<string?>(), start, count)!);
                break;
            case ColumnType.Integer:
                await rowGroup.WriteAsync<long>(field, column.Values<long?>().AsMemory(start, count));
                break;
            case ColumnType.Number:
                await rowGroup.WriteAsync<double>(field, column.Values<double?>().AsMemory(start, count));
                break;
            default:
                await rowGroup.WriteAsync<bool>(field, column.Values<bool?>().AsMemory(start, count));
                break;
        }
    }

    // A damaged page surfaces as whatever its decoder stumbles over first: errors of the library's own, of its decompressors,
    // and of the runtime. Our own InputException and the machine's troubles pass.
    private static bool IsDamage(Exception e) =>
        e.GetType().Assembly == typeof(ParquetReader).Assembly
        || e is ZstdSharp.ZstdException or IOException or InvalidDataException or FormatException or ArithmeticException
            or ArgumentException or IndexOutOfRangeException or NullReferenceException or InvalidOperationException
            or NotSupportedException or NotImplementedException or KeyNotFoundException or InvalidCastException;

    private static string FirstLine(Exception e) => e.Message.Split('\n', '\r')[0].TrimEnd('.');
}
