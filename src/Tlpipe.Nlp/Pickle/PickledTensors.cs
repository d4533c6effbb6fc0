// Reads the tensors of a pytorch_model.bin without running anything that it holds.
using Tlpipe.Nlp.Safetensors;

namespace Tlpipe.Nlp.Pickle;

/// <summary>
/// An open state dict that torch.save wrote, in the zip container or the legacy stream (hf-parity.md 14.3 to 14.7). Only the
/// description of the tensors is read on opening; each tensor's elements are read when asked for.
/// </summary>
public sealed class PickledTensors : IDisposable
{
    /// <summary>Tensors may share storage, but all together may not claim more than this many times the file's bytes.</summary>
    private const int MostSharing = 64;

    private readonly OrderedDictionary<string, TorchTensor> tensors = new(StringComparer.Ordinal);
    private readonly TorchFile file;
    private readonly IReadOnlyDictionary<TorchStorage, long> positions;

    private PickledTensors(TorchFile file)
    {
        this.file = file;
        var content = Load(file);
        positions = content.Positions;
        AddTensors(content.Root);
    }

    /// <summary>The tensors' names in the order of the file.</summary>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>Opens a file and checks everything that it tells about its tensors.</summary>
    /// <exception cref="InputException">The file is missing, is not a plain state dict, is broken, or asks for code to be run.</exception>
    public static PickledTensors Open(string path)
    {
        var file = TorchFile.Open(path);
        try
        {
            return new PickledTensors(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>One tensor.</summary>
    /// <returns>Its element type, its shape (empty for a scalar), and its elements, little-endian and row-major.</returns>
    /// <exception cref="InputException">There is no tensor of that name, or it has more than 2 GB.</exception>
    public (SafetensorsType Type, long[] Shape, byte[] Bytes) Read(string name)
    {
        if (!tensors.TryGetValue(name, out var tensor))
            throw file.Refuse($"it has no tensor {TorchFile.Quote(name)}");
        var type = tensor.Storage.Type;
        if (Math.Max(tensor.Bytes, tensor.Extent * type.Size()) > Array.MaxLength)
            throw file.Refuse($"{TorchFile.Quote(name)} spans more than 2 GB, the most that tlpipe reads");

        var bytes = new byte[tensor.Bytes];
        if (bytes.Length == 0)
            return (type, [.. tensor.Shape], bytes);
        var start = positions[tensor.Storage] + tensor.Start * type.Size();
        if (StridedElements.AreContiguous(tensor.Shape, tensor.Strides))
        {
            file.Read(start, bytes);
        }
        else
        {
            var region = new byte[tensor.Extent * type.Size()];
            file.Read(start, region);
            StridedElements.Gather(region, tensor.Shape, tensor.Strides, type.Size(), bytes);
        }
        return (type, [.. tensor.Shape], bytes);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static TorchContent Load(TorchFile file)
    {
        const int tarMagic = 257;
        Span<byte> buffer = stackalloc byte[512];
        var head = buffer[..(int)Math.Min(buffer.Length, file.Length)];
        file.Read(0, head);
        if (head.IsEmpty)
            throw file.Refuse("it is empty");
        if (head.StartsWith("version https://git-lfs"u8))
            throw file.Refuse("it is a Git LFS pointer, not the file itself", "run 'git lfs pull' in its repository");
        if (head.StartsWith("PK\x03\x04"u8))
            return ZipContainer.Load(file);
        if (LegacyContainer.Begins(head))
            return LegacyContainer.Load(file);
        if (head.Length >= tarMagic + 5 && head[tarMagic..].StartsWith("ustar"u8))
            throw file.Refuse("it is a tar archive, an early format of PyTorch", "load it in PyTorch and save it again");
        throw file.Refuse("it is neither the zip archive nor the legacy stream that torch.save writes");
    }

    private void AddTensors(object? root)
    {
        if (root is not PickleDict dict)
            throw file.Refuse("it holds something else than a dict of tensors", "save the model's state_dict() with torch.save");
        var claimed = 0L;
        foreach (var (key, value) in dict.Items)
        {
            if (value is PickleDict && key is not "_metadata")
                throw file.Refuse(
                    $"it holds a dict within its dict, at {TorchFile.Quote(key as string ?? "")}",
                    "save only the inner dict, the model's state_dict(), with torch.save");
            if (value is not TorchTensor tensor)
                continue;
            if (key is not string name)
                throw file.Refuse("it holds a tensor whose name is not text");
            if (!tensors.TryAdd(name, tensor))
                throw file.Refuse($"it holds the tensor {TorchFile.Quote(name)} twice");
            claimed += tensor.Bytes;
            if (claimed / MostSharing > file.Length)
                throw file.Refuse($"its tensors claim more than {MostSharing} times the bytes of the file");
        }
        if (tensors.Count == 0)
            throw file.Refuse("it holds no tensors");
    }
}
