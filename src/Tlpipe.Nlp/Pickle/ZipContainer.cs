// Reads the zip container that torch.save writes since PyTorch 1.6 (docs/hf-parity.md 14.3).
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Pickle;

/// <summary>Finds <c>data.pkl</c> and the storages of a state dict in a zip archive.</summary>
internal static class ZipContainer
{
    private const string Pickle = "/data.pkl";

    /// <exception cref="InputException">The archive is broken, compressed, big-endian, or holds no plain state dict.</exception>
    public static TorchContent Load(TorchFile file)
    {
        var entries = ZipDirectory.Read(file);
        var root = FindRoot(file, entries);
        CheckByteOrder(file, entries, root);

        var pickle = entries[root + Pickle];
        if (pickle.Length > PickleReader.MaxBytes)
            throw file.Refuse($"its data.pkl has {pickle.Length} bytes, more than {PickleReader.MaxBytes >> 20} MiB");
        var (value, storages) = Unpickler.Load(file, new PickleReader(file, pickle.Offset, pickle.Length));

        var positions = new Dictionary<TorchStorage, long>();
        foreach (var storage in storages.Values)
        {
            if (!entries.TryGetValue($"{root}/data/{storage.Key}", out var entry))
                throw file.Refuse($"it lacks the storage {OneLine.Quote(storage.Key)}");
            if (entry.Length != storage.Bytes)
                throw file.Refuse($"its storage {OneLine.Quote(storage.Key)} has {entry.Length} bytes and not {storage.Bytes}");
            positions.Add(storage, entry.Offset);
        }
        return new TorchContent(value, positions);
    }

    private static string FindRoot(TorchFile file, IReadOnlyDictionary<string, ZipEntry> entries)
    {
        var roots = entries.Keys.Where(n => n.EndsWith(Pickle, StringComparison.Ordinal))
            .Select(n => n[..^Pickle.Length]).Where(r => !r.Contains('/')).ToList();
        if (roots.Count != 1)
            throw file.Refuse($"it is a zip archive with {(roots.Count == 0 ? "no" : "more than one")} data.pkl");
        if (entries.ContainsKey($"{roots[0]}/constants.pkl"))
            throw file.Refuse("it is a TorchScript archive, a program and not only tensors", "save the model's state_dict() with torch.save");
        return roots[0];
    }

    private static void CheckByteOrder(TorchFile file, IReadOnlyDictionary<string, ZipEntry> entries, string root)
    {
        if (!entries.TryGetValue($"{root}/byteorder", out var entry))
            return;
        Span<byte> text = stackalloc byte[16];
        text = text[..(int)Math.Min(text.Length, entry.Length)];
        file.Read(entry.Offset, text);
        var order = Encoding.Latin1.GetString(text);
        if (order == "big")
            throw file.Refuse("it was written on a big-endian machine", "save it again on a little-endian one, as nearly all are");
        if (order != "little")
            throw file.Refuse($"it names the byte order {OneLine.Quote(order)}");
    }
}
