// A table in memory: named columns of equal length, and a label for each row.
using System.Globalization;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// Rows and columns as read from a file. It is immutable: every operation gives a new table, in which rows keep their labels.
/// </summary>
public sealed class Table
{
    private readonly Dictionary<string, Column> byName;

    /// <param name="columns">The columns, of equal length and different names.</param>
    /// <param name="rowLabels">A label for each row; null: 0 .. n-1.</param>
    /// <exception cref="ArgumentException">Lengths differ, or a name occurs twice.</exception>
    public Table(IReadOnlyList<Column> columns, RowLabels? rowLabels = null)
    {
        RowLabels = rowLabels ?? RowLabels.Range(columns.Count == 0 ? 0 : columns[0].Count);
        foreach (var column in columns)
        {
            if (column.Count != RowLabels.Count)
                throw new ArgumentException($"column '{column.Name}' has {column.Count} rows, not {RowLabels.Count}", nameof(columns));
        }
        Columns = columns;
        byName = columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<Column> Columns { get; }

    /// <summary>The rows' labels: pandas' index.</summary>
    public RowLabels RowLabels { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount => RowLabels.Count;

    /// <summary>Whether there is a column of this name.</summary>
    public bool HasColumn(string name) => byName.ContainsKey(name);

    /// <summary>A column by name.</summary>
    /// <exception cref="InputException">There is no such column.</exception>
    public Column Column(string name) =>
        byName.TryGetValue(name, out var column) ? column : throw NoColumn(name, Columns.Select(c => c.Name));

    /// <summary>A value: string, long, double, bool, or null where it is missing.</summary>
    /// <exception cref="InputException">There is no such column.</exception>
    public object? Value(string column, int row) => Column(column)[row];

    /// <summary>A text column's values; missing ones are null.</summary>
    /// <exception cref="InputException">There is no such column, or it holds something else.</exception>
    public IReadOnlyList<string?> Texts(string column) => Typed<string>(column, ColumnType.Text);

    /// <summary>A text column's values, none of them missing.</summary>
    /// <exception cref="InputException">There is no such column, it holds something else, or a row has no text.</exception>
    public IReadOnlyList<string> PresentTexts(string column)
    {
        var texts = Typed<string>(column, ColumnType.Text);
        var missing = Array.IndexOf(texts, null);
        if (missing >= 0)
            throw new InputException($"column '{column}' has no text in {Row(missing)}; leave such rows out or give them a text");
        return texts;
    }

    /// <summary>A whole-number column's values.</summary>
    /// <exception cref="InputException">There is no such column, or it holds something else.</exception>
    public IReadOnlyList<long?> Integers(string column) => Typed<long?>(column, ColumnType.Integer);

    /// <summary>A floating-point column's values.</summary>
    /// <exception cref="InputException">There is no such column, or it holds something else.</exception>
    public IReadOnlyList<double?> Numbers(string column) => Typed<double?>(column, ColumnType.Number);

    /// <summary>A boolean column's values.</summary>
    /// <exception cref="InputException">There is no such column, or it holds something else.</exception>
    public IReadOnlyList<bool?> Booleans(string column) => Typed<bool?>(column, ColumnType.Boolean);

    /// <summary>The rows at these positions, in this order; a position may come more than once.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A position is outside the table.</exception>
    public Table Take(ReadOnlySpan<int> positions)
    {
        foreach (var position in positions)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)position, (uint)RowCount, nameof(positions));
        var taken = new List<Column>(Columns.Count);
        foreach (var column in Columns)
            taken.Add(column.Take(positions));
        return new Table(taken, RowLabels.Take(positions));
    }

    /// <summary>These columns in this order.</summary>
    /// <exception cref="InputException">One of them is missing, or named twice.</exception>
    public Table Select(IReadOnlyList<string> columns)
    {
        CheckDistinct(columns);
        return new Table([.. columns.Select(Column)], RowLabels);
    }

    /// <summary>The rows whose label the other table does not have: <c>df.drop(other.index)</c>.</summary>
    /// <exception cref="InputException">The tables' labels are of different kinds.</exception>
    public Table Except(Table other) => Take(RowLabels.PositionsNotIn(other.RowLabels));

    /// <summary>A column's values as classes 0, 1, …; doubles without fraction and booleans count as whole numbers.</summary>
    /// <param name="column">The column.</param>
    /// <param name="classes">How many classes there are; null: any number.</param>
    /// <exception cref="InputException">There is no such column, it holds text, or a row's value is missing or not a class.</exception>
    public int[] Labels(string column, int? classes)
    {
        var values = Column(column);
        if (values.Type == ColumnType.Text)
            throw new InputException($"column '{column}' holds text, and labels are whole numbers from 0; choose another column or number the classes");
        var labels = new int[RowCount];
        for (var row = 0; row < labels.Length; row++)
            labels[row] = Label(values, row, classes);
        return labels;
    }

    /// <summary>
    /// The values of any column numbered in their sorted order, as stratified splits need them; text sorts by code point.
    /// </summary>
    /// <exception cref="InputException">There is no such column, or a row has no value.</exception>
    public int[] ClassCodes(string column)
    {
        var values = Column(column);
        var present = new object[RowCount];
        for (var row = 0; row < present.Length; row++)
            present[row] = values[row] ?? throw new InputException($"column '{column}' has no value in {Row(row)}; rows are stratified by a column without gaps");
        var code = present.Distinct().Order(ValueOrder.Instance).Select((value, i) => (value, i)).ToDictionary(p => p.value, p => p.i);
        return Array.ConvertAll(present, value => code[value]);
    }

    /// <summary>
    /// The SHA-256, in lower-case hexadecimal, of names, types, row labels and values. Tables that hold the same have the same,
    /// whatever file they come from.
    /// </summary>
    public string Digest()
    {
        using var digest = new TableDigest([.. Columns.Select(column => new ColumnSchema(column.Name, column.Type))]);
        digest.Add(this);
        return digest.Finish();
    }

    internal static InputException NoColumn(string name, IEnumerable<string> columns, string? where = null)
    {
        var there = string.Join(", ", columns);
        var place = where is null ? "" : $" in {where}";
        return new InputException($"there is no column '{name}'{place}; {(there.Length == 0 ? "it has no columns" : $"the columns are {there}")}");
    }

    internal static void CheckDistinct(IReadOnlyList<string> columns)
    {
        var twice = columns.GroupBy(c => c, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        if (twice is not null)
            throw new InputException($"column '{twice.Key}' is named {twice.Count()} times; name it once");
    }

    private T[] Typed<T>(string name, ColumnType type)
    {
        var column = Column(name);
        return column.Type == type
            ? column.Values<T>()
            : throw new InputException($"column '{name}' holds {Plural(column.Type)}, not {Plural(type)}; choose another column");
    }

    private int Label(Column column, int row, int? classes)
    {
        var value = column[row];
        double? number = value switch
        {
            long integer => integer,
            double fraction => fraction,
            bool truth => truth ? 1 : 0,
            _ => null,
        };
        var limit = classes ?? int.MaxValue;
        if (number is { } label && label >= 0 && label < limit && Math.Floor(label) == label)
            return (int)label;
        var shown = value is null ? "no label" : $"the label {Convert.ToString(value, CultureInfo.InvariantCulture)}";
        var range = classes is { } n ? $"whole numbers from 0 to {n - 1}" : "whole numbers from 0";
        throw new InputException($"column '{column.Name}' has {shown} in {Row(row)}; labels are {range}");
    }

    private string Row(int row) => RowLabels.AreRange ? $"row {row}" : $"row {row} (label {RowLabels[row]})";

    private static string Plural(ColumnType type) => type switch
    {
        ColumnType.Text => "text",
        ColumnType.Integer => "whole numbers",
        ColumnType.Number => "floating-point numbers",
        _ => "booleans",
    };

    /// <summary>Python's order of values of one type. UTF-16 order is not code point order above U+FFFF.</summary>
    private sealed class ValueOrder : IComparer<object>
    {
        public static readonly ValueOrder Instance = new();

        public int Compare(object? x, object? y) =>
            x is string a && y is string b ? CompareText(a, b) : Comparer<object>.Default.Compare(x, y);

        private static int CompareText(string a, string b)
        {
            var i = a.AsSpan().CommonPrefixLength(b);
            if (i == a.Length || i == b.Length)
                return a.Length - b.Length;
            return char.IsSurrogate(a[i]) == char.IsSurrogate(b[i]) ? a[i] - b[i] : char.IsSurrogate(a[i]) ? 1 : -1;
        }
    }
}
