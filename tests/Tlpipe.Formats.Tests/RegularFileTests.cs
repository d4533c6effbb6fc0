// What a path leads to; inode(7) has the kinds.

namespace Tlpipe.Formats.Tests;

public sealed class RegularFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_opens_and_a_link_to_it_too()
    {
        File.WriteAllText(folder["a"], "x");
        File.CreateSymbolicLink(folder["b"], "a");

        using var file = RegularFile.Open(folder["b"]);

        Assert.Equal('x', file.ReadByte());
    }

    [Fact]
    public void What_is_not_there_is_left_to_the_reader() => RegularFile.Require(folder["nothing"]);

    [Theory]
    [InlineData("/dev/zero", "a device")]
    [InlineData("/dev/null", "a device")]
    [InlineData("/tmp", "a folder")]
    public void Devices_and_folders_are_refused(string path, string kind)
    {
        var mistake = Assert.Throws<InputException>(() => RegularFile.Open(path));

        Assert.Equal($"{path} is no regular file but {kind}; give the path of a file", mistake.Message);
    }

    [Fact]
    public async Task A_pipe_is_refused_at_once()
    {
        var pipe = NamedPipe.Create(folder["p"]);

        var mistake = await NamedPipe.FailsAtOnce<InputException>(() => RegularFile.Open(pipe));

        Assert.Contains("is no regular file but a pipe", mistake.Message, StringComparison.Ordinal);
    }
}
