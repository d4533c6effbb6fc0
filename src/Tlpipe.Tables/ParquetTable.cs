// A Parquet file, read a row group at a time.
using Parquet;
using Parquet.Schema;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>A Parquet file as a source of rows; pandas' index is the row labels.</summary>
internal sealed class ParquetTable : ITableSource
{
    private readonly string path;

    private ParquetTable(string path, IReadOnlyList<ColumnSchema> schema, RowLabels? labels)
    {
        this.path = path;
        Schema = schema;
        RowLabels = labels;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ColumnSchema> Schema { get; }

    /// <inheritdoc/>
    public RowLabels? RowLabels { get; }

    /// <summary>Reads the footer of a file, and its index where it has one.</summary>
    public static async Task<ParquetTable> OpenAsync(Stream stream, string path, IReadOnlyList<string>? columns)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true);
        var rows = RowCount(reader);
        var pandas = PandasMetadata.Parse(reader.CustomMetadata.GetValueOrDefault(PandasMetadata.Key), path);
        var names = reader.Schema.Fields.Select(f => f.Name).Where(name => name != pandas.IndexColumn).ToList();
        var fields = reader.Schema.Fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var schema = new List<ColumnSchema>();
        foreach (var name in columns ?? names)
        {
            if (!names.Contains(name))
                throw Table.NoColumn(name, names, path);
            schema.Add(new ColumnSchema(name, ParquetColumns.TypeOf(fields[name], path)));
        }
        return new ParquetTable(path, schema, await RowLabelsAsync(reader, pandas, rows, path));
    }

    /// <inheritdoc/>
    public IEnumerable<Table> Batches()
    {
        using var stream = ParquetTables.OpenFile(path);
        using var reader = new Disposed(ParquetTables.Guarded(path, () => ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult()));
        var fields = reader.Of.Schema.Fields.ToDictionary(f => f.Name, StringComparer.Ordinal);
        var start = 0;
        for (var group = 0; group < reader.Of.RowGroupCount; group++)
        {
            var part = ParquetTables.Guarded(path, () => ReadAsync(reader.Of, fields, group, start).GetAwaiter().GetResult());
            start += part.RowCount;
            if (part.RowCount > 0)
                yield return part;
        }
    }

    private async Task<Table> ReadAsync(ParquetReader reader, Dictionary<string, Field> fields, int group, int start)
    {
        var rows = (int)reader.RowGroups[group].RowCount;
        var columns = new List<Column>();
        foreach (var column in Schema)
            columns.Add(await ParquetColumns.ReadAsync(reader, fields[column.Name], group, path));
        return new Table(columns, RowLabels?.Slice(start, rows) ?? RowLabels.Range(rows, start));
    }

    private static int RowCount(ParquetReader reader)
    {
        var rows = reader.RowGroups.Sum(group => group.RowCount >= 0 ? group.RowCount : throw new InvalidDataException("a row group claims fewer than no rows"));
        return rows <= Array.MaxLength ? (int)rows : throw new InvalidDataException($"it claims {rows} rows");
    }

    private static async Task<RowLabels?> RowLabelsAsync(ParquetReader reader, PandasMetadata pandas, int rows, string path)
    {
        if (pandas.IndexColumn is null)
            return pandas is { RangeStart: 0, RangeStep: 1 } ? null : RowLabels.Range(rows, pandas.RangeStart, pandas.RangeStep);
        var field = reader.Schema.Fields.FirstOrDefault(f => f.Name == pandas.IndexColumn)
            ?? throw new InputException($"{path} has no column '{pandas.IndexColumn}', which its note for pandas calls the index; write it again with pandas' to_parquet");
        if (ParquetColumns.TypeOf(field, path) is var type && type is not (ColumnType.Integer or ColumnType.Text))
            throw new InputException($"the index of {path} holds {type} values, and row labels are whole numbers or text; write it after reset_index()");
        var (integers, texts) = (new List<long>(), new List<string>());
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            var labels = await ParquetColumns.ReadAsync(reader, field, group, path);
            if (type == ColumnType.Integer)
                integers.AddRange(labels.Values<long?>().Select(label => label ?? throw Missing()));
            else
                texts.AddRange(labels.Values<string?>().Select(label => label ?? throw Missing()));
        }
        var read = type == ColumnType.Integer ? RowLabels.Integers([.. integers]) : RowLabels.Texts([.. texts]);
        return read.AreRange ? null : read;

        InputException Missing() => new($"the index of {path} has rows without a label; write it after reset_index()");
    }

    /// <summary>A reader that is disposed when the enumeration ends.</summary>
    private sealed class Disposed(ParquetReader reader) : IDisposable
    {
        public ParquetReader Of => reader;

        public void Dispose() => reader.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
