// A column of a row group, read some rows at a time and widened to one of a table's types.
using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ParquetSharp;
using ParquetSharp.Schema;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Reads values in the rows' order. It must be disposed before its row group.</summary>
internal sealed class ParquetColumnReader : IDisposable
{
    private const int RowsAtOnce = 1 << 16;
    private const int HalfBytes = 2;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string path;
    private readonly string name;
    private readonly ColumnType type;
    private readonly int start;
    private readonly int groupRows;
    private readonly bool isOptional;
    private readonly bool isNull;
    private readonly bool isUnsigned;
    private readonly int bitWidth;
    private readonly string how = "";
    private readonly ColumnReader? column;
    private readonly Dictionary<(nint Pointer, int Length), string>? repeated;
    private int row;

    /// <param name="rowGroup">The row group.</param>
    /// <param name="schema">The file's schema.</param>
    /// <param name="field">The column.</param>
    /// <param name="start">How many rows of the file are before the group.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InputException">The column is damaged or holds what a table does not.</exception>
    public ParquetColumnReader(RowGroupReader rowGroup, SchemaDescriptor schema, Node field, int start, string path)
    {
        (this.path, this.start, name) = (path, start, field.Name);
        type = ParquetColumns.TypeOf(schema, field, path);
        isOptional = field.Repetition == Repetition.Optional;
        using var logical = field.LogicalType;
        isNull = logical.Type == LogicalTypeEnum.Nil;
        if (logical is IntLogicalType integer)
            (isUnsigned, bitWidth) = (!integer.IsSigned, integer.BitWidth);
        groupRows = (int)rowGroup.MetaData.NumRows;
        try
        {
            var index = schema.ColumnIndex(field);
            using var chunk = rowGroup.MetaData.GetColumnChunkMetaData(index);
            how = $", codec {chunk.Compression}, encodings {string.Join(" ", chunk.Encodings.Distinct())}";
            if (chunk.NumValues != groupRows)
                throw new InvalidDataException($"a row group of {groupRows} rows has {chunk.NumValues} values");
            // A word that recurs is one string in memory, where the file stores it once.
            if (chunk.Encodings.Contains(ParquetSharp.Encoding.PlainDictionary) || chunk.Encodings.Contains(ParquetSharp.Encoding.RleDictionary))
                repeated = [];
            column = isNull || groupRows == 0 ? null : rowGroup.Column(index);
        }
        catch (Exception e) when (ParquetTables.IsDamage(e))
        {
            throw Damage(e);
        }
    }

    /// <summary>Reads the next rows. Those of the group's end are checked to be the last.</summary>
    /// <exception cref="InputException">The column is damaged or holds what a table does not.</exception>
    public Column Read(int count)
    {
        try
        {
            var values = Values(count);
            row += count;
            if (row == groupRows && column?.HasNext == true)
                throw new InvalidDataException($"there are values after the group's {groupRows} rows");
            return values;
        }
        catch (Exception e) when (ParquetTables.IsDamage(e))
        {
            throw Damage(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => column?.Dispose();

    private Column Values(int count) => column switch
    {
        null when type == ColumnType.Text => Column.Text(name, new string?[count]),
        null => throw new ArgumentException($"column '{name}' has no rows here", nameof(count)),
        ColumnReader<ByteArray> texts => Column.Text(name, Values<ByteArray, string?>(texts, count, Text)),
        ColumnReader<bool> truths => Column.Boolean(name, Values<bool, bool?>(truths, count, (value, _) => value)),
        ColumnReader<int> integers => Column.Integer(name, Values<int, long?>(integers, count, Integer)),
        ColumnReader<long> integers => Column.Integer(name, Values<long, long?>(integers, count, Integer)),
        ColumnReader<float> numbers => Column.Number(name, Values<float, double?>(numbers, count, (value, _) => value)),
        ColumnReader<double> numbers => Column.Number(name, Values<double, double?>(numbers, count, (value, _) => value)),
        ColumnReader<FixedLenByteArray> halves => Column.Number(name, Values<FixedLenByteArray, double?>(halves, count, (bytes, _) => (double)BinaryPrimitives.ReadHalfLittleEndian(BytesOf(bytes.Pointer, HalfBytes)))),
        _ => throw new ArgumentException($"column '{name}' is of no type that is read"),
    };

    /// <summary>The array grows with what the file really has, whatever it claims.</summary>
    private TResult[] Values<T, TResult>(ColumnReader<T> reader, int count, Func<T, int, TResult> convert)
        where T : unmanaged
    {
        var atOnce = Math.Min(count, RowsAtOnce);
        var (levels, present) = (new short[isOptional ? atOnce : 0], new T[atOnce]);
        var values = new TResult[atOnce];
        var done = 0;
        while (done < count)
        {
            // The bytes of texts are where they are until the next batch is read.
            repeated?.Clear();
            var read = reader.HasNext ? (int)reader.ReadBatch(Math.Min(atOnce, count - done), levels, [], present, out var presentCount) : presentCount = 0;
            if (read <= 0)
                throw new InvalidDataException($"it ends after {row + done} of the group's {groupRows} rows");
            if (done + read > values.Length)
                Array.Resize(ref values, (int)Math.Min(count, Math.Max(done + read, values.Length * 2L)));
            var next = 0;
            for (var i = 0; i < read; i++, done++)
                if (!isOptional || levels[i] == 1)
                    values[done] = next < presentCount ? convert(present[next++], row + done) : throw new InvalidDataException($"a page has {presentCount} values, and its levels tell of more");
            if (next != presentCount)
                throw new InvalidDataException($"a page has {presentCount} values, and its levels tell of {next}");
        }
        return values;
    }

    private long? Integer(int value, int at) => isUnsigned ? bitWidth switch { 8 => (byte)value, 16 => (ushort)value, _ => (uint)value } : value;

    private long? Integer(long value, int at) => !isUnsigned || value >= 0 ? value : throw new InputException(string.Create(
        CultureInfo.InvariantCulture,
        $"column '{name}' of {path} holds {(ulong)value} in row {start + at}, and whole numbers here end at {long.MaxValue}; write it as text, or name the columns to read without it"));

    private string Text(ByteArray bytes, int at)
    {
        if (repeated is null)
            return Decoded(bytes, at);
        ref var text = ref CollectionsMarshal.GetValueRefOrAddDefault(repeated, (bytes.Pointer, bytes.Length), out var known);
        if (!known)
            text = Decoded(bytes, at);
        return text!;
    }

    private string Decoded(ByteArray bytes, int at)
    {
        try
        {
            return Utf8.GetString(BytesOf(bytes.Pointer, bytes.Length));
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"column '{name}' of {path} holds bytes that are not UTF-8 in row {start + at}; write its texts as UTF-8, or name the columns to read without it", e);
        }
    }

    private static unsafe ReadOnlySpan<byte> BytesOf(nint pointer, int length) => new((void*)pointer, length);

    private Exception Damage(Exception e) => e is ParquetException && e.Message.Contains("crypt", StringComparison.OrdinalIgnoreCase)
        ? new InputException($"column '{name}' of {path} is encrypted, which tlpipe does not read; write it without encryption, or name the columns to read without it", e)
        : ParquetTables.Damage(path, $"column '{name}'{how}: ", e);
}
