// The lines in which a child process reports its events.
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Execution;

public sealed class EventLinesTests
{
    [Fact]
    public void A_loss_that_is_no_number_can_be_told()
    {
        using var text = new StringWriter();

        new EventLines(text).Write(new EpochEnded(1, double.NaN, double.PositiveInfinity, null, Best: false));

        Assert.Equal("""{"event":"epoch","epoch":1,"training_loss":"NaN","validation_loss":"Infinity","best":false}""", text.ToString().TrimEnd());
    }
}
