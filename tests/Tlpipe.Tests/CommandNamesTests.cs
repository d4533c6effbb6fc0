// The names by which Program finds a command without making all the others.
namespace Tlpipe.Tests;

public sealed class CommandNamesTests
{
    [Fact]
    public void Each_command_is_listed_under_its_own_name()
    {
        var listed = Program.Commands.Keys;

        var own = Program.Commands.Values.Select(create => create().Name);

        Assert.Equal(own, listed);
    }
}
