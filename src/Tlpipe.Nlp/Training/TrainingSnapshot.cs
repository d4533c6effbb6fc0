// The tensors of a training as they were at one moment, so that a checkpoint can be written while they change.
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// Copies of the weights and the optimizer's means in the CPU's memory: three numbers for each parameter. The training waits only for the copying.
/// The memory is allocated for the first snapshot and reused for the others.
/// </summary>
internal sealed class TrainingSnapshot(IEnumerable<(string Name, Tensor Tensor)> weights, IEnumerable<(string Name, Tensor Tensor)> optimizer) : IDisposable
{
    private List<(string Name, Tensor Live, Tensor Copy)>? weightCopies;
    private List<(string Name, Tensor Live, Tensor Copy)>? optimizerCopies;

    /// <summary>Copies everything as it is now.</summary>
    public void Take()
    {
        using var without = no_grad();
        foreach (var (_, live, copy) in (weightCopies ??= Copies(weights)).Concat(optimizerCopies ??= Copies(optimizer)))
            copy.copy_(live);
    }

    /// <summary>Writes the copies into a checkpoint's folder; from any thread.</summary>
    public void Write(string folder)
    {
        CheckpointFiles.Write(folder, CheckpointFiles.Model, Tensors(weightCopies!));
        CheckpointFiles.Write(folder, CheckpointFiles.Optimizer, Tensors(optimizerCopies!));
    }

    public void Dispose()
    {
        foreach (var (_, _, copy) in (weightCopies ?? []).Concat(optimizerCopies ?? []))
            copy.Dispose();
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(List<(string Name, Tensor Live, Tensor Copy)> copies) =>
        copies.Select(c => (c.Name, c.Copy));

    private static List<(string, Tensor, Tensor)> Copies(IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        [.. tensors.Select(t => (t.Name, t.Tensor, ComputeDevice.Host.Empty(t.Tensor.shape).DetachFromDisposeScope()))];
}
