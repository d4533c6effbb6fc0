// Digests of files and folders; the expected ones were computed by Python's hashlib.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Tests.Files;

public sealed class ContentDigestTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_has_the_digest_of_its_bytes()
    {
        File.WriteAllText(folder["text"], "abc");

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", ContentDigest.Of(folder["text"]));
    }

    [Fact]
    public void A_folder_has_the_digest_of_its_names_and_files()
    {
        Directory.CreateDirectory(folder["sub"]);
        File.WriteAllText(folder["sub/b.json"], "two");
        File.WriteAllText(folder["a.json"], "one");

        Assert.Equal("d5fa9668a761bcf722916c993e65d7959865531d472feb07a864979dec642143", ContentDigest.Of(folder.Path));
    }

    [Fact]
    public void Only_files_that_match_a_pattern_count()
    {
        Directory.CreateDirectory(folder["sub"]);
        File.WriteAllText(folder["sub/b.json"], "two");
        File.WriteAllText(folder["a.json"], "one");
        File.WriteAllText(folder["a.txt"], "three");

        Assert.Equal("154dee949e1b87b6af62a36b2054a58f2cf18ba446b08a2f7cc80e634dac628c", ContentDigest.Of(folder.Path, ["*.json"]));
        Assert.Equal("d5fa9668a761bcf722916c993e65d7959865531d472feb07a864979dec642143", ContentDigest.Of(folder.Path, ["*.json", "sub/*"]));
    }

    [Fact]
    public void A_renamed_file_changes_its_folders_digest()
    {
        File.WriteAllText(folder["a"], "one");
        var before = ContentDigest.Of(folder.Path);

        File.Move(folder["a"], folder["b"]);

        Assert.NotEqual(before, ContentDigest.Of(folder.Path));
    }

    [Fact]
    public void A_link_counts_as_the_file_it_leads_to()
    {
        File.WriteAllText(folder["text"], "abc");
        File.CreateSymbolicLink(folder["link"], "text");

        Assert.Equal(ContentDigest.Of(folder["text"]), ContentDigest.Of(folder["link"]));
    }

    [Fact]
    public void A_missing_path_is_an_error_at_the_place_where_it_was_written()
    {
        var place = new SourceLocation("a.yaml", 3, 7);

        var error = Assert.Throws<PipelineException>(() => ContentDigest.Of(folder["none"], null, place));

        Assert.Equal(new Diagnostic(place, ErrorCode.MissingFile, $"{folder["none"]} does not exist"), error.Diagnostics.Single());
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_is_an_error_that_names_it()
    {
        // The writer never pauses, but may not be scheduled during the first reading or the second.
        using var stop = new CancellationTokenSource();
        File.WriteAllBytes(folder["growing"], new byte[8 << 20]);
        var writer = Task.Run(() =>
        {
            using var file = new FileStream(folder["growing"], FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            while (!stop.IsCancellationRequested)
            {
                file.WriteByte(1);
                if (file.Length > 64 << 20)
                    file.SetLength(8 << 20);
            }
        }, TestContext.Current.CancellationToken);

        Exception? error = null;
        while (error is null && !writer.IsCompleted)
            error = Record.Exception(() => ContentDigest.Of(folder["growing"]));
        await stop.CancelAsync();
        await writer;

        Assert.Contains("growing changed while it was being read", Assert.IsType<PipelineException>(error).Message, StringComparison.Ordinal);
    }
}
