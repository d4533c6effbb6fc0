// Reads the tensors of a pytorch_model.bin without running anything that it holds.
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Nlp.Pickle;

/// <summary>
/// An open state dict that torch.save wrote, in the zip container or the legacy stream (docs/hf-parity.md 14.3 to 14.7). Only the
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

    /// <summary>Opens a file and checks its description of the tensors.</summary>
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

    /// <summary>A tensor's element type and its shape, empty for a scalar.</summary>
    /// <exception cref="InputException">There is no tensor of that name.</exception>
    public (SafetensorsType Type, long[] Shape) Describe(string name)
    {
        var tensor = Find(name);
        return (tensor.Storage.Type, [.. tensor.Shape]);
    }

    /// <summary>One tensor.</summary>
    /// <returns>Its element type, its shape (empty for a scalar), and its elements, little-endian and row-major.</returns>
    /// <exception cref="InputException">There is no tensor of that name, or it has more than 2 GB.</exception>
    public (SafetensorsType Type, long[] Shape, byte[] Bytes) Read(string name)
    {
        var tensor = Find(name);
        RequireMemory(name, tensor.Bytes);
        var bytes = new byte[tensor.Bytes];
        Read(name, bytes);
        return (tensor.Storage.Type, [.. tensor.Shape], bytes);
    }

    /// <summary>Reads a tensor's elements, little-endian and row-major, into the caller's memory, which must have the tensor's size.</summary>
    /// <exception cref="InputException">There is no tensor of that name, or it spans more than 2 GB without filling them.</exception>
    public void Read(string name, Span<byte> destination)
    {
        var tensor = Find(name);
        if (destination.Length != tensor.Bytes)
            throw new ArgumentException($"{name} has {tensor.Bytes} bytes, not {destination.Length}", nameof(destination));
        if (destination.IsEmpty)
            return;
        var size = tensor.Storage.Type.Size();
        var start = positions[tensor.Storage] + tensor.Start * size;
        if (StridedElements.AreContiguous(tensor.Shape, tensor.Strides))
        {
            file.Read(start, destination);
            return;
        }
        RequireMemory(name, tensor.Extent * size);
        var region = new byte[tensor.Extent * size];
        file.Read(start, region);
        StridedElements.Gather(region, tensor.Shape, tensor.Strides, size, destination);
    }

    /// <summary>Whether two names stand for the same elements of one storage.</summary>
    public bool AreShared(string name, string other)
    {
        var (one, two) = (Find(name), Find(other));
        return one.Storage == two.Storage && one.Start == two.Start
            && one.Shape.AsSpan().SequenceEqual(two.Shape) && one.Strides.AsSpan().SequenceEqual(two.Strides);
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private TorchTensor Find(string name) =>
        tensors.TryGetValue(name, out var tensor) ? tensor : throw file.Refuse($"it has no tensor {OneLine.Quote(name)}");

    private void RequireMemory(string name, long bytes)
    {
        if (bytes > Array.MaxLength)
            throw file.Refuse($"{OneLine.Quote(name)} spans more than 2 GB, the most that tlpipe reads");
    }

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
                    $"it holds a dict within its dict, at {OneLine.Quote(key as string ?? "")}",
                    "save only the inner dict, the model's state_dict(), with torch.save");
            if (value is not TorchTensor tensor)
                continue;
            if (key is not string name)
                throw file.Refuse("it holds a tensor whose name is not text");
            if (!tensors.TryAdd(name, tensor))
                throw file.Refuse($"it holds the tensor {OneLine.Quote(name)} twice");
            claimed += tensor.Bytes;
            if (claimed / MostSharing > file.Length)
                throw file.Refuse($"its tensors claim more than {MostSharing} times the bytes of the file");
        }
        if (tensors.Count == 0)
            throw file.Refuse("it holds no tensors");
    }
}
