// Tensors to safetensors files and back.
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>Writes named float32 tensors, and reads them back into tensors of the same shapes.</summary>
internal static class TensorFiles
{
    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        SafetensorsWriter.Write(path, tensors.Select(t => new SafetensorsTensor(t.Name, SafetensorsType.F32, t.Tensor.shape, () => Bytes(t.Tensor))));

    /// <exception cref="InputException">The file lacks one of the tensors, or has it in another shape.</exception>
    public static void Read(string path, IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var file = SafetensorsFile.Open(path);
        using var without = no_grad();
        foreach (var (name, tensor) in tensors)
        {
            if (!file.Entries.TryGetValue(name, out var entry) || entry.Type != SafetensorsType.F32 || !entry.Shape.SequenceEqual(tensor.shape))
                throw new InputException($"{path} is of another model: it has no '{name}' of the right shape; delete the checkpoint");
            using var values = ComputeDevice.Host.From(file.ReadBytes(name), ScalarType.Float32, tensor.shape);
            tensor.copy_(values);
        }
    }

    private static ReadOnlyMemory<byte> Bytes(Tensor tensor)
    {
        if (tensor.dtype != ScalarType.Float32)
            throw new ArgumentException($"a tensor of {tensor.dtype} where only Float32 is written");
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().contiguous().bytes.ToArray();
    }
}
