// Steps that treat each element alone: activations by their names in config.json, and dropout.
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tlpipe.Nlp.Kernels;

/// <summary>The model's steps without parameters.</summary>
internal static class Elementwise
{
    /// <summary>Dropout; without a source of masks the tensor stays as it is.</summary>
    public static Tensor Drop(this Tensor x, DropoutMasks? dropout, double rate) => dropout is null ? x : dropout.Apply(x, rate);

    /// <summary>An activation by its name in config.json.</summary>
    public static Tensor Activate(this Tensor x, string activation) => activation switch
    {
        "gelu" => functional.gelu(x),
        "gelu_new" or "gelu_pytorch_tanh" => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        "relu" => functional.relu(x),
        _ => throw new ArgumentException($"no activation '{activation}'", nameof(activation)),
    };
}
