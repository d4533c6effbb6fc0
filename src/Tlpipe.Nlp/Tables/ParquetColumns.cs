// A Parquet file's columns, widened to the four types of a table.
using Parquet;
using Parquet.Schema;

namespace Tlpipe.Nlp.Tables;

/// <summary>Reads whole columns, row group after row group.</summary>
internal static class ParquetColumns
{
    /// <summary>Reads one column of all row groups.</summary>
    /// <exception cref="InputException">It is nested, or of a type that a table does not hold.</exception>
    public static async Task<Column> ReadAsync(ParquetReader reader, Field field, int rows, string path)
    {
        if (field is not DataField data || data.IsArray || data.MaxRepetitionLevel > 0)
            throw Refuse(field, "lists or structs", path);
        // Arrow's null type, which pandas writes for a column of which it knows no value.
        if (data.SchemaElement?.LogicalType?.UNKNOWN is not null)
            return Column.Text(data.Name, new string?[rows]);

        CheckRows(reader, data);
        var type = data.ClrType;
        if (type == typeof(ReadOnlyMemory<char>) || type == typeof(string))
            return Column.Text(data.Name, await TextAsync(reader, data, rows));
        if (type == typeof(bool))
            return Column.Boolean(data.Name, await ValuesAsync<bool, bool>(reader, data, rows, x => x));
        if (type == typeof(double))
            return Column.Number(data.Name, await ValuesAsync<double, double>(reader, data, rows, x => x));
        if (type == typeof(float))
            return Column.Number(data.Name, await ValuesAsync<float, double>(reader, data, rows, x => x));
        return Column.Integer(data.Name, await IntegersAsync(reader, data, rows) ?? throw Refuse(field, $"{type.Name} values", path));
    }

    private static async Task<long?[]?> IntegersAsync(ParquetReader reader, DataField field, int rows)
    {
        var type = field.ClrType;
        if (type == typeof(long))
            return await ValuesAsync<long, long>(reader, field, rows, x => x);
        if (type == typeof(int))
            return await ValuesAsync<int, long>(reader, field, rows, x => x);
        if (type == typeof(short))
            return await ValuesAsync<short, long>(reader, field, rows, x => x);
        if (type == typeof(sbyte))
            return await ValuesAsync<sbyte, long>(reader, field, rows, x => x);
        if (type == typeof(byte))
            return await ValuesAsync<byte, long>(reader, field, rows, x => x);
        if (type == typeof(ushort))
            return await ValuesAsync<ushort, long>(reader, field, rows, x => x);
        if (type == typeof(uint))
            return await ValuesAsync<uint, long>(reader, field, rows, x => x);
        if (type == typeof(ulong))
            return await ValuesAsync<ulong, long>(reader, field, rows, x => checked((long)x));
        return null;
    }

    private static async Task<string?[]> TextAsync(ParquetReader reader, DataField field, int rows)
    {
        var values = new string?[rows];
        var start = 0;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rowGroup = reader.OpenRowGroupReader(group);
            var count = (int)rowGroup.RowCount;
            if (count > 0)
                await rowGroup.ReadAsync(field, values.AsMemory(start, count)!);
            start += count;
        }
        return values;
    }

    private static async Task<TResult?[]> ValuesAsync<T, TResult>(ParquetReader reader, DataField field, int rows, Func<T, TResult> widen)
        where T : struct
        where TResult : struct
    {
        var values = new TResult?[rows];
        var start = 0;
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rowGroup = reader.OpenRowGroupReader(group);
            var count = (int)rowGroup.RowCount;
            foreach (var value in await GroupValuesAsync<T>(rowGroup, field, count))
                values[start++] = value is { } present ? widen(present) : null;
        }
        return values;
    }

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

    /// <summary>Holds the groups' rows against what the column itself says, before memory is taken for them.</summary>
    private static void CheckRows(ParquetReader reader, DataField field)
    {
        foreach (var rowGroup in reader.RowGroups)
        {
            var values = rowGroup.GetMetadata(field)?.MetaData?.NumValues;
            if (values != rowGroup.RowCount)
                throw new InvalidDataException($"a row group of {rowGroup.RowCount} rows has {values} values of '{field.Name}'");
        }
    }

    private static InputException Refuse(Field field, string what, string path) =>
        new($"column '{field.Name}' of {path} holds {what}, and tlpipe reads text, whole numbers, floating-point numbers and booleans; name the columns to read without it");
}
