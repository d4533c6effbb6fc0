// What goes into a table's digest, value by value.
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Tlpipe.Nlp.Tables;

/// <summary>Feeds a hash so that no two different tables give the same bytes: every text is preceded by its length.</summary>
internal readonly ref struct TableDigest(IncrementalHash hash)
{
    private const long Missing = -1;
    private readonly IncrementalHash hash = hash;

    public void Integer(long value) => hash.AppendData(MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in value)));

    public void Text(string? value)
    {
        Integer(value?.Length ?? Missing);
        hash.AppendData(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    public void Labels(RowLabels labels)
    {
        Integer(labels.AreText ? 1 : 0);
        if (!labels.AreText)
        {
            hash.AppendData(MemoryMarshal.AsBytes(labels.WholeNumbers.AsSpan()));
            return;
        }
        foreach (var label in labels.TextLabels)
            Text(label);
    }

    public void Column(Column column)
    {
        Text(column.Name);
        Text(column.Type.ToString());
        switch (column.Type)
        {
            case ColumnType.Text:
                foreach (var value in column.Values<string?>())
                    Text(value);
                break;
            case ColumnType.Integer:
                Numbers(column.Values<long?>(), value => value);
                break;
            case ColumnType.Number:
                // NaN has many bit patterns and one meaning.
                Numbers(column.Values<double?>(), value => BitConverter.DoubleToInt64Bits(double.IsNaN(value) ? double.NaN : value));
                break;
            default:
                Numbers(column.Values<bool?>(), value => value ? 1 : 0);
                break;
        }
    }

    private void Numbers<T>(T?[] values, Func<T, long> bits)
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
