// Reads a pickle's bytes from a file in order, never past a given end.
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Pickle;

/// <summary>A forward reader of one range of a file. Lengths that the pickle claims are checked before memory is taken for them.</summary>
internal sealed class PickleReader(TorchFile file, long start, long length)
{
    /// <summary>The longest description of tensors that is read: about a hundred times that of BERT.</summary>
    public const int MaxBytes = 8 << 20;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly byte[] buffer = new byte[16 << 10];
    private readonly long end = start + Math.Min(length, MaxBytes);
    private long bufferStart = start;
    private int bufferLength;
    private int bufferIndex;

    /// <summary>Where the next byte lies in the file.</summary>
    public long Position => bufferStart + bufferIndex;

    public byte ReadByte()
    {
        if (bufferIndex == bufferLength)
            Fill();
        return buffer[bufferIndex++];
    }

    /// <summary>Bytes of a length that the pickle claims.</summary>
    public byte[] ReadBytes(long count)
    {
        if (count < 0 || count > end - Position)
            throw EndReached();
        var bytes = new byte[count];
        var buffered = (int)Math.Min(count, bufferLength - bufferIndex);
        buffer.AsSpan(bufferIndex, buffered).CopyTo(bytes);
        file.Read(Position + buffered, bytes.AsSpan(buffered));
        if (buffered == count)
            bufferIndex += buffered;
        else
            MoveTo(Position + count);
        return bytes;
    }

    /// <summary>Text of a length in bytes that the pickle claims.</summary>
    public string ReadText(long count) => Decode(ReadBytes(count));

    /// <summary>Text up to a line feed, as GLOBAL has it.</summary>
    public string ReadLine()
    {
        const int longest = 256;
        var line = new List<byte>();
        for (var next = ReadByte(); next != '\n'; next = ReadByte())
        {
            if (line.Count == longest)
                throw file.Refuse($"its pickle holds a global's name of more than {longest} bytes");
            line.Add(next);
        }
        return Decode([.. line]);
    }

    private string Decode(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw file.Refuse("its pickle holds text that is not UTF-8");
        }
    }

    private void Fill()
    {
        MoveTo(Position);
        var count = (int)Math.Min(buffer.Length, end - bufferStart);
        if (count <= 0)
            throw EndReached();
        file.Read(bufferStart, buffer.AsSpan(0, count));
        bufferLength = count;
    }

    private void MoveTo(long position)
    {
        bufferStart = position;
        bufferIndex = 0;
        bufferLength = 0;
    }

    private InputException EndReached() => length > MaxBytes
        ? file.Refuse($"its pickle is longer than {MaxBytes >> 20} MiB, or cut off")
        : file.Refuse("its pickle is cut off");
}
