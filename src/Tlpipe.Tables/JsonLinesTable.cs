// A table in JSON lines.
using System.Text.Json;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// A file with a JSON object a line. Its columns are the members of all lines, in order of first appearance.
/// A member that is missing or null is a missing value. It reads the file twice, as <see cref="CsvTable"/> does.
/// </summary>
public sealed class JsonLinesTable : ITableSource
{
    private const int RowsPerBatch = 65_536;

    private readonly string path;
    private readonly IReadOnlyDictionary<string, ColumnType>? types;

    private JsonLinesTable(string path, IReadOnlyList<ColumnSchema> schema, IReadOnlyDictionary<string, ColumnType>? types)
    {
        (this.path, this.types) = (path, types);
        Schema = schema;
    }

    /// <inheritdoc/>
    public IReadOnlyList<ColumnSchema> Schema { get; }

    /// <inheritdoc/>
    public RowLabels? RowLabels => null;

    /// <summary>Opens a file and finds its columns and their types.</summary>
    /// <param name="path">The file, UTF-8; .gz is decompressed.</param>
    /// <param name="columns">The columns to read, in the order wanted; null: all.</param>
    /// <param name="types">Types of columns by name, in place of those that their values have; null: none.</param>
    /// <exception cref="InputException">The file is missing, a line is not a JSON object, or a column holds what a table does not.</exception>
    public static JsonLinesTable Open(string path, IReadOnlyList<string>? columns = null, IReadOnlyDictionary<string, ColumnType>? types = null)
    {
        if (columns is not null)
            Table.CheckDistinct(columns);
        var seen = new OrderedDictionary<string, Inferred>(StringComparer.Ordinal);
        var rows = 0;
        foreach (var (line, members) in Objects(path))
        {
            foreach (var member in members.EnumerateObject())
            {
                if (columns is not null && !columns.Contains(member.Name))
                {
                    seen.TryAdd(member.Name, new Inferred());
                    continue;
                }
                if (!seen.TryGetValue(member.Name, out var column))
                    seen.Add(member.Name, column = new Inferred());
                column.See(member.Value, member.Name, path, line, typed: types?.ContainsKey(member.Name) == true);
            }
            rows++;
        }
        if (seen.Count == 0)
            throw new InputException(rows == 0
                ? $"{path} is empty; each line is an object such as {{\"text\": \"…\"}}"
                : $"no row of {path} has a column: its objects are empty; write them again with their members");
        var names = columns ?? [.. seen.Keys];
        foreach (var name in names.Concat(types?.Keys ?? []))
            if (!seen.ContainsKey(name))
                throw Table.NoColumn(name, seen.Keys, path);
        return new JsonLinesTable(
            path, [.. names.Select(name => new ColumnSchema(name, types?.TryGetValue(name, out var type) == true ? type : seen[name].TypeIn(rows)))], types);
    }

    /// <inheritdoc/>
    public IEnumerable<Table> Batches()
    {
        var builders = Schema.Select(column => new ColumnBuilder(column)).ToArray();
        var (start, rows) = (0, 0);
        foreach (var (line, members) in Objects(path))
        {
            foreach (var builder in builders)
                Add(builder, members, line);
            if (++rows == RowsPerBatch)
            {
                yield return new Table([.. builders.Select(builder => builder.Take())], RowLabels.Range(rows, start));
                (start, rows) = (start + rows, 0);
            }
        }
        if (rows > 0)
            yield return new Table([.. builders.Select(builder => builder.Take())], RowLabels.Range(rows, start));
    }

    private void Add(ColumnBuilder builder, JsonElement members, int line)
    {
        if (!members.TryGetProperty(builder.Schema.Name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            builder.AddMissing();
            return;
        }
        switch (builder.Schema.Type, value.ValueKind)
        {
            case (ColumnType.Text, JsonValueKind.String):
                builder.TryAdd(value.GetString()!);
                return;
            case (ColumnType.Integer, JsonValueKind.Number) when value.TryGetInt64(out var integer):
                builder.Add(integer);
                return;
            case (ColumnType.Number, JsonValueKind.Number):
                builder.Add(value.GetDouble());
                return;
            case (ColumnType.Boolean, JsonValueKind.True or JsonValueKind.False):
                builder.Add(value.GetBoolean());
                return;
        }
        // A type that the caller asked for, or whole numbers beyond 64 bits.
        var field = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (!builder.TryAdd(field))
            throw new InputException($"{path}:{line}: '{field}' is not what types says column '{builder.Schema.Name}' holds; correct it, or change the type");
    }

    private static IEnumerable<(int Line, JsonElement Members)> Objects(string path)
    {
        using var text = TextFiles.OpenText(path, "utf-8");
        for (var number = 1; text.ReadLine() is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            using var document = JsonLine.Parse(line, $"{path}:{number}");
            yield return (number, document.RootElement);
        }
    }

    /// <summary>The type of a column's values so far.</summary>
    private sealed class Inferred
    {
        private JsonValueKind kind;
        private int present;
        private readonly NumberInference numbers = new();

        public void See(JsonElement value, string name, string path, int line, bool typed)
        {
            var found = value.ValueKind == JsonValueKind.False ? JsonValueKind.True : value.ValueKind;
            if (found == JsonValueKind.Null)
                return;
            present++;
            if (found is JsonValueKind.Array or JsonValueKind.Object)
                throw new InputException($"{path}:{line}: column '{name}' holds a list or an object, and tables hold text, numbers and truth values; name the columns to read without it");
            if (kind != JsonValueKind.Undefined && kind != found && !typed)
                throw new InputException($"{path}:{line}: column '{name}' has {Words(found)} here and {Words(kind)} before; write one kind, or say which with types");
            kind = found;
            if (found == JsonValueKind.Number)
                numbers.See(value.GetRawText());
        }

        /// <summary>As in CSV, a column without any value, or of whole numbers with gaps, is one of floating-point numbers, if that changes none of them.</summary>
        public ColumnType TypeIn(int rows) => kind switch
        {
            JsonValueKind.String => ColumnType.Text,
            JsonValueKind.True => ColumnType.Boolean,
            JsonValueKind.Number => numbers.Type(present < rows),
            _ => ColumnType.Number,
        };

        private static string Words(JsonValueKind kind) => kind switch
        {
            JsonValueKind.String => "text",
            JsonValueKind.True => "true or false",
            _ => "a number",
        };
    }
}
