// A part of a forward pass of which only the input is kept, and which backward computes again.
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// Gradient checkpointing (Chen, Xu, Zhang and Guestrin 2016, "Training Deep Nets with Sublinear Memory Cost"), the reentrant way of torch.utils.checkpoint: forward without
/// gradients, backward a second forward with them from the kept input, its own backward behind it. The masks of dropout are drawn again as they were, so
/// that gradients are the same to the byte.
/// </summary>
internal static class Recomputed
{
    /// <summary>A part's result.</summary>
    /// <param name="x">Its input, the only one through which a gradient flows further.</param>
    /// <param name="part">The part. It is called again in backward; what else it reads has to be there then.</param>
    /// <param name="dropout">Where its masks come from; null for none.</param>
    /// <param name="parameters">What it has to learn of its own.</param>
    public static Tensor Of(Tensor x, Func<Tensor, Tensor> part, DropoutMasks? dropout, IEnumerable<Tensor>? parameters = null)
    {
        var learned = parameters?.FirstOrDefault(parameter => parameter.requires_grad);
        if (!is_grad_enabled() || (!x.requires_grad && learned is null))
            return part(x);
        using var scope = NewDisposeScope();
        // Where x has no gradient a parameter has to stand for the part, or backward would not come here.
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
            // Held here alone, it is gone as soon as it is needed no longer.
            ctx.Dispose();
            var result = ((Func<Tensor, Tensor>)ctx.get_data(Part))(x);
            autograd.backward([result], [gradient]);
            return [x.grad, null, null];
        }
    }
}
