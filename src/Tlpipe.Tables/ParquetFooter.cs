// Checks that a file is a whole Parquet file before a library reads it.
using System.Buffers.Binary;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// The frame of a Parquet file: <c>PAR1</c>, pages, a footer in Thrift's compact protocol, its length, <c>PAR1</c>. The footer
/// is walked to its end: one that stops short of its length is damaged even where the first part of it can be read.
/// </summary>
internal static class ParquetFooter
{
    private const int FrameBytes = 12;

    // Parquet's modular encryption: where columns are encrypted and the footer is not, a nonce of 12 bytes and a tag of 16 follow it.
    private const int EncryptionAlgorithmField = 8;
    private const int SignatureBytes = 28;

    /// <exception cref="InputException">The file is empty, a Git LFS pointer, not Parquet, or damaged.</exception>
    public static void Check(Stream stream, string path)
    {
        if (stream.Length == 0)
            throw new InputException($"{path} is empty; fetch or write it again");
        var head = new byte[Math.Min(stream.Length, 16)];
        stream.ReadExactly(head);
        if (head.AsSpan().StartsWith("version https://"u8))
            throw new InputException($"{path} is a Git LFS pointer, not the file itself; run 'git lfs pull' in its repository");
        if (head.AsSpan().StartsWith("PARE"u8))
            throw new InputException($"{path} is an encrypted Parquet file, which tlpipe does not read; write it without encryption");
        if (!head.AsSpan().StartsWith("PAR1"u8))
            throw new InputException($"{path} is not a Parquet file; convert the table to Parquet, for example with pandas' to_parquet");

        var tail = new byte[8];
        stream.Position = Math.Max(0, stream.Length - tail.Length);
        stream.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false);
        if (stream.Length < FrameBytes || !tail.AsSpan(4).SequenceEqual("PAR1"u8))
            throw new InputException($"{path} is cut short: it begins as a Parquet file and does not end as one; fetch or write it again");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (length > stream.Length - FrameBytes)
            throw new InputException($"{path} is damaged: its footer claims {length} bytes; fetch or write it again");

        var footer = new byte[(int)length];
        stream.Position = stream.Length - tail.Length - length;
        stream.ReadExactly(footer);
        if (!new ThriftWalk(footer).IsFooter())
            throw new InputException($"{path} is damaged: its footer cannot be read to its end; fetch or write it again");
        stream.Position = 0;
    }

    /// <summary>Steps over values of Thrift's compact protocol without keeping them.</summary>
    private ref struct ThriftWalk(ReadOnlySpan<byte> bytes)
    {
        private const int MaxDepth = 32;
        private ReadOnlySpan<byte> rest = bytes;
        private bool isSigned;

        public bool IsFooter() => SkipStruct(0) && (rest.IsEmpty || (isSigned && rest.Length == SignatureBytes));

        private bool SkipStruct(int depth)
        {
            if (depth > MaxDepth)
                return false;
            var field = 0ul;
            while (TryByte(out var header))
            {
                if (header == 0)
                    return true;
                // The upper half is the distance to the last field's number; 0 means that the number follows, doubled because it is signed.
                field += (ulong)(header >> 4);
                if (header >> 4 == 0)
                {
                    if (!TryVarint(out var number))
                        return false;
                    field = number / 2;
                }
                isSigned |= depth == 0 && field == EncryptionAlgorithmField;
                if (!SkipValue(header & 15, depth, inField: true))
                    return false;
            }
            return false;
        }

        private bool SkipValue(int type, int depth, bool inField) => type switch
        {
            1 or 2 => inField || TrySkip(1), // a boolean field's value is its type
            3 => TrySkip(1),
            4 or 5 or 6 => TryVarint(out _),
            7 => TrySkip(8),
            8 => TryVarint(out var length) && TrySkip(length),
            9 or 10 => SkipList(depth),
            11 => SkipMap(depth),
            12 => SkipStruct(depth + 1),
            13 => TrySkip(16),
            _ => false,
        };

        private bool SkipList(int depth)
        {
            if (depth > MaxDepth || !TryByte(out var header))
                return false;
            var count = (ulong)(header >> 4);
            if (count == 15 && !TryVarint(out count))
                return false;
            for (var i = 0ul; i < count; i++)
            {
                if (!SkipValue(header & 15, depth + 1, inField: false))
                    return false;
            }
            return true;
        }

        private bool SkipMap(int depth)
        {
            if (depth > MaxDepth || !TryVarint(out var count))
                return false;
            byte types = 0;
            if (count > 0 && !TryByte(out types))
                return false;
            for (var i = 0ul; i < count; i++)
            {
                if (!SkipValue(types >> 4, depth + 1, inField: false) || !SkipValue(types & 15, depth + 1, inField: false))
                    return false;
            }
            return true;
        }

        private bool TryByte(out byte value)
        {
            value = rest.IsEmpty ? (byte)0 : rest[0];
            return TrySkip(1);
        }

        private bool TryVarint(out ulong value)
        {
            value = 0;
            for (var shift = 0; shift < 64; shift += 7)
            {
                if (!TryByte(out var part))
                    return false;
                value |= (ulong)(part & 127) << shift;
                if (part < 128)
                    return true;
            }
            return false;
        }

        private bool TrySkip(ulong count)
        {
            if (count > (ulong)rest.Length)
                return false;
            rest = rest[(int)count..];
            return true;
        }
    }
}
