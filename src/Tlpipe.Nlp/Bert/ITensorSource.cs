// Tensors of a model's weight files, whichever format they have.
using Tlpipe.Nlp.Pickle;
using Tlpipe.Nlp.Safetensors;

namespace Tlpipe.Nlp.Bert;

/// <summary>A stored tensor.</summary>
/// <param name="Type">Its element type.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Bytes">Its elements, little-endian and row-major.</param>
public sealed record StoredTensor(SafetensorsType Type, IReadOnlyList<long> Shape, byte[] Bytes);

/// <summary>Stored tensors by name, read one at a time.</summary>
public interface ITensorSource : IDisposable
{
    IReadOnlyCollection<string> Names { get; }

    StoredTensor Read(string name);
}

/// <summary>The tensors of a safetensors file.</summary>
internal sealed class SafetensorsSource(string path) : ITensorSource
{
    private readonly SafetensorsFile file = SafetensorsFile.Open(path);

    public IReadOnlyCollection<string> Names => [.. file.Entries.Keys];

    public StoredTensor Read(string name)
    {
        var bytes = file.ReadBytes(name);
        return new StoredTensor(file.Entries[name].Type, file.Entries[name].Shape, bytes);
    }

    public void Dispose() => file.Dispose();
}

/// <summary>The tensors of a file that torch.save wrote.</summary>
internal sealed class PickledSource(string path) : ITensorSource
{
    private readonly PickledTensors file = PickledTensors.Open(path);

    public IReadOnlyCollection<string> Names => file.Names;

    public StoredTensor Read(string name)
    {
        var (type, shape, bytes) = file.Read(name);
        return new StoredTensor(type, shape, bytes);
    }

    public void Dispose() => file.Dispose();
}
