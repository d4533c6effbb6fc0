// Texts to predict for, one after another, from lines, JSON lines, CSV or Parquet.
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tlpipe.Formats;
using Tlpipe.Tables;

namespace Tlpipe.Nlp.Inference;

/// <summary>One text, or two, with what else its row has.</summary>
/// <param name="Text">The text; null where the row has none.</param>
/// <param name="Pair">A second text; null if the row has one text.</param>
/// <param name="Members">The row's columns in order, each value as JSON.</param>
public sealed record TextRow(string? Text, string? Pair, IReadOnlyList<KeyValuePair<string, string>> Members);

/// <summary>Where in a row the texts are.</summary>
/// <param name="Format">How the rows are written; null: as the file's name says, else by its first character.</param>
/// <param name="TextColumn">The column of texts.</param>
/// <param name="PairColumn">The column of second texts; null for none.</param>
public sealed record TextRowsOptions(RowFormat? Format = null, string TextColumn = "text", string? PairColumn = null);

/// <summary>Reads rows as they come, holding one at a time.</summary>
public static class TextRows
{
    private static readonly JavaScriptEncoder Relaxed = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>The rows of a file; .gz is decompressed.</summary>
    /// <exception cref="InputException">The file is missing, or a row does not fit the format; the rows before it have been returned.</exception>
    public static IEnumerable<TextRow> Read(string path, TextRowsOptions options)
    {
        // What the caller's shell opened is read as it comes; any other pipe could wait for ever.
        if (!IsOpenAlready(path))
            RegularFile.Require(path);
        var format = options.Format ?? RowFormats.Of(path);
        if (format == RowFormat.Parquet)
        {
            foreach (var row in ParquetRows(path, options))
                yield return row;
            yield break;
        }
        using var text = IsOpenAlready(path) ? new DecodedText(File.OpenRead(path), path) : TextFiles.OpenText(path, "utf-8");
        foreach (var row in Read(text, path, options with { Format = format }))
            yield return row;
    }

    /// <summary>The rows of a stream of UTF-8, such as standard input; it is not closed.</summary>
    /// <inheritdoc cref="Read(string, TextRowsOptions)" path="/exception"/>
    public static IEnumerable<TextRow> Read(Stream stream, string name, TextRowsOptions options) =>
        Read(new DecodedText(stream, name), name, options);

    private static bool IsOpenAlready(string path) =>
        path == "/dev/stdin" || path.StartsWith("/dev/fd/", StringComparison.Ordinal) || path.StartsWith("/proc/self/fd/", StringComparison.Ordinal);

    private static IEnumerable<TextRow> Read(DecodedText text, string name, TextRowsOptions options) =>
        (options.Format ?? (text.Peek() == '{' ? RowFormat.Jsonl : RowFormat.Text)) switch
        {
            RowFormat.Jsonl => JsonRows(text, name, options),
            RowFormat.Csv => CsvRows(text, name, ',', options),
            RowFormat.Tsv => CsvRows(text, name, '\t', options),
            RowFormat.Parquet => throw new InputException($"{name} cannot be read as Parquet, which needs a file; give its path with --input"),
            _ => Lines(text, name, options),
        };

    private static IEnumerable<TextRow> Lines(DecodedText text, string name, TextRowsOptions options)
    {
        if (options.PairColumn is not null)
            throw new InputException($"{name} has a text a line, and so no column '{options.PairColumn}'; give JSON lines, CSV or Parquet");
        while (text.ReadLine() is { } line)
            yield return new TextRow(line, null, [new(options.TextColumn, Json(line))]);
    }

    private static IEnumerable<TextRow> JsonRows(DecodedText text, string name, TextRowsOptions options)
    {
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            if (!string.IsNullOrWhiteSpace(line))
                yield return JsonRow(line, $"{name}:{number}", options);
        }
    }

    private static TextRow JsonRow(string line, string place, TextRowsOptions options)
    {
        using var document = JsonLine.Parse(line, place, options.TextColumn);
        var members = document.RootElement.EnumerateObject().Select(member => KeyValuePair.Create(member.Name, member.Value.GetRawText())).ToList();
        return new TextRow(
            Text(document.RootElement, options.TextColumn, place),
            options.PairColumn is { } pair ? Text(document.RootElement, pair, place) ?? "" : null,
            members);
    }

    private static string? Text(JsonElement row, string column, string place)
    {
        if (!row.TryGetProperty(column, out var value))
            throw NoColumn(place, column, row.EnumerateObject().Select(member => member.Name));
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => throw new InputException($"{place}: '{column}' is {value.GetRawText()}, not a string; put a text in quotes, or name another column with --text-column"),
        };
    }

    private static IEnumerable<TextRow> CsvRows(DecodedText text, string name, char delimiter, TextRowsOptions options)
    {
        var records = new CsvRecords(text, new CsvDialect { Delimiter = delimiter }, name);
        if (!records.Read())
            throw new InputException($"{name} is empty; its first line has the columns' names");
        var header = CsvHeader.Names(records.Fields);
        var textAt = At(header, options.TextColumn, name);
        var pairAt = options.PairColumn is { } pair ? At(header, pair, name) : -1;
        while (records.Read())
        {
            if (records.Fields.Count > header.Length)
                throw new InputException($"{name}:{records.Places[0].Line}: this line has {records.Fields.Count} fields where the first has {header.Length}; correct it, or give --format");
            yield return new TextRow(
                Field(records, textAt),
                pairAt < 0 ? null : Field(records, pairAt) ?? "",
                [.. header.Select((column, at) => KeyValuePair.Create(column, Json(Field(records, at))))]);
        }
    }

    // An empty field is a missing value, as in pandas.
    private static string? Field(CsvRecords records, int at) => at < records.Fields.Count && records.Fields[at].Length > 0 ? records.Fields[at] : null;

    private static IEnumerable<TextRow> ParquetRows(string path, TextRowsOptions options)
    {
        var source = ParquetTables.Open(path);
        string[] header = [.. source.Schema.Select(column => column.Name)];
        var textAt = At(header, options.TextColumn, path);
        var pairAt = options.PairColumn is { } pair ? At(header, pair, path) : -1;
        foreach (var at in new[] { textAt, pairAt }.Where(at => at >= 0 && source.Schema[at].Type != ColumnType.Text))
            throw new InputException($"{path}: column '{header[at]}' holds {source.Schema[at].Type}, not text; name another column");
        foreach (var part in source.Batches())
        {
            var columns = header.Select(part.Column).ToList();
            for (var row = 0; row < part.RowCount; row++)
            {
                yield return new TextRow(
                    (string?)columns[textAt][row],
                    pairAt < 0 ? null : (string?)columns[pairAt][row] ?? "",
                    [.. columns.Select(column => KeyValuePair.Create(column.Name, Json(column[row])))]);
            }
        }
    }

    private static int At(string[] header, string column, string name) =>
        Array.IndexOf(header, column) is var at and >= 0 ? at : throw NoColumn(name, column, header);

    private static InputException NoColumn(string place, string column, IEnumerable<string> names) =>
        new($"{place}: there is no '{column}'; it has {string.Join(", ", names.Take(20).Select(OneLine.Quote))}: name the texts with --text-column");

    private static string Json(object? value) => value switch
    {
        null => "null",
        string text => $"\"{Relaxed.Encode(text)}\"",
        bool truth => truth ? "true" : "false",
        // JSON has no NaN.
        double number when !double.IsFinite(number) => "null",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
