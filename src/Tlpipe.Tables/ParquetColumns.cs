// A Parquet file's columns, widened to the four types of a table.
using Parquet;
using Parquet.Schema;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Reads columns, a row group at a time.</summary>
internal static class ParquetColumns
{
    private static readonly Type[] Integers =
        [typeof(long), typeof(int), typeof(short), typeof(sbyte), typeof(byte), typeof(ushort), typeof(uint), typeof(ulong)];

    /// <summary>What a column holds.</summary>
    /// <exception cref="InputException">It is nested, or of a type that a table does not hold.</exception>
    public static ColumnType TypeOf(Field field, string path)
    {
        if (field is not DataField data || data.IsArray || data.MaxRepetitionLevel > 0)
            throw Refuse(field, "lists or structs", path);
        var type = data.ClrType;
        // Arrow's null type, which pandas writes for a column without values.
        if (data.SchemaElement?.LogicalType?.UNKNOWN is not null || type == typeof(ReadOnlyMemory<char>) || type == typeof(string))
            return ColumnType.Text;
        if (type == typeof(bool))
            return ColumnType.Boolean;
        if (type == typeof(double) || type == typeof(float))
            return ColumnType.Number;
        return Array.IndexOf(Integers, type) >= 0 ? ColumnType.Integer : throw Refuse(field, $"{type.Name} values", path);
    }

    /// <summary>Reads one column of a row group.</summary>
    /// <inheritdoc cref="TypeOf" path="/exception"/>
    public static async Task<Column> ReadAsync(ParquetReader reader, Field field, int group, string path)
    {
        var columnType = TypeOf(field, path);
        var data = (DataField)field;
        var rows = (int)reader.RowGroups[group].RowCount;
        if (data.SchemaElement?.LogicalType?.UNKNOWN is not null)
            return Column.Text(data.Name, new string?[rows]);
        CheckRows(reader, group, data);
        using var rowGroup = reader.OpenRowGroupReader(group);
        switch (columnType)
        {
            case ColumnType.Text:
                var texts = new string?[rows];
                if (rows > 0)
                    await rowGroup.ReadAsync(data, texts.AsMemory()!);
                return Column.Text(data.Name, texts);
            case ColumnType.Boolean:
                return Column.Boolean(data.Name, await GroupValuesAsync<bool>(rowGroup, data, rows));
            case ColumnType.Number when data.ClrType == typeof(double):
                return Column.Number(data.Name, await GroupValuesAsync<double>(rowGroup, data, rows));
            case ColumnType.Number:
                return Column.Number(data.Name, await WidenedAsync<float, double>(rowGroup, data, rows, x => x));
            default:
                return Column.Integer(data.Name, await IntegersAsync(rowGroup, data, rows));
        }
    }

    private static async Task<long?[]> IntegersAsync(ParquetRowGroupReader rowGroup, DataField field, int rows)
    {
        var type = field.ClrType;
        if (type == typeof(long))
            return await GroupValuesAsync<long>(rowGroup, field, rows);
        if (type == typeof(int))
            return await WidenedAsync<int, long>(rowGroup, field, rows, x => x);
        if (type == typeof(short))
            return await WidenedAsync<short, long>(rowGroup, field, rows, x => x);
        if (type == typeof(sbyte))
            return await WidenedAsync<sbyte, long>(rowGroup, field, rows, x => x);
        if (type == typeof(byte))
            return await WidenedAsync<byte, long>(rowGroup, field, rows, x => x);
        if (type == typeof(ushort))
            return await WidenedAsync<ushort, long>(rowGroup, field, rows, x => x);
        return type == typeof(uint)
            ? await WidenedAsync<uint, long>(rowGroup, field, rows, x => x)
            : await WidenedAsync<ulong, long>(rowGroup, field, rows, x => checked((long)x));
    }

    private static async Task<TResult?[]> WidenedAsync<T, TResult>(ParquetRowGroupReader rowGroup, DataField field, int rows, Func<T, TResult> widen)
        where T : struct
        where TResult : struct =>
        Array.ConvertAll(await GroupValuesAsync<T>(rowGroup, field, rows), value => value is { } present ? widen(present) : (TResult?)null);

    private static async Task<T?[]> GroupValuesAsync<T>(ParquetRowGroupReader rowGroup, DataField field, int count)
        where T : struct
    {
        var values = new T?[count];
        if (count == 0)
            return values;
        if (field.IsNullable)
        {
            await rowGroup.ReadAsync(field, values.AsMemory());
            return values;
        }
        var present = new T[count];
        await rowGroup.ReadAsync(field, present.AsMemory());
        return Array.ConvertAll(present, value => (T?)value);
    }

    /// <summary>Checks the groups' row counts against the column's own before memory is allocated for them.</summary>
    private static void CheckRows(ParquetReader reader, int group, DataField field)
    {
        var rowGroup = reader.RowGroups[group];
        var values = rowGroup.GetMetadata(field)?.MetaData?.NumValues;
        if (values != rowGroup.RowCount)
            throw new InvalidDataException($"a row group of {rowGroup.RowCount} rows has {values} values of '{field.Name}'");
    }

    private static InputException Refuse(Field field, string what, string path) =>
        new($"column '{field.Name}' of {path} holds {what}, and tlpipe reads text, whole numbers, floating-point numbers and booleans; name the columns to read without it");
}
