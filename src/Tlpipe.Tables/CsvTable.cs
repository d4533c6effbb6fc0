// A table in a CSV file, as pandas reads it.
using System.Globalization;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// <c>pandas.read_csv</c>: the same rows, names, types and missing values. It reads the file twice, once to find the columns'
/// types and once for the values, and holds one batch of rows. Floating-point numbers are read exactly, where pandas' own reader
/// can be off in the last digit.
/// </summary>
public sealed class CsvTable : ITableSource
{
    private const int RowsPerBatch = 65_536;

    private readonly string path;
    private readonly CsvDialect dialect;
    private readonly string encoding;
    private readonly string[] names;
    private readonly int[] read;

    private CsvTable(string path, CsvDialect dialect, string encoding, string[] names, int[] read, IReadOnlyList<ColumnSchema> schema)
    {
        (this.path, this.dialect, this.encoding, this.names, this.read) = (path, dialect, encoding, names, read);
        Schema = schema;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ColumnSchema> Schema { get; }

    /// <inheritdoc/>
    public RowLabels? RowLabels => null;

    /// <summary>Opens a file and finds its columns' types.</summary>
    /// <param name="path">The file; .gz is decompressed.</param>
    /// <param name="dialect">How it is written.</param>
    /// <param name="encoding">One of utf-8, utf-16, latin-1, cp1252 and their kin.</param>
    /// <param name="columns">The columns to read, in the order wanted; null: all.</param>
    /// <param name="types">Types of columns by name, in place of those that their fields have; null: none.</param>
    /// <exception cref="InputException">The file is missing, is not CSV of this form, or lacks a column.</exception>
    public static CsvTable Open(
        string path, CsvDialect dialect, string encoding = "utf-8", IReadOnlyList<string>? columns = null, IReadOnlyDictionary<string, ColumnType>? types = null)
    {
        using var text = TextFiles.OpenText(path, encoding);
        var records = new CsvRecords(text, dialect, path);
        if (!records.Read())
            throw new InputException($"{path} is empty; a table has a line with its columns' names at least");
        string[] names = dialect.Header ? CsvHeader.Names(records.Fields) : [.. Enumerable.Range(0, records.Fields.Count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
        if (columns is not null)
            Table.CheckDistinct(columns);
        int[] read = columns is null
            ? [.. Enumerable.Range(0, names.Length)]
            : [.. columns.Select(name => Array.IndexOf(names, name) is var at and >= 0 ? at : throw Table.NoColumn(name, names, path))];
        if (types?.Keys.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw Table.NoColumn(unknown, names, path);

        var inferred = read.Select(_ => new TypeInference()).ToArray();
        var any = !dialect.Header || records.Read();
        while (any)
        {
            Check(records, names.Length, path);
            for (var i = 0; i < read.Length; i++)
            {
                var field = read[i] < records.Fields.Count ? records.Fields[read[i]] : null;
                inferred[i].See(field ?? "", field is null || dialect.NaValues.Contains(field));
            }
            any = records.Read();
        }
        return new CsvTable(path, dialect, encoding, names, read,
            [.. read.Select((at, i) => new ColumnSchema(names[at], types?.TryGetValue(names[at], out var type) == true ? type : inferred[i].Type))]);
    }

    /// <inheritdoc/>
    public IEnumerable<Table> Batches()
    {
        using var text = TextFiles.OpenText(path, encoding);
        var records = new CsvRecords(text, dialect, path);
        if (dialect.Header)
            records.Read();
        var builders = Schema.Select(column => new ColumnBuilder(column)).ToArray();
        var (start, rows) = (0, 0);
        while (records.Read())
        {
            Check(records, names.Length, path);
            for (var i = 0; i < read.Length; i++)
                Add(builders[i], records, read[i]);
            if (++rows == RowsPerBatch)
            {
                yield return Batch(builders, start, rows);
                (start, rows) = (start + rows, 0);
            }
        }
        if (rows > 0)
            yield return Batch(builders, start, rows);
    }

    private static Table Batch(ColumnBuilder[] builders, int start, int rows) =>
        new([.. builders.Select(builder => builder.Take())], RowLabels.Range(rows, start));

    private void Add(ColumnBuilder builder, CsvRecords records, int at)
    {
        // A line may end before the last column; what it lacks is missing.
        if (at >= records.Fields.Count || dialect.NaValues.Contains(records.Fields[at]))
        {
            builder.AddMissing();
            return;
        }
        var field = records.Fields[at];
        if (builder.TryAdd(field))
            return;
        var (line, column) = records.Places[at];
        throw new InputException($"{path}:{line}:{column}: '{field}' is not {Words(builder.Schema.Type)}, which types says column '{builder.Schema.Name}' holds; correct it, add the word to na_values, or change the type");
    }

    private static void Check(CsvRecords records, int columns, string path)
    {
        if (records.Fields.Count > columns)
            throw new InputException($"{path}:{records.Places[columns].Line}:{records.Places[columns].Column}: this line has {records.Fields.Count} fields where the first has {columns}; correct it, or set delimiter and quote to what the file uses");
    }

    private static string Words(ColumnType type) => type switch
    {
        ColumnType.Integer => "a whole number of 64 bits",
        ColumnType.Number => "a number",
        _ => "true or false",
    };
}
