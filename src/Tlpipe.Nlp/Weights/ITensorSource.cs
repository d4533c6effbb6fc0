// Tensors of a model's weight files, whichever format they have.
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Pickle;

namespace Tlpipe.Nlp.Weights;

/// <summary>What is known of a stored tensor before it is read.</summary>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
public sealed record StoredShape(SafetensorsType Type, IReadOnlyList<long> Shape)
{
    /// <summary>The bytes of its elements.</summary>
    public long Bytes => Shape.Aggregate((long)Type.Size(), (product, dimension) => checked(product * dimension));
}

/// <summary>Stored tensors by name, read one at a time.</summary>
public interface ITensorSource : IDisposable
{
    /// <summary>The tensors' names.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>A tensor's type and shape.</summary>
    StoredShape Describe(string name);

    /// <summary>Reads a tensor's elements, little-endian and row-major, into memory of its size.</summary>
    /// <exception cref="InputException">The file cannot be read, or the tensor has more than 2 GB.</exception>
    void Read(string name, Span<byte> destination);

    /// <summary>Whether two names stand for the very same elements of the file, so that nothing need be compared.</summary>
    bool AreShared(string name, string other);
}

/// <summary>Whole tensors.</summary>
public static class TensorSources
{
    /// <summary>A tensor's elements in memory of their own.</summary>
    /// <exception cref="InputException">As for <see cref="ITensorSource.Read"/>.</exception>
    public static byte[] ReadBytes(this ITensorSource source, string name)
    {
        var bytes = source.Describe(name).Bytes;
        if (bytes > Array.MaxLength)
            throw new InputException($"the tensor {OneLine.Quote(name)} has {bytes} bytes, more than tlpipe reads at once; save the model in another form");
        var elements = GC.AllocateUninitializedArray<byte>((int)bytes);
        source.Read(name, elements);
        return elements;
    }
}

/// <summary>The tensors of a safetensors file.</summary>
internal sealed class SafetensorsSource(string path) : ITensorSource
{
    private readonly SafetensorsFile file = SafetensorsFile.Open(path);

    public IReadOnlyCollection<string> Names => [.. file.Entries.Keys];

    public StoredShape Describe(string name) => new(file.Entries[name].Type, file.Entries[name].Shape);

    public void Read(string name, Span<byte> destination) => file.Read(file.Entries[name], destination);

    public bool AreShared(string name, string other) => false;

    public void Dispose() => file.Dispose();
}

/// <summary>The tensors of a file that torch.save wrote.</summary>
internal sealed class PickledSource(string path) : ITensorSource
{
    private readonly PickledTensors file = PickledTensors.Open(path);

    public IReadOnlyCollection<string> Names => file.Names;

    public StoredShape Describe(string name)
    {
        var (type, shape) = file.Describe(name);
        return new StoredShape(type, shape);
    }

    public void Read(string name, Span<byte> destination) => file.Read(name, destination);

    public bool AreShared(string name, string other) => file.AreShared(name, other);

    public void Dispose() => file.Dispose();
}
