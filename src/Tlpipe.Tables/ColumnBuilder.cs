// A column that grows.
namespace Tlpipe.Tables;

/// <summary>Collects a column's values.</summary>
internal sealed class ColumnBuilder(ColumnSchema schema)
{
    private readonly List<string?> texts = [];
    private readonly List<long?> integers = [];
    private readonly List<double?> numbers = [];
    private readonly List<bool?> booleans = [];

    public ColumnSchema Schema => schema;

    public void AddMissing()
    {
        switch (schema.Type)
        {
            case ColumnType.Text:
                texts.Add(null);
                break;
            case ColumnType.Integer:
                integers.Add(null);
                break;
            case ColumnType.Number:
                numbers.Add(null);
                break;
            default:
                booleans.Add(null);
                break;
        }
    }

    /// <summary>Adds a field of text, read as this column's type.</summary>
    /// <returns>Whether it could be read so.</returns>
    public bool TryAdd(string field)
    {
        switch (schema.Type)
        {
            case ColumnType.Text:
                texts.Add(field);
                return true;
            case ColumnType.Integer:
                integers.Add(FieldValues.Integer(field));
                return integers[^1] is not null;
            case ColumnType.Number:
                numbers.Add(FieldValues.Number(field));
                return numbers[^1] is not null;
            default:
                booleans.Add(FieldValues.Boolean(field));
                return booleans[^1] is not null;
        }
    }

    public void Add(long value) => integers.Add(value);

    public void Add(double value) => numbers.Add(value);

    public void Add(bool value) => booleans.Add(value);

    /// <summary>Takes the column and empties the builder.</summary>
    public Column Take()
    {
        var column = schema.Type switch
        {
            ColumnType.Text => Column.Text(schema.Name, [.. texts]),
            ColumnType.Integer => Column.Integer(schema.Name, [.. integers]),
            ColumnType.Number => Column.Number(schema.Name, [.. numbers]),
            _ => Column.Boolean(schema.Name, [.. booleans]),
        };
        texts.Clear();
        integers.Clear();
        numbers.Clear();
        booleans.Clear();
        return column;
    }
}
