// A Parquet file's columns, widened to the four types of a table.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using ParquetSharp;
using ParquetSharp.Schema;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Reads columns, a row group at a time.</summary>
internal static class ParquetColumns
{
    private const int RowsAtOnce = 1 << 16;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What a column holds.</summary>
    /// <exception cref="InputException">It is nested, or of a type that a table does not hold.</exception>
    public static ColumnType TypeOf(SchemaDescriptor schema, Node field, string path)
    {
        if (field is not PrimitiveNode || field.Repetition == Repetition.Repeated)
            throw Refuse(field, "lists or structs", path);
        using var logical = LogicalTypeOf(field, path);
        return (logical.Type, PhysicalTypeOf(schema, field)) switch
        {
            // Arrow's null type, which pandas writes for a column without values.
            (LogicalTypeEnum.Nil, _) => ColumnType.Text,
            // Impala, Hive and Spark wrote text without saying so; what is not UTF-8 is refused when it is read.
            (LogicalTypeEnum.String or LogicalTypeEnum.Json or LogicalTypeEnum.Enum or LogicalTypeEnum.None, PhysicalType.ByteArray) => ColumnType.Text,
            (LogicalTypeEnum.Int or LogicalTypeEnum.None, PhysicalType.Int32 or PhysicalType.Int64) => ColumnType.Integer,
            (LogicalTypeEnum.None, PhysicalType.Float or PhysicalType.Double) or (LogicalTypeEnum.Float16, PhysicalType.FixedLenByteArray) => ColumnType.Number,
            (LogicalTypeEnum.None, PhysicalType.Boolean) => ColumnType.Boolean,
            (LogicalTypeEnum.None, PhysicalType.FixedLenByteArray) => throw Refuse(field, "binary values", path),
            (LogicalTypeEnum.None, PhysicalType.Int96) => throw Refuse(field, "timestamps", path),
            (var other, _) => throw Refuse(field, $"values of the type {other}", path),
        };
    }

    /// <summary>Reads one column of a row group.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="field">The column.</param>
    /// <param name="group">The row group.</param>
    /// <param name="start">How many rows there are before it.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InputException">The column is damaged or holds what a table does not.</exception>
    public static Column Read(ParquetFileReader reader, Node field, int group, int start, string path)
    {
        var schema = reader.FileMetaData.Schema;
        var type = TypeOf(schema, field, path);
        using var rowGroup = reader.RowGroup(group);
        var rows = (int)rowGroup.MetaData.NumRows;
        var index = schema.ColumnIndex(field);
        var chunk = new Chunk(field, rows, start, path);
        try
        {
            using var metadata = rowGroup.MetaData.GetColumnChunkMetaData(index);
            if (metadata.NumValues != rows)
                throw new InvalidDataException($"a row group of {rows} rows has {metadata.NumValues} values of '{field.Name}'");
            chunk = chunk with { How = $"codec {metadata.Compression}, encodings {string.Join(" ", metadata.Encodings.Distinct())}" };
            using var logical = field.LogicalType;
            if (logical.Type == LogicalTypeEnum.Nil)
                return Column.Text(field.Name, new string?[rows]);
            using var column = rowGroup.Column(index);
            return type switch
            {
                ColumnType.Text => Column.Text(field.Name, Values<ByteArray, string?>(column, chunk, (bytes, row) => TextOf(bytes, row, chunk))),
                ColumnType.Boolean => Column.Boolean(field.Name, Values<bool, bool?>(column, chunk, (value, _) => value)),
                ColumnType.Integer => Column.Integer(field.Name, Integers(column, logical as IntLogicalType, chunk)),
                _ => Column.Number(field.Name, Numbers(column, chunk)),
            };
        }
        catch (ParquetException e)
        {
            throw ParquetTables.Damage(path, $"column '{field.Name}'{(chunk.How.Length > 0 ? $", {chunk.How}" : "")}: ", e);
        }
    }

    private static LogicalType LogicalTypeOf(Node field, string path)
    {
        try
        {
            return field.LogicalType;
        }
        catch (ArgumentOutOfRangeException)
        {
            throw Refuse(field, "values of an unknown type", path);
        }
    }

    private static PhysicalType PhysicalTypeOf(SchemaDescriptor schema, Node field) => schema.Column(schema.ColumnIndex(field)).PhysicalType;

    private static long?[] Integers(ColumnReader column, IntLogicalType? type, Chunk chunk)
    {
        if (type is not { IsSigned: false })
            return column is ColumnReader<int> ? Values<int, long?>(column, chunk, (value, _) => value) : Values<long, long?>(column, chunk, (value, _) => value);
        return column is ColumnReader<int>
            ? Values<int, long?>(column, chunk, (value, _) => type.BitWidth switch { 8 => (byte)value, 16 => (ushort)value, _ => (uint)value })
            : Values<long, long?>(column, chunk, (value, row) => value >= 0 ? value : throw new InputException(string.Create(
                CultureInfo.InvariantCulture,
                $"column '{chunk.Field.Name}' of {chunk.Path} holds {(ulong)value} in row {row}, and whole numbers here end at {long.MaxValue}; write it as text, or name the columns to read without it")));
    }

    private static double?[] Numbers(ColumnReader column, Chunk chunk) => column switch
    {
        ColumnReader<float> => Values<float, double?>(column, chunk, (value, _) => value),
        ColumnReader<FixedLenByteArray> => Values<FixedLenByteArray, double?>(column, chunk, (bytes, _) => (double)BinaryPrimitives.ReadHalfLittleEndian(BytesOf(bytes.Pointer, 2))),
        _ => Values<double, double?>(column, chunk, (value, _) => value),
    };

    private static string TextOf(ByteArray bytes, long row, Chunk chunk)
    {
        try
        {
            return Utf8.GetString(BytesOf(bytes.Pointer, bytes.Length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"column '{chunk.Field.Name}' of {chunk.Path} holds bytes that are not UTF-8 in row {row}; write its texts as UTF-8, or name the columns to read without it", e);
        }
    }

    private static unsafe ReadOnlySpan<byte> BytesOf(nint pointer, int length) => new((void*)pointer, length);

    /// <summary>
    /// All values of a chunk, in its rows' order; the default where one is missing. The array grows with what the file really has, whatever it claims.
    /// </summary>
    private static TResult[] Values<T, TResult>(ColumnReader column, Chunk chunk, Func<T, long, TResult> convert)
        where T : unmanaged
    {
        var reader = (ColumnReader<T>)column;
        var isOptional = chunk.Field.Repetition == Repetition.Optional;
        var atOnce = Math.Min(chunk.Rows, RowsAtOnce);
        var (levels, present) = (new short[isOptional ? atOnce : 0], new T[atOnce]);
        var values = new TResult[Math.Min(chunk.Rows, 1 << 20)];
        var row = 0;
        while (row < chunk.Rows && reader.HasNext)
        {
            var wanted = Math.Min(atOnce, chunk.Rows - row);
            var read = (int)reader.ReadBatch(wanted, levels, [], present, out var presentCount);
            if (read <= 0)
                break;
            if (row + read > values.Length)
                Array.Resize(ref values, (int)Math.Min(chunk.Rows, Math.Max(row + read, values.Length * 2L)));
            var next = 0;
            for (var i = 0; i < read; i++, row++)
                if (!isOptional || levels[i] == 1)
                    values[row] = convert(present[next++], (long)chunk.Start + row);
            if (next != presentCount)
                throw new InvalidDataException($"a page of '{chunk.Field.Name}' has {presentCount} values where its levels tell of {next}");
        }
        return row == chunk.Rows ? values : throw new InvalidDataException($"column '{chunk.Field.Name}' ends after {row} of {chunk.Rows} rows");
    }

    private static InputException Refuse(Node field, string what, string path) =>
        new($"column '{field.Name}' of {path} holds {what}, and tlpipe reads text, whole numbers, floating-point numbers and booleans; name the columns to read without it");

    /// <summary>A column of a row group.</summary>
    /// <param name="Field">The column.</param>
    /// <param name="Rows">The group's rows.</param>
    /// <param name="Start">The rows before it.</param>
    /// <param name="Path">The file's name, for messages.</param>
    private sealed record Chunk(Node Field, int Rows, int Start, string Path)
    {
        /// <summary>How it is stored, for messages.</summary>
        public string How { get; init; } = "";
    }
}
