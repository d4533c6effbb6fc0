// A tensor's numbers where libtorch has them.
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Devices;

/// <summary>Spans over the memory of tensors on the CPU; hold the tensor while its span is in use.</summary>
internal static class TensorMemory
{
    /// <summary>The elements of a contiguous float32 tensor.</summary>
    public static Span<float> Floats(this Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.bytes);
}
