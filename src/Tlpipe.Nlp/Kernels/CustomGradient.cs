// Rules for custom autograd functions, which libtorch calls.
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>The calls that a backward pass through custom autograd functions needs around it.</summary>
internal static class CustomGradient
{
    private static Exception? failure;

    /// <summary>Call it before libtorch's backward pass: it forgets the failure of an earlier pass that ended otherwise.</summary>
    public static void Begin() => Interlocked.Exchange(ref failure, null);

    /// <summary>Call it after libtorch's backward pass: it throws the failure of a function.</summary>
    public static void ThrowIfFailed()
    {
        if (Interlocked.Exchange(ref failure, null) is { } exception)
            throw new OutOfMemoryException(exception.Message, exception);
    }

    /// <summary>
    /// Gives a parameter its first gradient, which libtorch would copy because TorchSharp holds it too. It is for <c>backward()</c> by one thread:
    /// <c>autograd.grad</c> would find no gradient.
    /// </summary>
    /// <param name="parameter">Also a weight that was computed, which is left to libtorch.</param>
    /// <param name="gradient">Contiguous; its memory is not shared.</param>
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

    /// <summary>Keeps the first failure for <see cref="ThrowIfFailed"/>: an exception may not pass through libtorch.</summary>
    internal static void Keep(Exception exception) => Interlocked.CompareExchange(ref failure, exception, null);
}

/// <summary>An autograd function of one result. A derived class says what forward computes and what the gradients are.</summary>
internal abstract class CustomGradient<T> : autograd.SingleTensorFunction<T>
    where T : CustomGradient<T>, new()
{
    // TorchSharp reads the gradients after backward has returned, and disposes them when the step's scope ends; by this function's next call libtorch has
    // them, and they can go.
    [ThreadStatic]
    private static List<Tensor>? returned;

    /// <inheritdoc/>
    public sealed override string Name => typeof(T).Name;

    /// <summary>How many arguments <c>apply</c> is given.</summary>
    protected abstract int Arguments { get; }

    /// <inheritdoc/>
    public sealed override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ctx.set_materialize_grads(false);
        return Forward(ctx, vars);
    }

    /// <inheritdoc/>
    public sealed override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Release();
        using var given = grad_output;
        // No gradient means that something failed earlier.
        if (grad_output.IsInvalid)
            return Of(new Tensor?[Arguments]);
        try
        {
            using var scope = NewDisposeScope();
            using var without = no_grad();
            var gradients = Backward(ctx, grad_output);
            // The function may have been called within itself.
            Release();
            returned = [.. gradients.OfType<Tensor>().Select(tensor => tensor.DetachFromDisposeScope())];
            return Of(gradients);
        }
        // Any other exception is a defect and ends the process.
        catch (Exception e) when (OutOfMemory.IsCause(e))
        {
            CustomGradient.Keep(e);
            return Of(new Tensor?[Arguments]);
        }
    }

    /// <summary>The result; what backward needs is saved in the context.</summary>
    protected abstract Tensor Forward(autograd.AutogradContext ctx, object[] vars);

    /// <summary>The gradients in the order of the arguments; null for an argument without one.</summary>
    protected abstract Tensor?[] Backward(autograd.AutogradContext ctx, Tensor gradient);

    private static void Release()
    {
        returned?.ForEach(tensor => tensor.Dispose());
        returned = null;
    }

    /// <summary>TorchSharp takes null for no gradient, though its type does not say so.</summary>
    private static List<Tensor> Of(Tensor?[] gradients) => [.. gradients.Select(tensor => tensor!)];
}
