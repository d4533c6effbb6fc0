// The digest of a table's schema and values.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tlpipe.Tables;

/// <summary>
/// Hashes a table part by part. Tables that hold the same names, types, row labels and values have the same digest, whatever
/// file they come from and however they were cut. No two different tables feed it the same bytes: every text is preceded by
/// its length.
/// </summary>
public sealed class TableDigest : IDisposable
{
    private const long Missing = -1;

    private readonly IReadOnlyList<ColumnSchema> schema;
    private readonly IncrementalHash[] columns;
    private readonly IncrementalHash labels = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long rows;
    private bool textLabels;

    public TableDigest(IReadOnlyList<ColumnSchema> schema)
    {
        this.schema = schema;
        columns = [.. schema.Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256))];
    }

    /// <summary>Adds the next rows.</summary>
    public void Add(Table part)
    {
        rows += part.RowCount;
        textLabels |= part.RowLabels.AreText;
        if (part.RowLabels.AreText)
            foreach (var label in part.RowLabels.TextLabels)
                Text(labels, label);
        else
            labels.AppendData(MemoryMarshal.AsBytes(part.RowLabels.WholeNumbers.AsSpan()));
        for (var i = 0; i < columns.Length; i++)
            Add(columns[i], part.Columns[i]);
    }

    /// <summary>The digest of all rows so far, SHA-256 in lower-case hexadecimal.</summary>
    public string Finish()
    {
        var text = new StringBuilder("tlpipe table 2\n").Append(rows).Append(textLabels ? " text " : " integer ").Append(Hex(labels)).Append('\n');
        for (var i = 0; i < columns.Length; i++)
            text.Append(Hex(columns[i])).Append(' ').Append(schema[i].Type).Append(' ').Append(schema[i].Name.Length).Append(' ').Append(schema[i].Name).Append('\n');
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.Unicode.GetBytes(text.ToString())));
    }

    public void Dispose()
    {
        labels.Dispose();
        foreach (var column in columns)
            column.Dispose();
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    private static void Add(IncrementalHash hash, Column column)
    {
        switch (column.Type)
        {
            case ColumnType.Text:
                foreach (var value in column.Values<string?>())
                    Text(hash, value);
                break;
            case ColumnType.Integer:
                Numbers(hash, column.Values<long?>(), value => value);
                break;
            case ColumnType.Number:
                // NaN has many bit patterns and one meaning.
                Numbers(hash, column.Values<double?>(), value => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value));
                break;
            default:
                Numbers(hash, column.Values<bool?>(), value => value ? 1 : 0);
                break;
        }
    }

    private static void Text(IncrementalHash hash, string? value)
    {
        var length = value?.Length ?? Missing;
        hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in length)));
        hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    private static void Numbers<T>(IncrementalHash hash, T?[] values, Func<T, long> bits)
        where T : struct
    {
        var words = new long[2 * values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is { } value)
            {
                words[2 * i] = 1;
                words[2 * i + 1] = bits(value);
            }
        }
        hash.AppendData(MemoryMarshal.AsBytes(words.AsSpan()));
    }
}
