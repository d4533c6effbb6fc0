// What a gradient of ours, which libtorch calls, has to heed.
using Tlpipe.Nlp.Training;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Devices;

/// <summary>
/// The gradients that a function returned last. TorchSharp reads them after <c>backward</c> has returned, and lets go of them when the step's scope ends; by the
/// function's next call libtorch has them, and they can go.
/// </summary>
internal sealed class Backward
{
    private static Exception? failure;

    private readonly List<Tensor> tensors;

    private Backward(IEnumerable<Tensor> tensors) => this.tensors = [.. tensors];

    /// <summary>Computes a function's gradients.</summary>
    /// <param name="last">A field of the function, one for each thread.</param>
    /// <param name="arguments">How many arguments the function has.</param>
    /// <param name="gradient">Of its result; let go of here. The function says <c>set_materialize_grads(false)</c>, so there may be none.</param>
    /// <param name="compute">The gradients in the order of the function's arguments; null for an argument without one.</param>
    public static List<Tensor> Run(ref Backward? last, int arguments, Tensor gradient, Func<Tensor?[]> compute)
    {
        LetGo(ref last);
        using var given = gradient;
        // Without a gradient something has failed before.
        if (gradient.IsInvalid)
            return Of(new Tensor?[arguments]);
        try
        {
            using var scope = NewDisposeScope();
            using var without = no_grad();
            var gradients = compute();
            // The function may have been called within itself.
            LetGo(ref last);
            last = new Backward(gradients.OfType<Tensor>().Select(tensor => tensor.DetachFromDisposeScope()));
            return Of(gradients);
        }
        // An exception may not pass through libtorch: this one is told later, any other is a mistake of ours and ends the process.
        catch (Exception e) when (OutOfMemoryInTrainingException.IsCause(e))
        {
            Interlocked.CompareExchange(ref failure, e, null);
            return Of(new Tensor?[arguments]);
        }
    }

    /// <summary>To be called before libtorch goes backward: what an earlier pass left that ended otherwise is forgotten.</summary>
    public static void Begin() => Interlocked.Exchange(ref failure, null);

    /// <summary>To be called when libtorch has gone backward: throws what went wrong in a function.</summary>
    public static void ThrowIfFailed()
    {
        if (Interlocked.Exchange(ref failure, null) is { } exception)
            throw new OutOfMemoryException(exception.Message, exception);
    }

    /// <summary>
    /// Gives a parameter its first gradient, which libtorch would copy because TorchSharp holds it, too. It is for <c>backward()</c> by one thread: what asks for
    /// gradients with <c>autograd.grad</c> would find none.
    /// </summary>
    /// <param name="parameter">Also a weight that was computed, which is left to libtorch.</param>
    /// <param name="gradient">Contiguous, its memory shared with nothing.</param>
    /// <returns>What is left for libtorch to add.</returns>
    public static Tensor? Give(Tensor parameter, Tensor gradient)
    {
        if (!parameter.is_leaf || !parameter.requires_grad)
            return gradient;
        using var before = parameter.grad;
        if (before is not null)
            return gradient;
        parameter.grad = gradient;
        return null;
    }

    private static void LetGo(ref Backward? last)
    {
        last?.tensors.ForEach(tensor => tensor.Dispose());
        last = null;
    }

    /// <summary>TorchSharp takes null for no gradient, though its type does not say so.</summary>
    private static List<Tensor> Of(Tensor?[] gradients) => [.. gradients.Select(tensor => tensor!)];
}
