// Names in a config that lead to something else than a file.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Tests.Files;

public sealed class FileKindTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_pipe_as_an_input_is_refused_at_once()
    {
        var pipe = NamedPipe.Create(folder["p.csv"]);

        var mistake = await NamedPipe.FailsAtOnce<PipelineException>(() => ContentDigest.Of(pipe));
        var inFolder = await NamedPipe.FailsAtOnce<PipelineException>(() => ContentDigest.Of(folder.Path));

        Assert.Contains("p.csv is no regular file but a pipe", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("p.csv is no regular file but a pipe", inFolder.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_device_without_end_is_not_hashed()
    {
        var mistake = await NamedPipe.FailsAtOnce<PipelineException>(() => ContentDigest.Of("/dev/zero"));

        Assert.Contains("/dev/zero is no regular file but a device", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pipe_or_a_device_as_a_config_is_refused_at_once()
    {
        var pipe = NamedPipe.Create(folder["p.yaml"]);

        var mistake = await NamedPipe.FailsAtOnce<PipelineException>(() => SourceText.Read("p.yaml", pipe));
        var device = await NamedPipe.FailsAtOnce<PipelineException>(() => SourceText.Read("/dev/zero", "/dev/zero"));

        Assert.Contains("'p.yaml' is no regular file but a pipe", mistake.Message, StringComparison.Ordinal);
        Assert.Contains("is no regular file but a device", device.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_of_a_gigabyte_is_not_read()
    {
        using (var file = File.Create(folder["a.yaml"]))
            file.SetLength(1 << 30);

        var mistake = Assert.Throws<PipelineException>(() => SourceText.Read("a.yaml", folder["a.yaml"]));

        Assert.Contains("has more than 64 MiB", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_in_damaged_UTF_16_is_refused()
    {
        File.WriteAllBytes(folder["a.yaml"], [0xFF, 0xFE, (byte)'a', 0, 0x00, 0xD8, (byte)'b', 0]);

        Assert.Throws<PipelineException>(() => SourceText.Read("a.yaml", folder["a.yaml"]));
    }
}
