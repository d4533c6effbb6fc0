// What pandas notes in a Parquet file about its index and columns.
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// The JSON under the key <c>pandas</c> (its form: pandas' developer guide, "Storing pandas DataFrame objects in Apache Parquet
/// format").
/// </summary>
/// <param name="IndexColumns">The columns that hold the row labels, one for each level; none where they are a range or nothing is noted.</param>
/// <param name="RangeStart">Where a range of row labels begins.</param>
/// <param name="RangeStep">The step of that range.</param>
internal sealed record PandasMetadata(IReadOnlyList<string> IndexColumns, long RangeStart, long RangeStep)
{
    public const string Key = "pandas";

    /// <summary>The name that pandas gives the column of an index without a name.</summary>
    public const string UnnamedIndex = "__index_level_0__";

    private static readonly PandasMetadata None = new([], 0, 1);

    /// <summary>Reads the note of a file; null and a note without an index mean rows 0 .. n-1.</summary>
    /// <exception cref="InputException">The note is damaged.</exception>
    public static PandasMetadata Parse(string? json, string path)
    {
        if (json is null)
            return None;
        try
        {
            var levels = JsonNode.Parse(json)?["index_columns"]?.AsArray();
            if (levels is null || levels.Count == 0)
                return None;
            return levels[0] switch
            {
                JsonValue => new PandasMetadata([.. levels.Select(level => level!.GetValue<string>())], 0, 1),
                JsonObject range when levels.Count == 1 && range["kind"]?.GetValue<string>() == "range" =>
                    new PandasMetadata([], range["start"]?.GetValue<long>() ?? 0, range["step"]?.GetValue<long>() ?? 1),
                _ => throw new JsonException("no known kind of index"),
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InputException($"{path} has a note of pandas about its index that cannot be read; write it again with pandas' to_parquet", e);
        }
    }

    /// <summary>The note for a table; its index column is <see cref="UnnamedIndex"/> unless the labels are a plain range.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="hasMissing">Whether each of them has a missing value, where it holds whole numbers or truth values.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="hasIndex">Whether the row labels are in a column.</param>
    /// <param name="textIndex">Whether they are text.</param>
    public static string For(IReadOnlyList<ColumnSchema> schema, IReadOnlyList<bool> hasMissing, int rows, bool hasIndex, bool textIndex)
    {
        var columns = new JsonArray([.. schema.Select((c, i) => (JsonNode)Describe(c.Name, c.Name, TypeNames(c.Type, hasMissing[i])))]);
        JsonNode index = UnnamedIndex;
        if (!hasIndex)
            index = new JsonObject { ["kind"] = "range", ["name"] = null, ["start"] = 0, ["stop"] = rows, ["step"] = 1 };
        else
            columns.Add(Describe(null, UnnamedIndex, textIndex ? ("unicode", "object") : ("int64", "int64")));
        var names = Describe(null, null, ("unicode", "object"));
        names["metadata"] = new JsonObject { ["encoding"] = "UTF-8" };
        return new JsonObject
        {
            ["index_columns"] = new JsonArray(index),
            ["column_indexes"] = new JsonArray(names),
            ["columns"] = columns,
            ["attributes"] = new JsonObject(),
            ["creator"] = new JsonObject { ["library"] = "tlpipe", ["version"] = "0.1.0" },
            ["pandas_version"] = "2.2.3", // the version whose form this note has
        }.ToJsonString();
    }

    private static JsonObject Describe(string? name, string? fieldName, (string Pandas, string Numpy) types) => new()
    {
        ["name"] = name,
        ["field_name"] = fieldName,
        ["pandas_type"] = types.Pandas,
        ["numpy_type"] = types.Numpy,
        ["metadata"] = null,
    };

    /// <summary>pandas' plain types have no missing value for whole numbers and booleans; its capitalised ones do.</summary>
    private static (string Pandas, string Numpy) TypeNames(ColumnType type, bool hasMissing) => type switch
    {
        ColumnType.Text => ("unicode", "object"),
        ColumnType.Integer => ("int64", hasMissing ? "Int64" : "int64"),
        ColumnType.Number => ("float64", "float64"),
        _ => ("bool", hasMissing ? "boolean" : "bool"),
    };
}
