// Failures of custom gradients are reported after libtorch's backward pass. Runs alone, because they are kept for the process.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Tests.Training;

namespace Tlpipe.Nlp.Tests.Kernels;

[Collection(Alone.Name)]
public sealed class CustomGradientTests
{
    [Fact]
    public void Running_out_of_memory_while_computing_again_is_told_behind_the_backward_pass()
    {
        var x = ComputeDevice.Open("cpu", 2).Ones(4).requires_grad_();
        var calls = 0;
        var result = Recomputed.Of(x, y => calls++ == 0 ? y.mul(2) : throw new OutOfMemoryException("no room"), null);

        result.sum().backward();

        Assert.Equal("no room", Assert.Throws<OutOfMemoryException>(CustomGradient.ThrowIfFailed).Message);
        Assert.Null(x.grad);
        CustomGradient.ThrowIfFailed();
    }
}
