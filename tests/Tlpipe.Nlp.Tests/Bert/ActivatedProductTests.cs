// The product behind an activation beside the two steps, each with libtorch's own gradient, in double precision.
using Tlpipe.Nlp.Bert;
using static TorchSharp.torch;
using Device = Tlpipe.Nlp.Devices.Device;

namespace Tlpipe.Nlp.Tests.Bert;

public sealed class ActivatedProductTests
{
    private static readonly Device Cpu = Device.Open("cpu", 2);

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

    private static Tensor Double(Tensor tensor) => tensor.detach().to(ScalarType.Float64).requires_grad_();

    private static void AreClose(Tensor expected, Tensor actual) =>
        Numbers.AreClose(Numbers.Of(expected), Numbers.Of(actual), absolute: 2e-5 * Numbers.Of(expected).Max(Math.Abs));
}
