// Reads the directory of a zip archive whose entries are not compressed, and refuses contradictions.
using System.Buffers.Binary;
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Pickle;

/// <summary>An entry's bytes in the archive.</summary>
internal sealed record ZipEntry(long Offset, long Length);

/// <summary>
/// A zip archive's central directory, with zip64 as PyTorch always writes it. System.IO.Compression would give streams but
/// not positions, and tolerates oddities that no model file needs. Checksums are not compared: PyTorch does not
/// either, and can be told not to write them.
/// </summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const int End64Bytes = 56;
    private const int Locator64Bytes = 20;
    private const int CentralBytes = 46;
    private const int LocalBytes = 30;
    private const int MaxEntries = 50_000;
    private const int MaxDirectoryBytes = 16 << 20;

    /// <summary>The entries by name.</summary>
    /// <exception cref="InputException">The archive is cut off, compressed, encrypted, split, or contradicts itself.</exception>
    public static IReadOnlyDictionary<string, ZipEntry> Read(TorchFile file)
    {
        var (count, start, length) = FindDirectory(file);
        var directory = new byte[length];
        file.Read(start, directory);

        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        var spans = new List<(long Start, long End)>();
        var rest = directory.AsSpan();
        for (var i = 0L; i < count; i++)
        {
            var (name, header, size) = ReadCentral(file, ref rest);
            var offset = ReadLocal(file, header, name);
            if (size > start - offset)
                throw Broken(file);
            if (!entries.TryAdd(Encoding.UTF8.GetString(name), new ZipEntry(offset, size)))
                throw file.Refuse($"its zip archive has {OneLine.Quote(Encoding.UTF8.GetString(name))} twice");
            spans.Add((header, offset + size));
        }
        if (!rest.IsEmpty)
            throw Broken(file);
        CheckOverlaps(file, spans);
        return entries;
    }

    private static (long Count, long Start, int Length) FindDirectory(TorchFile file)
    {
        var tail = new byte[Math.Min(file.Length, EndBytes + ushort.MaxValue + Locator64Bytes)];
        file.Read(file.Length - tail.Length, tail);
        var index = FindEnd(file, tail);
        var end = tail.AsSpan(index, EndBytes);
        var (disks, count, total) = (UInt32(end, 4), (long)UInt16(end, 8), (long)UInt16(end, 10));
        var (length, start) = ((long)UInt32(end, 12), (long)UInt32(end, 16));
        var limit = file.Length - tail.Length + index;
        if (index >= Locator64Bytes && UInt32(tail, index - Locator64Bytes) == 0x07064b50)
        {
            var end64 = ReadEnd64(file, tail.AsSpan(index - Locator64Bytes, Locator64Bytes), limit - Locator64Bytes);
            if (count != ushort.MaxValue && count != end64.Count || length != uint.MaxValue && length != end64.Length
                || start != uint.MaxValue && start != end64.Start)
                throw Broken(file);
            (count, total, length, start) = (end64.Count, end64.Count, end64.Length, end64.Start);
            limit -= Locator64Bytes + End64Bytes;
        }
        if (disks != 0 || count != total || start < 0 || length < 0 || start > limit || start + length != limit)
            throw Broken(file);
        if (count > MaxEntries || length > MaxDirectoryBytes)
            throw file.Refuse($"its zip archive has {count} entries, more than tlpipe reads");
        return (count, start, (int)length);
    }

    /// <summary>The end record's place: the last one whose comment reaches exactly to the file's end.</summary>
    private static int FindEnd(TorchFile file, ReadOnlySpan<byte> tail)
    {
        for (var i = tail.Length - EndBytes; i >= 0; i--)
            if (UInt32(tail, i) == 0x06054b50 && UInt16(tail, i + 20) == tail.Length - EndBytes - i)
                return i;
        throw file.Refuse("it is cut off: its zip archive has no directory at its end");
    }

    private static (long Count, long Start, long Length) ReadEnd64(TorchFile file, ReadOnlySpan<byte> locator, long locatorStart)
    {
        Span<byte> end = stackalloc byte[End64Bytes];
        var start = Int64(locator, 8);
        if (UInt32(locator, 4) != 0 || UInt32(locator, 16) != 1 || start != locatorStart - End64Bytes)
            throw Broken(file);
        file.Read(start, end);
        if (UInt32(end, 0) != 0x06064b50 || Int64(end, 4) != End64Bytes - 12 || Int64(end, 16) != 0
            || Int64(end, 24) != Int64(end, 32) || Int64(end, 24) < 0)
            throw Broken(file);
        return (Int64(end, 32), Int64(end, 48), Int64(end, 40));
    }

    private static (byte[] Name, long Header, long Size) ReadCentral(TorchFile file, ref Span<byte> rest)
    {
        if (rest.Length < CentralBytes || UInt32(rest, 0) != 0x02014b50)
            throw Broken(file);
        var (nameLength, extraLength, commentLength) = (UInt16(rest, 28), UInt16(rest, 30), UInt16(rest, 32));
        var length = CentralBytes + nameLength + extraLength + commentLength;
        if (rest.Length < length || UInt16(rest, 34) != 0)
            throw Broken(file);
        var name = rest.Slice(CentralBytes, nameLength).ToArray();
        if ((UInt16(rest, 8) & 1) != 0 || UInt16(rest, 10) != 0)
            throw file.Refuse($"{OneLine.Quote(Encoding.UTF8.GetString(name))} is compressed or encrypted in its zip archive",
                "save it again with torch.save, which stores its entries");
        var extra = Zip64Extra(rest.Slice(CentralBytes + nameLength, extraLength));
        var size = Widen(file, UInt32(rest, 24), ref extra);
        var stored = Widen(file, UInt32(rest, 20), ref extra);
        var header = Widen(file, UInt32(rest, 42), ref extra);
        if (size != stored)
            throw Broken(file);
        rest = rest[length..];
        return (name, header, size);
    }

    /// <summary>Where an entry's bytes begin, which only the header before them tells.</summary>
    private static long ReadLocal(TorchFile file, long header, byte[] name)
    {
        if (header > file.Length - LocalBytes - name.Length)
            throw Broken(file);
        var local = new byte[LocalBytes + name.Length];
        file.Read(header, local);
        if (UInt32(local, 0) != 0x04034b50 || (UInt16(local, 6) & 1) != 0 || UInt16(local, 8) != 0
            || UInt16(local, 26) != name.Length || !local.AsSpan(LocalBytes).SequenceEqual(name))
            throw Broken(file);
        return header + local.Length + UInt16(local, 28);
    }

    private static void CheckOverlaps(TorchFile file, List<(long Start, long End)> spans)
    {
        spans.Sort();
        for (var i = 1; i < spans.Count; i++)
            if (spans[i].Start < spans[i - 1].End)
                throw file.Refuse("entries of its zip archive overlap");
    }

    private static ReadOnlySpan<byte> Zip64Extra(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4 && extra.Length - 4 >= UInt16(extra, 2))
        {
            var length = UInt16(extra, 2);
            if (UInt16(extra, 0) == 1)
                return extra.Slice(4, length);
            extra = extra[(4 + length)..];
        }
        return [];
    }

    /// <summary>A number of the directory, taken from the zip64 field where it does not fit 32 bits.</summary>
    private static long Widen(TorchFile file, uint value, ref ReadOnlySpan<byte> extra)
    {
        if (value != uint.MaxValue)
            return value;
        if (extra.Length < 8 || Int64(extra, 0) < 0)
            throw Broken(file);
        var wide = Int64(extra, 0);
        extra = extra[8..];
        return wide;
    }

    private static InputException Broken(TorchFile file) => file.Refuse("its zip archive is broken");

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[index..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[index..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadInt64LittleEndian(bytes[index..]);
}
