// The product by oneDNN against the same in double precision.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Tests.Model;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Kernels;

public sealed class WideProductTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Theory]
    [InlineData(32, 16, 48)]
    [InlineData(77, 130, 5)]
    [InlineData(40, 24, 9001)]
    public void Values_and_gradients_are_those_of_double_precision(int tokens, int inputs, int outputs)
    {
        using var scope = torch.NewDisposeScope();
        var generator = Cpu.Generator(5);
        var (x, weight, bias) = (Leaf(tokens, inputs), Leaf(outputs, inputs), Leaf(outputs));
        var seen = Cpu.Normal(generator, 0, 1, tokens, outputs);
        Assert.SkipUnless(WideProduct.Takes(x), "this processor multiplies by libtorch's usual way");

        var product = WideProduct.Linear(x, weight, bias);
        (product * seen).sum().backward();

        var (dx, dw, db) = (Double(x), Double(weight), Double(bias));
        var expected = torch.nn.functional.linear(dx, dw, db);
        (expected * seen.to(torch.ScalarType.Float64)).sum().backward();
        AreClose(expected, product);
        AreClose(dx.grad!, x.grad!);
        AreClose(dw.grad!, weight.grad!);
        AreClose(db.grad!, bias.grad!);
        Assert.True(weight.grad!.is_contiguous());

        torch.Tensor Leaf(params long[] shape) => Cpu.Normal(generator, 0, 1, shape).requires_grad_();
    }

    [Fact]
    public void GELU_in_the_same_pass_is_that_of_the_error_function()
    {
        using var scope = torch.NewDisposeScope();
        using var without = torch.no_grad();
        var generator = Cpu.Generator(6);
        var (x, weight, bias) = (Cpu.Normal(generator, 0, 1, 50, 20), Cpu.Normal(generator, 0, 0.3, 70, 20), Cpu.Normal(generator, 0, 1, 70));
        Assert.SkipUnless(WideProduct.Takes(x), "this processor multiplies by libtorch's usual way");

        var activated = WideProduct.LinearGelu(x, weight, bias);

        AreClose(torch.nn.functional.gelu(torch.nn.functional.linear(Double(x), Double(weight), Double(bias))), activated);
    }

    [Fact]
    public void Gradients_of_a_product_that_is_used_twice_add_up()
    {
        using var scope = torch.NewDisposeScope();
        var (x, weight, bias) = (Cpu.Ones(32, 3).requires_grad_(), Cpu.Full(2, 3, 3).requires_grad_(), Cpu.Zeros(3).requires_grad_());
        Assert.SkipUnless(WideProduct.Takes(x), "this processor multiplies by libtorch's usual way");

        WideProduct.Linear(WideProduct.Linear(x, weight, bias), weight, bias).sum().backward();

        // The first product gives 6 everywhere; W's gradient is 32 * 6 from the second and 32 * 6 * 1 from the first.
        Assert.All(Numbers.Of(weight.grad!), value => Assert.Equal(32 * 6 + 32 * 6, value));
        Assert.All(Numbers.Of(x.grad!), value => Assert.Equal(36, value));
        Assert.All(Numbers.Of(bias.grad!), value => Assert.Equal(32 * 6 + 32, value));
    }

    private static torch.Tensor Double(torch.Tensor tensor) => tensor.detach().to(torch.ScalarType.Float64).requires_grad_();

    private static void AreClose(torch.Tensor expected, torch.Tensor actual) =>
        Numbers.AreClose(Numbers.Of(expected), Numbers.Of(actual), absolute: 2e-5 * Numbers.Of(expected).Max(Math.Abs));
}
