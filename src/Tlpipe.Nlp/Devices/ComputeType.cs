// The element types in which matrix products may be computed.
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Devices;

/// <summary>
/// The element type of Linear and attention products. Parameters, LayerNorm, softmax and losses are float32 whichever it is
/// (docs/hf-parity.md section 16).
/// </summary>
public enum ComputeType
{
    Fp32,
    Bf16,
    Fp16,
}

internal static class ComputeTypes
{
    public static ScalarType ScalarType(this ComputeType type) => type switch
    {
        ComputeType.Bf16 => TorchSharp.torch.ScalarType.BFloat16,
        ComputeType.Fp16 => TorchSharp.torch.ScalarType.Float16,
        _ => TorchSharp.torch.ScalarType.Float32,
    };
}
