// One column of a table: a name, a type, and a value or none for each row.
namespace Tlpipe.Tables;

/// <summary>What a column holds. Narrower types of files are widened to these.</summary>
public enum ColumnType
{
    /// <summary>string</summary>
    Text,

    /// <summary>long</summary>
    Integer,

    /// <summary>double</summary>
    Number,

    /// <summary>bool</summary>
    Boolean,
}

/// <summary>A named column. It keeps the array it is given, which must not change afterwards.</summary>
public sealed class Column
{
    private readonly Array values;

    private Column(string name, ColumnType type, Array values)
    {
        Name = name;
        Type = type;
        this.values = values;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public ColumnType Type { get; }

    /// <summary>The number of rows.</summary>
    public int Count => values.Length;

    /// <summary>A row's value: string, long, double or bool; null where it is missing.</summary>
    public object? this[int row] => values switch
    {
        string?[] text => text[row],
        long?[] integers => integers[row],
        double?[] numbers => numbers[row],
        _ => Values<bool?>()[row],
    };

    public static Column Text(string name, string?[] values) => new(name, ColumnType.Text, values);

    public static Column Integer(string name, long?[] values) => new(name, ColumnType.Integer, values);

    public static Column Number(string name, double?[] values) => new(name, ColumnType.Number, values);

    public static Column Boolean(string name, bool?[] values) => new(name, ColumnType.Boolean, values);

    /// <summary>The values; T must be string, long?, double? or bool?, as <see cref="Type"/> says.</summary>
    internal T[] Values<T>() =>
        values as T[] ?? throw new ArgumentException($"'{Name}' holds {Type}, not {typeof(T)}");

    /// <summary>A column of all parts of a table.</summary>
    public static Column Concat(ColumnSchema schema, IReadOnlyList<Table> parts) => schema.Type switch
    {
        ColumnType.Text => Text(schema.Name, Concat<string?>(schema.Name, parts)),
        ColumnType.Integer => Integer(schema.Name, Concat<long?>(schema.Name, parts)),
        ColumnType.Number => Number(schema.Name, Concat<double?>(schema.Name, parts)),
        _ => Boolean(schema.Name, Concat<bool?>(schema.Name, parts)),
    };

    private static T[] Concat<T>(string name, IReadOnlyList<Table> parts) => [.. parts.SelectMany(part => part.Column(name).Values<T>())];

    /// <summary>The rows at these positions, in this order.</summary>
    internal Column Take(ReadOnlySpan<int> positions) => values switch
    {
        string?[] text => Text(Name, Take(text, positions)),
        long?[] integers => Integer(Name, Take(integers, positions)),
        double?[] numbers => Number(Name, Take(numbers, positions)),
        _ => Boolean(Name, Take(Values<bool?>(), positions)),
    };

    internal static T[] Take<T>(T[] values, ReadOnlySpan<int> positions)
    {
        var taken = new T[positions.Length];
        for (var i = 0; i < taken.Length; i++)
            taken[i] = values[positions[i]];
        return taken;
    }
}
