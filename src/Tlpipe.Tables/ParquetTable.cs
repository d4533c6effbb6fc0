// A Parquet file, read a row group at a time.
using ParquetSharp;
using ParquetSharp.Schema;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>A Parquet file as a source of rows; pandas' index is the row labels.</summary>
internal sealed class ParquetTable : ITableSource
{
    private const string Remedy = "name the columns to read, and the rows are numbered, or write it after reset_index()";

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
    public static ParquetTable Open(string path, IReadOnlyList<string>? columns)
    {
        using var reader = ParquetTables.OpenReader(path);
        var rows = RowCount(reader);
        var pandas = PandasMetadata.Parse(reader.FileMetaData.KeyValueMetadata.GetValueOrDefault(PandasMetadata.Key), path);
        var fields = Fields(reader);
        var names = fields.Select(field => field.Name).Except(pandas.IndexColumns).ToList();
        var schema = new List<ColumnSchema>();
        foreach (var name in columns ?? names)
        {
            if (!names.Contains(name))
                throw Table.NoColumn(name, names, path);
            schema.Add(new ColumnSchema(name, ParquetColumns.TypeOf(reader.FileMetaData.Schema, Only(fields, name, path), path)));
        }
        return new ParquetTable(path, schema, RowLabelsOf(reader, pandas, rows, path, needed: columns is null));
    }

    /// <inheritdoc/>
    public IEnumerable<Table> Batches()
    {
        using var reader = ParquetTables.Guarded(path, () => ParquetTables.OpenReader(path));
        var fields = Schema.Select(column => Only(Fields(reader), column.Name, path)).ToList();
        var start = 0;
        for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
        {
            foreach (var columns in Parts(reader, fields, group, start, path))
            {
                var rows = columns.Rows;
                yield return new Table(columns.Of, RowLabels?.Slice(start, rows) ?? RowLabels.Range(rows, start));
                start += rows;
            }
        }
    }

    /// <summary>
    /// The columns of a row group, some rows at a time. A group is cut where a writer would cut it, so that what is written from a table does not depend on how it was read.
    /// </summary>
    private static IEnumerable<(IReadOnlyList<Column> Of, int Rows)> Parts(ParquetFileReader reader, IReadOnlyList<Node> fields, int group, int start, string path)
    {
        using var rowGroup = ParquetTables.Guarded(path, () => reader.RowGroup(group));
        var left = RowsOf(rowGroup);
        var columns = new List<ParquetColumnReader>();
        try
        {
            foreach (var field in fields)
                columns.Add(ParquetTables.Guarded(path, () => new ParquetColumnReader(rowGroup, reader.FileMetaData.Schema, field, start, path)));
            while (left > 0)
            {
                var rows = Math.Min(left, ParquetTableWriter.RowsPerGroup);
                yield return ([.. columns.Select(column => column.Read(rows))], rows);
                left -= rows;
            }
        }
        finally
        {
            columns.ForEach(column => column.Dispose());
        }
    }

    private static Node[] Fields(ParquetFileReader reader) => reader.FileMetaData.Schema.GroupNode.Fields;

    private static Node Only(IReadOnlyList<Node> fields, string name, string path)
    {
        var found = fields.Where(field => field.Name == name).ToList();
        return found.Count == 1 ? found[0] : throw new InputException($"{path} has {found.Count} columns '{name}'; rename all but one");
    }

    private static int RowsOf(RowGroupReader rowGroup) =>
        rowGroup.MetaData.NumRows is >= 0 and <= int.MaxValue and var rows ? (int)rows : throw new InvalidDataException($"a row group claims {rowGroup.MetaData.NumRows} rows");

    private static int RowsOf(ParquetFileReader reader, int group)
    {
        using var rowGroup = reader.RowGroup(group);
        return RowsOf(rowGroup);
    }

    private static int RowCount(ParquetFileReader reader)
    {
        var rows = Enumerable.Range(0, reader.FileMetaData.NumRowGroups).Sum(group => (long)RowsOf(reader, group));
        return rows <= Array.MaxLength ? (int)rows : throw new InvalidDataException($"it claims {rows} rows");
    }

    // An index that cannot be row labels is a mistake where all columns are read; else the rows are numbered.
    private static RowLabels? RowLabelsOf(ParquetFileReader reader, PandasMetadata pandas, int rows, string path, bool needed)
    {
        if (pandas.IndexColumns.Count == 0)
            return pandas is { RangeStart: 0, RangeStep: 1 } ? null : RowLabels.Range(rows, pandas.RangeStart, pandas.RangeStep);
        if (pandas.IndexColumns.Count > 1)
            return needed ? throw new InputException($"{path} has an index of {pandas.IndexColumns.Count} levels, and tlpipe's row labels have one; {Remedy}") : null;
        var name = pandas.IndexColumns[0];
        var field = Fields(reader).FirstOrDefault(f => f.Name == name)
            ?? throw new InputException($"{path} has no column '{name}', which its note for pandas calls the index; write it again with pandas' to_parquet");
        ColumnType? type = null;
        try
        {
            type = ParquetColumns.TypeOf(reader.FileMetaData.Schema, field, path);
        }
        catch (InputException) when (!needed)
        {
        }
        if (type is not (ColumnType.Integer or ColumnType.Text))
            return needed ? throw new InputException($"the index of {path} holds {type} values, and row labels are whole numbers or text; {Remedy}") : null;
        return Labels(reader, field, type.Value, path);
    }

    private static RowLabels? Labels(ParquetFileReader reader, Node field, ColumnType type, string path)
    {
        var (integers, texts) = (new List<long>(), new List<string>());
        for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
        {
            foreach (var (columns, _) in Parts(reader, [field], group, Math.Max(integers.Count, texts.Count), path))
            {
                if (type == ColumnType.Integer)
                    integers.AddRange(columns[0].Values<long?>().Select(label => label ?? throw Missing()));
                else
                    texts.AddRange(columns[0].Values<string?>().Select(label => label ?? throw Missing()));
            }
        }
        var read = type == ColumnType.Integer ? RowLabels.Integers([.. integers]) : RowLabels.Texts([.. texts]);
        return read.AreRange ? null : read;

        InputException Missing() => new($"the index of {path} has rows without a label; write it after reset_index()");
    }
}
