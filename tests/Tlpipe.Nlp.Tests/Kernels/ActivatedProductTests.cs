// The product behind an activation beside the two steps, each with libtorch's own gradient, in double precision.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Tests.Model;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Kernels;

public sealed class ActivatedProductTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    // 20 rows are too few for oneDNN, 60 are not.
    [Theory]
    [InlineData("gelu", 20)]
    [InlineData("gelu", 60)]
    [InlineData("gelu_new", 60)]
    [InlineData("relu", 60)]
    public void Values_and_gradients_are_those_of_the_two_steps(string activation, int rows)
    {
        using var scope = NewDisposeScope();
        var generator = Cpu.Generator(5);
        var (x, weight, bias) = (Leaf(rows, 40), Leaf(24, 40), Leaf(24));
        var seen = Cpu.Normal(generator, 0, 1, rows, 24);

        var product = ActivatedProduct.Of(x, activation, weight, bias);
        (product * seen).sum().backward();

        var (dx, dw, db) = (Double(x), Double(weight), Double(bias));
        var expected = nn.functional.linear(dx.Activate(activation), dw, db);
        (expected * seen.to(ScalarType.Float64)).sum().backward();
        AreClose(expected, product);
        AreClose(dx.grad!, x.grad!);
        AreClose(dw.grad!, weight.grad!);
        AreClose(db.grad!, bias.grad!);

        Tensor Leaf(params long[] shape) => Cpu.Normal(generator, 0, 1, shape).requires_grad_();
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    public void A_second_pass_adds_its_gradients_to_the_first_s(int rows)
    {
        using var scope = NewDisposeScope();
        var generator = Cpu.Generator(6);
        var x = Cpu.Normal(generator, 0, 1, rows, 40);
        var (weight, bias) = (Cpu.Normal(generator, 0, 1, 24, 40).requires_grad_(), Cpu.Normal(generator, 0, 1, 24).requires_grad_());
        var factor = Cpu.Normal(generator, 0, 1, 24, 40).requires_grad_();

        ActivatedProduct.Of(x, "gelu", weight, bias).sum().backward();
        var first = Numbers.Of(weight.grad!);
        ActivatedProduct.Of(x, "gelu", weight, bias).sum().backward();
        // A weight that was computed has no gradient of its own.
        ActivatedProduct.Of(x, "gelu", weight * factor, bias).sum().backward();
        (ActivatedProduct.Of(x, "gelu", weight, bias) + ActivatedProduct.Of(x * 2, "gelu", weight, bias)).sum().backward();

        var (dw, db, df) = (Double(weight), Double(bias), Double(factor));
        var activated = x.to(ScalarType.Float64).Activate("gelu");
        nn.functional.linear(activated, dw, db).sum().backward();
        Numbers.AreClose(Numbers.Of(dw.grad!), first, absolute: 1e-4);
        nn.functional.linear(activated, dw, db).sum().backward();
        nn.functional.linear(activated, dw * df, db).sum().backward();
        var twice = (x * 2).to(ScalarType.Float64).Activate("gelu");
        (nn.functional.linear(activated, dw, db) + nn.functional.linear(twice, dw, db)).sum().backward();
        AreClose(dw.grad!, weight.grad!);
        AreClose(db.grad!, bias.grad!);
        AreClose(df.grad!, factor.grad!);
    }

    private static Tensor Double(Tensor tensor) => tensor.detach().to(ScalarType.Float64).requires_grad_();

    private static void AreClose(Tensor expected, Tensor actual) =>
        Numbers.AreClose(Numbers.Of(expected), Numbers.Of(actual), absolute: 2e-5 * Numbers.Of(expected).Max(Math.Abs));
}
