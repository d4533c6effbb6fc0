// A table with one column converted to another type.
using System.Globalization;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Converts a column's values while the table is read.</summary>
/// <param name="source">The table.</param>
/// <param name="name">The column; one of the same name replaces it.</param>
/// <param name="type">What it holds afterwards.</param>
/// <param name="convert">Gives the new value of a value that is not missing; null makes it missing.</param>
internal sealed class ConvertedColumn(ITableSource source, string name, ColumnType type, Func<object, long, object?> convert) : ITableSource
{
    /// <inheritdoc/>
    public IReadOnlyList<ColumnSchema> Schema => [.. source.Schema.Select(column => column.Name == name ? column with { Type = type } : column)];

    /// <inheritdoc/>
    public RowLabels? RowLabels => source.RowLabels;

    /// <inheritdoc/>
    public IEnumerable<Table> Batches()
    {
        var start = 0L;
        foreach (var part in source.Batches())
        {
            yield return new Table([.. part.Columns.Select(column => column.Name == name ? Convert(column, start) : column)], part.RowLabels);
            start += part.RowCount;
        }
    }

    private Column Convert(Column column, long start)
    {
        var values = new object?[column.Count];
        for (var row = 0; row < values.Length; row++)
            values[row] = column[row] is { } value ? convert(value, start + row) : null;
        return type switch
        {
            ColumnType.Text => Column.Text(name, Array.ConvertAll(values, value => (string?)value)),
            ColumnType.Integer => Column.Integer(name, Array.ConvertAll(values, value => (long?)value)),
            ColumnType.Number => Column.Number(name, Array.ConvertAll(values, value => (double?)value)),
            _ => Column.Boolean(name, Array.ConvertAll(values, value => (bool?)value)),
        };
    }
}

/// <summary>Conversions of a table's columns while it is read.</summary>
public static class ColumnConversions
{
    /// <summary>A column as another type: numbers as text, text that holds numbers as numbers, 0 and 1 as truth values, and back.</summary>
    /// <exception cref="InputException">There is no such column. While it is read: a value is not of that type.</exception>
    public static ITableSource As(this ITableSource source, string column, ColumnType type)
    {
        if (Find(source, column).Type == type)
            return source;
        return new ConvertedColumn(source, column, type, (value, row) => Value(value, type)
            ?? throw new InputException($"column '{column}' has {Shown(value)} in row {row}, which is not what types says it holds; correct it, or change the type"));
    }

    /// <summary>A column's values as classes: each given word becomes its number, any other word is missing.</summary>
    /// <param name="source">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="classes">The class of each word; numbers and truth values count by what they are, however they are written.</param>
    /// <param name="unknown">Counts the words without a class.</param>
    /// <param name="named">Called for each value that has a class; null: not needed.</param>
    /// <exception cref="InputException">There is no such column, or two words that are one value there have different classes.</exception>
    public static ITableSource WithClasses(this ITableSource source, string column, IReadOnlyDictionary<string, int> classes, IDictionary<string, long> unknown, Action? named = null)
    {
        var words = ByValue(classes, column, Find(source, column).Type);
        return new ConvertedColumn(source, column, ColumnType.Integer, (value, _) =>
        {
            var word = Shown(value);
            if (words.TryGetValue(word, out var number))
            {
                named?.Invoke();
                return (long)number;
            }
            unknown[word] = unknown.TryGetValue(word, out var count) ? count + 1 : 1;
            return null;
        });
    }

    /// <summary>The classes by words as <see cref="Shown"/> gives a column's values: 1.0 in a file and in a config are the same number.</summary>
    private static Dictionary<string, int> ByValue(IReadOnlyDictionary<string, int> classes, string column, ColumnType type)
    {
        var words = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (word, number) in classes)
        {
            object? value = type switch
            {
                ColumnType.Integer => FieldValues.Integer(word) ?? (object?)FieldValues.Number(word),
                ColumnType.Number => FieldValues.Number(word),
                ColumnType.Boolean => FieldValues.Boolean(word),
                _ => word,
            };
            var shown = value is null ? word : Shown(value);
            if (!words.TryAdd(shown, number) && words[shown] != number)
                throw new InputException($"labels gives {shown} in column '{column}' the classes {words[shown]} and {number}; give it one");
        }
        return words;
    }

    private static ColumnSchema Find(ITableSource source, string name) =>
        source.Schema.FirstOrDefault(column => column.Name == name) ?? throw Table.NoColumn(name, source.Schema.Select(column => column.Name));

    private static object? Value(object value, ColumnType type) => (type, value) switch
    {
        (ColumnType.Text, _) => Shown(value),
        (ColumnType.Integer, string text) => FieldValues.Integer(text),
        (ColumnType.Integer, double number) when number == Math.Floor(number) && Math.Abs(number) < 1L << 53 => (long)number,
        (ColumnType.Integer, bool truth) => truth ? 1L : 0L,
        (ColumnType.Number, string text) => FieldValues.Number(text),
        (ColumnType.Number, long integer) => (double)integer,
        (ColumnType.Number, bool truth) => truth ? 1.0 : 0.0,
        (ColumnType.Boolean, string text) => FieldValues.Boolean(text),
        (ColumnType.Boolean, long and (0 or 1)) => (long)value == 1,
        (ColumnType.Boolean, double and (0 or 1)) => (double)value == 1,
        _ => null,
    };

    private static string Shown(object value) => value switch
    {
        bool truth => truth ? "true" : "false",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
