// A copy of the weights of the best evaluation.
using Tlpipe.Nlp.Devices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>A copy of all parameters in the CPU's memory.</summary>
internal sealed class BestWeights : IDisposable
{
    private readonly List<(string Name, Parameter Parameter, Tensor Copy)> weights;

    public BestWeights(IEnumerable<(string Name, Parameter Parameter)> parameters) =>
        weights = parameters.Select(p => (p.Name, p.Parameter, ComputeDevice.Host.Empty(p.Parameter.shape).DetachFromDisposeScope())).ToList();

    public IEnumerable<(string Name, Tensor Tensor)> Tensors => weights.Select(w => (w.Name, w.Copy));

    /// <summary>Copies the weights as they are now.</summary>
    public void Keep()
    {
        using var without = no_grad();
        foreach (var (_, parameter, copy) in weights)
            copy.copy_(parameter);
    }

    /// <summary>Copies the kept weights back.</summary>
    public void Restore()
    {
        using var without = no_grad();
        foreach (var (_, parameter, copy) in weights)
            parameter.copy_(copy);
    }

    public void Dispose() => weights.ForEach(w => w.Copy.Dispose());
}
