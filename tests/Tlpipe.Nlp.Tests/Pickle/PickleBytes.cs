// Writes pickles opcode by opcode and wraps them as PyTorch does, so that tests can make files that torch.save never would.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Tlpipe.Nlp.Tests.Pickle;

/// <summary>A pickle of protocol 2 under construction; each method appends and returns the same object.</summary>
internal sealed class PickleBytes
{
    private readonly MemoryStream bytes = new();

    public PickleBytes() => Op(0x80, 2);

    public static PickleBytes New => new();

    public PickleBytes Op(params byte[] opcode)
    {
        bytes.Write(opcode);
        return this;
    }

    public PickleBytes Op(char opcode) => Op((byte)opcode);

    public PickleBytes Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        return Op('X').Op(BitConverter.GetBytes(utf8.Length)).Op(utf8);
    }

    public PickleBytes Number(long value) => Op(0x8a, 8).Op(BitConverter.GetBytes(value));

    public PickleBytes Numbers(params long[] values)
    {
        Op('(');
        foreach (var value in values)
            Number(value);
        return Op('t');
    }

    public PickleBytes Global(string module, string name) => Op('c').Op(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    /// <summary>A storage; <paramref name="view"/> is what only the legacy stream has, null for none.</summary>
    public PickleBytes Storage(string key, long count, bool legacy, (long Start, long Count)? view = null, string type = "FloatStorage")
    {
        Op('(').Text("storage").Global("torch", type).Text(key).Text("cpu").Number(count);
        if (view is { } part)
            Text("view").Number(part.Start).Number(part.Count).Op(0x87);
        else if (legacy)
            Op('N');
        return Op('t').Op('Q');
    }

    /// <summary>A tensor in the storage '0' of the legacy stream.</summary>
    public PickleBytes Tensor(long count, long offset, long[] shape, long[] strides, (long Start, long Count)? view = null) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op('(').Storage("0", count, legacy: true, view)
            .Number(offset).Numbers(shape).Numbers(strides).Op(0x89).EmptyOrderedDict().Op('t').Op('R');

    public PickleBytes EmptyOrderedDict() => Global("collections", "OrderedDict").Op(')').Op('R');

    public byte[] Stop() => Op('.').ToArray();

    public byte[] ToArray() => bytes.ToArray();

    /// <summary>A pickled dict with one item, whose value <paramref name="value"/> writes.</summary>
    public static byte[] DictOf(string name, Action<PickleBytes> value)
    {
        var pickle = New.Op('}').Text(name);
        value(pickle);
        return pickle.Op('s').Stop();
    }

    /// <summary>A legacy stream around a pickled object, with float storages '0', '1', … of the values given.</summary>
    public static byte[] Legacy(byte[] pickle, params float[][] storages)
    {
        using var file = new MemoryStream();
        file.Write([0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e]);
        file.Write(New.Number(1001).Stop());
        file.Write(New.Op('}').Text("little_endian").Op(0x88).Op('s').Stop());
        file.Write(pickle);
        var keys = New.Op(']').Op('(');
        for (var i = 0; i < storages.Length; i++)
            keys.Text($"{i}");
        file.Write(keys.Op('e').Stop());
        foreach (var storage in storages)
        {
            file.Write(BitConverter.GetBytes((long)storage.Length));
            foreach (var value in storage)
                file.Write(BitConverter.GetBytes(value));
        }
        return file.ToArray();
    }

    /// <summary>A zip archive of stored entries, or of compressed ones.</summary>
    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }
        return file.ToArray();
    }

    public static float[] Floats(byte[] bytes) =>
        [.. Enumerable.Range(0, bytes.Length / 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(4 * i)))];
}
