// Reads the stream of pickles and raw storages that torch.save wrote before PyTorch 1.6 (docs/hf-parity.md 14.4).
using System.Buffers.Binary;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Pickle;

/// <summary>Five parts in sequence: a magic number, the protocol, the machine, the object, and its storages.</summary>
internal static class LegacyContainer
{
    private const long ProtocolVersion = 1001;

    /// <summary>The pickle of 0x1950a86a20f9469cfc6c, without its first opcode, whose argument is the pickle's protocol.</summary>
    private static ReadOnlySpan<byte> Magic => [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

    /// <summary>Whether a file that begins so is a legacy stream.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.Length >= 2 + Magic.Length && head[0] == 0x80 && head[2..].StartsWith(Magic);

    /// <exception cref="InputException">The stream is cut off, broken, or was written on a big-endian machine.</exception>
    public static TorchContent Load(TorchFile file)
    {
        var start = 2 + Magic.Length;
        var reader = new PickleReader(file, start, file.Length - start);
        if (Unpickler.Load(file, reader).Value is not ProtocolVersion)
            throw file.Refuse($"its legacy stream has another version than {ProtocolVersion}");
        CheckMachine(file, Unpickler.Load(file, reader).Value);
        var (value, storages) = Unpickler.Load(file, reader);
        if (Unpickler.Load(file, reader).Value is not List<object?> keys)
            throw file.Refuse("its legacy stream has no list of storages");
        return new TorchContent(value, Locate(file, reader.Position, keys, storages));
    }

    private static void CheckMachine(TorchFile file, object? machine)
    {
        var littleEndian = (machine as PickleDict)?.Items.Where(i => i.Key is "little_endian").Select(i => i.Value).FirstOrDefault();
        if (littleEndian is false)
            throw file.Refuse("it was written on a big-endian machine", "save it again on a little-endian one, as nearly all are");
        if (littleEndian is not true)
            throw file.Refuse("its legacy stream does not tell its byte order");
    }

    private static Dictionary<TorchStorage, long> Locate(
        TorchFile file, long position, List<object?> keys, IReadOnlyDictionary<string, TorchStorage> storages)
    {
        var positions = new Dictionary<TorchStorage, long>();
        Span<byte> count = stackalloc byte[sizeof(long)];
        foreach (var item in keys)
        {
            if (item is not string key || !storages.TryGetValue(key, out var storage)
                || !positions.TryAdd(storage, position + count.Length))
                throw file.Refuse("its list of storages does not fit its tensors");
            file.Read(position, count);
            if (BinaryPrimitives.ReadInt64LittleEndian(count) != storage.Count)
                throw file.Refuse($"its storage {OneLine.Quote(key)} has another size than its tensors tell");
            position += count.Length + storage.Bytes;
            if (position > file.Length)
                throw file.Refuse($"it is cut off in its storage {OneLine.Quote(key)}");
        }
        if (positions.Count != storages.Count)
            throw file.Refuse("its list of storages does not fit its tensors");
        if (position != file.Length)
            throw file.Refuse("bytes follow its last storage");
        return positions;
    }
}
