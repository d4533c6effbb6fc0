// What goes wrong in a gradient of ours is told behind libtorch's backward pass. Alone, because it is kept for the process.
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Tests.Training;
using Device = Tlpipe.Nlp.Devices.Device;

namespace Tlpipe.Nlp.Tests.Devices;

[Collection(Alone.Name)]
public sealed class BackwardTests
{
    [Fact]
    public void Running_out_of_memory_while_computing_again_is_told_behind_the_backward_pass()
    {
        var x = Device.Open("cpu", 2).Ones(4).requires_grad_();
        var calls = 0;
        var result = Recomputed.Of(x, y => calls++ == 0 ? y.mul(2) : throw new OutOfMemoryException("no room"), null);

        result.sum().backward();

        Assert.Equal("no room", Assert.Throws<OutOfMemoryException>(Backward.ThrowIfFailed).Message);
        Assert.Null(x.grad);
        Backward.ThrowIfFailed();
    }
}
