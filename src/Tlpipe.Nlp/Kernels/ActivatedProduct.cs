// An activation and a product behind it that keep one tensor for backward instead of two.
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// <c>activation(x) W' + b</c> in float32. The activation's gradient needs x and the product's needs <c>activation(x)</c>, two tensors of the largest width in a layer; here only x is
/// kept, and the activation is computed again.
/// </summary>
internal static class ActivatedProduct
{
    /// <param name="x"><c>[n, in]</c></param>
    /// <param name="activation">Its name in config.json.</param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c></param>
    /// <returns><c>[n, out]</c></returns>
    public static Tensor Of(Tensor x, string activation, Tensor weight, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return ProductFunction.apply(x, weight, bias, activation).MoveToOuterDisposeScope();
    }

    private sealed class ProductFunction : CustomGradient<ProductFunction>
    {
        private const string Activation = "activation";

        protected override int Arguments => 4;

        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            var (x, weight, bias, activation) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (string)vars[3]);
            ctx.save_for_backward([x, weight, bias]);
            ctx.save_data(Activation, activation);
            return KernelSet.Product(x.Activate(activation), weight, bias, ScalarType.Float32);
        }

        protected override Tensor?[] Backward(autograd.AutogradContext ctx, Tensor gradient)
        {
            var saved = ctx.get_saved_variables();
            ctx.Dispose();
            using var leaf = saved[0].detach().requires_grad_();
            using var activated = Again(leaf, (string)ctx.get_data(Activation));
            var (ofActivated, ofWeight, ofBias) = WideProduct.Gradients(gradient, activated.detach(), saved[1]);
            return [autograd.grad([activated], [leaf], [ofActivated])[0], CustomGradient.Give(saved[1], ofWeight), CustomGradient.Give(saved[2], ofBias), null];
        }

        private static Tensor Again(Tensor x, string activation)
        {
            using var with = enable_grad();
            return x.Activate(activation);
        }
    }
}
