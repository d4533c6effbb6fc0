// read-table: a Parquet, CSV, JSON lines or plain text file becomes a table.
using System.Globalization;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Tables;

namespace Tlpipe.Stages.Tables;

/// <summary>The kinds of file that a table comes in.</summary>
public enum TableFormat
{
    Parquet,
    Csv,
    Jsonl,

    /// <summary>A text a line; the column is called text.</summary>
    Text,
}

/// <summary>Options of <c>read-table</c>. Those of CSV are called and defaulted as pandas' <c>read_csv</c>'s.</summary>
public sealed record ReadTableOptions
{
    /// <summary>The file. CSV, JSON lines and text can be compressed (.gz).</summary>
    public InputPath? Path { get; init; }

    /// <summary>In place of path: the stage whose file is read, such as a fetch-file.</summary>
    public Input? File { get; init; }

    /// <summary>parquet, csv, jsonl, or text for a text a line. Default: what the file's name ends in (.txt is text, .json is jsonl, .tsv is csv with a tab).</summary>
    public TableFormat? Format { get; init; }

    /// <summary>The columns to read. Default: all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Types of columns by name: text, integer, number or boolean. Default: what their values are.</summary>
    public IReadOnlyDictionary<string, ColumnType>? Types { get; init; }

    /// <summary>The class of each word of label_column, such as <c>{ bad: 0, good: 1 }</c>; other words get none. Default: the column stays as it is.</summary>
    public IReadOnlyDictionary<string, int>? Labels { get; init; }

    /// <summary>The column that labels is about. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>CSV: what stands between fields. Default: a comma, or a tab for .tsv.</summary>
    public string? Delimiter { get; init; }

    /// <summary>CSV: what stands around fields with delimiters or line breaks; empty for nothing. Default: ".</summary>
    public string Quote { get; init; } = "\"";

    /// <summary>CSV: what makes the character after it an ordinary one. Default: nothing.</summary>
    public string? Escape { get; init; }

    /// <summary>CSV and text: utf-8, utf-8-sig, utf-16, utf-16-le, utf-16-be, latin-1 or cp1252. Default: utf-8.</summary>
    public string Encoding { get; init; } = "utf-8";

    /// <summary>CSV: whether the first line has the columns' names; else they are 0, 1, …. Default: true.</summary>
    public bool Header { get; init; } = true;

    /// <summary>CSV: further words that mean a missing value. Default: none.</summary>
    public IReadOnlyList<string>? NaValues { get; init; }

    /// <summary>CSV: whether pandas' words for a missing value count, such as NA, null and nothing at all. Default: true.</summary>
    public bool KeepDefaultNa { get; init; } = true;

    /// <summary>The message where the file is missing. Default: where to put it.</summary>
    [ExecutionOnly]
    [RemedyFor(nameof(Path))]
    public string? IfMissing { get; init; }
}

/// <summary>Reads a table, with pandas' row labels where the file has them, a part at a time.</summary>
[Stage("read-table", version: 3)]
[Output("table", "the rows, as Parquet", Kind = OutputKinds.Table)]
public sealed class ReadTableStage : IStage<ReadTableOptions>
{
    private const int ShownWords = 3;

    public IEnumerable<OptionMistake> Check(ReadTableOptions options)
    {
        if (options.Path is null == options.File is null)
        {
            yield return new OptionMistake(options.File is null ? "path" : "file", "a table is read from one file; give path, or file: STAGE in its place");
            yield break;
        }
        // The file of a stage has a name only once the stage has run.
        if (options.Path is not null && FormatOf(options, options.Path.FullPath) is null)
            yield return new OptionMistake("format", $"the name {System.IO.Path.GetFileName(options.Path.Text)} does not tell what kind of file it is; give parquet, csv, jsonl or text");
        foreach (var (name, text) in new[] { ("delimiter", options.Delimiter), ("escape", options.Escape), ("quote", options.Quote.Length == 0 ? null : options.Quote) })
            if (text is not null && text.Length != 1)
                yield return new OptionMistake(name, $"'{text}' is not a single character; give one");
        if (!TextEncodings.Names.Contains(options.Encoding))
            yield return new OptionMistake("encoding", $"the encoding {options.Encoding} is not known; give one of {string.Join(", ", TextEncodings.Names)}");
        if (options.Labels?.FirstOrDefault(label => label.Value < 0) is { Key: not null } negative)
            yield return new OptionMistake($"labels.{negative.Key}", $"{negative.Value} is not a class; classes count from 0");
        var format = options.Path is null ? options.Format : FormatOf(options, options.Path.FullPath);
        if (format == TableFormat.Text && (options.Types is not null ? "types" : options.Columns is not null ? "columns" : null) is { } needless)
            yield return new OptionMistake(needless, "a text file has one column, of text; leave it out, or set format: csv");
        if (format is not (TableFormat.Csv or null) && HasCsvOptions(options, format) is { } option)
            yield return new OptionMistake(option, $"{option} is for CSV files; leave it out, or set format: csv");
    }

    public void Run(ReadTableOptions options, StageRun run)
    {
        var source = Open(options, options.File is { } file ? OnlyFile(run.Read(file)) : options.Path!.FullPath);
        var (unknown, known) = (new Dictionary<string, long>(StringComparer.Ordinal), 0L);
        if (options.Labels is { } labels)
            source = source.WithClasses(options.LabelColumn, labels, unknown, () => known++);
        TableFiles.Publish(source, run, "table");
        if (unknown.Count > 0 && known == 0)
            throw new InputException($"no row has a {options.LabelColumn} that labels names; the file has {Shown(unknown)}: write the words as they are there");
        if (unknown.Count > 0)
            run.Report(new Note(string.Create(CultureInfo.InvariantCulture,
                $"{unknown.Values.Sum():N0} rows have a {options.LabelColumn} that labels does not name, and now none: {Shown(unknown)}")));
    }

    private static string Shown(Dictionary<string, long> words) => string.Join(", ", words.OrderByDescending(word => word.Value).Take(ShownWords)
        .Select(word => string.Create(CultureInfo.InvariantCulture, $"'{word.Key}' ({word.Value:N0})")));

    private static string OnlyFile(InputFolder folder) =>
        Directory.GetFiles(folder.Folder) is [var only]
            ? only
            : throw new InputException($"'{folder.Name}' is not one file; give a stage that makes one, such as fetch-file");

    private static ITableSource Open(ReadTableOptions options, string path)
    {
        switch (FormatOf(options, path))
        {
            case null:
                throw new InputException($"the name {System.IO.Path.GetFileName(path)} does not tell what kind of file it is; set format to parquet, csv, jsonl or text");
            case TableFormat.Csv:
                return CsvTable.Open(path, Dialect(options, path), options.Encoding, options.Columns, options.Types);
            case TableFormat.Text:
                return TextLinesTable.Open(path, options.Encoding);
            case TableFormat.Jsonl:
                return JsonLinesTable.Open(path, options.Columns, options.Types);
            default:
                var source = ParquetTables.Open(path, options.Columns);
                foreach (var (column, type) in options.Types ?? new Dictionary<string, ColumnType>())
                    source = source.As(column, type);
                return source;
        }
    }

    private static CsvDialect Dialect(ReadTableOptions options, string path) => new()
    {
        Delimiter = options.Delimiter?[0] ?? (RowFormats.Of(path) == RowFormat.Tsv ? '\t' : ','),
        Quote = options.Quote.Length == 0 ? null : options.Quote[0],
        Escape = options.Escape?[0],
        Header = options.Header,
        NaValues = (options.KeepDefaultNa ? CsvDialect.DefaultNaValues : []).Concat(options.NaValues ?? []).ToHashSet(StringComparer.Ordinal),
    };

    private static TableFormat? FormatOf(ReadTableOptions options, string path) => options.Format ?? RowFormats.Of(path) switch
    {
        RowFormat.Parquet => TableFormat.Parquet,
        RowFormat.Csv or RowFormat.Tsv => TableFormat.Csv,
        RowFormat.Jsonl => TableFormat.Jsonl,
        RowFormat.Text => TableFormat.Text,
        _ => null,
    };

    private static string? HasCsvOptions(ReadTableOptions options, TableFormat? format) =>
        options.Delimiter is not null ? "delimiter"
        : options.Escape is not null ? "escape"
        : options.Quote != "\"" ? "quote"
        : options.Encoding != "utf-8" && format != TableFormat.Text ? "encoding"
        : !options.Header ? "header"
        : options.NaValues is not null ? "na_values"
        : !options.KeepDefaultNa ? "keep_default_na"
        : null;
}
