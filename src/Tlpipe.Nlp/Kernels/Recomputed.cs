// Gradient checkpointing: keeps only the input of a part of the forward pass, and computes the part again in backward.
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// Gradient checkpointing (Chen, Xu, Zhang and Guestrin 2016, "Training Deep Nets with Sublinear Memory Cost"), the reentrant way of torch.utils.checkpoint: forward without
/// gradients, backward runs forward again with them from the kept input, and then that part's backward. The masks of dropout are drawn again as they were, so
/// that gradients are the same to the byte.
/// </summary>
internal static class Recomputed
{
    /// <summary>A part's result.</summary>
    /// <param name="x">Its input, the only one through which a gradient flows further.</param>
    /// <param name="part">The part. It is called again in backward; anything else that it reads must still exist then.</param>
    /// <param name="dropout">Where its masks come from; null for none.</param>
    /// <param name="parameters">Its own parameters.</param>
    public static Tensor Of(Tensor x, Func<Tensor, Tensor> part, DropoutMasks? dropout, IEnumerable<Tensor>? parameters = null)
    {
        var learned = parameters?.FirstOrDefault(parameter => parameter.requires_grad);
        if (!is_grad_enabled() || (!x.requires_grad && learned is null))
            return part(x);
        using var scope = NewDisposeScope();
        // Without a gradient of x a parameter stands for the part; otherwise backward would not reach it.
        return PartFunction.apply(x, learned ?? x, dropout is null ? part : dropout.Repeatable(part)).MoveToOuterDisposeScope();
    }

    private sealed class PartFunction : CustomGradient<PartFunction>
    {
        private const string Part = "part";

        protected override int Arguments => 3;

        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            var (x, part) = ((Tensor)vars[0], (Func<Tensor, Tensor>)vars[2]);
            ctx.save_for_backward([x]);
            ctx.save_data(Part, part);
            return part(x);
        }

        protected override Tensor?[] Backward(autograd.AutogradContext ctx, Tensor gradient)
        {
            using var with = enable_grad();
            using var saved = ctx.get_saved_variables()[0];
            var x = saved.detach().requires_grad_(saved.requires_grad);
            // This is then the only reference, so x is freed as soon as possible.
            ctx.Dispose();
            var result = ((Func<Tensor, Tensor>)ctx.get_data(Part))(x);
            autograd.backward([result], [gradient]);
            return [x.grad, null, null];
        }
    }
}
