// A file from an address: what is kept, what is refused, and what happens when the line fails.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Tests.Hub;

public sealed class WebFileTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];

    [Fact]
    public void A_file_is_kept_under_its_hash_and_not_fetched_again()
    {
        using var hub = Serving(Content);
        using var cache = new ModelCache(hub);

        var first = Fetched(hub, cache).Fetch(null, "the lock file");
        var second = Fetched(hub, cache).Fetch(first.Sha256, "the lock file");

        Assert.Equal(new FileContent(FakeHub.Sha256(Content), Content.Length), first);
        Assert.Equal(first, second);
        Assert.Equal(Content, File.ReadAllBytes(Path.Combine(cache.Settings.Downloads, first.Sha256)));
        Assert.Single(hub.Requests);
    }

    [Theory]
    [InlineData("the config", "correct sha256 in the config")]
    [InlineData("the lock file", "--refresh takes what is there now")]
    public void Another_file_than_is_wanted_is_one_line_and_not_kept(string source, string expected)
    {
        using var hub = Serving(Content);
        using var cache = new ModelCache(hub);

        var mistake = Mistake(() => Fetched(hub, cache).Fetch(new string('0', 64), source));

        Assert.Equal(ErrorCode.BadDownload, mistake.Code);
        Assert.Contains(FakeHub.Sha256(Content), mistake.Message);
        Assert.Contains(expected, mistake.Message);
        Assert.DoesNotContain(Directory.EnumerateFiles(cache.Settings.Downloads), path => !path.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public void A_download_that_was_cut_off_goes_on_while_the_server_has_the_same_file()
    {
        using var hub = Serving(Content);
        using var cache = new ModelCache(hub);
        BreakOnce(hub);

        var content = Fetched(hub, cache).Fetch(null, "the lock file");

        Assert.Equal(FakeHub.Sha256(Content), content.Sha256);
        Assert.Equal([null, "bytes=50000-"], hub.Gets("storage").Select(asked => asked.Range));
    }

    [Fact]
    public void A_download_that_was_cut_off_begins_anew_where_the_servers_etag_has_changed()
    {
        using var hub = Serving(Content);
        using var cache = new ModelCache(hub);
        var newer = Content.Reverse().ToArray();
        BreakOnce(hub, then: () => hub.Files["reviews.csv"] = newer);

        var content = Fetched(hub, cache).Fetch(null, "the lock file");

        Assert.Equal(FakeHub.Sha256(newer), content.Sha256);
        Assert.Equal(newer, File.ReadAllBytes(Path.Combine(cache.Settings.Downloads, content.Sha256)));
    }

    [Fact]
    public void A_download_that_was_whole_when_its_process_ended_is_not_fetched_again()
    {
        using var hub = Serving(Content);
        using var cache = new ModelCache(hub);
        var sha256 = FakeHub.Sha256(Content);
        Directory.CreateDirectory(cache.Settings.Downloads);
        var address = FakeHub.Sha256(System.Text.Encoding.UTF8.GetBytes($"{hub.StorageEndpoint}/reviews.csv"));
        File.WriteAllBytes(Path.Combine(cache.Settings.Downloads, address + ".incomplete"), Content);
        hub.Fault = (_, context) =>
        {
            context.Response.StatusCode = 416;
            context.Response.Headers.ContentRange = $"bytes */{Content.Length}";
            return Task.FromResult(true);
        };

        var content = Fetched(hub, cache).Fetch(sha256, "the config");

        Assert.Equal(new FileContent(sha256, Content.Length), content);
        Assert.Equal(["bytes=100000-"], hub.Requests.Select(asked => asked.Range));
    }

    [Fact]
    public void An_address_with_nothing_behind_it_is_one_line()
    {
        using var hub = Serving(Content);
        using var cache = new ModelCache(hub);
        hub.Files.Clear();

        var mistake = Mistake(() => Fetched(hub, cache).Fetch(null, "the lock file"));

        Assert.Equal(ErrorCode.NotOnServer, mistake.Code);
        Assert.Contains("answers 404 Not Found", mistake.Message);
    }

    [Fact]
    public void Offline_the_line_says_where_to_put_the_file()
    {
        using var hub = Serving(Content);
        using var cache = new ModelCache(hub);
        cache.Settings = cache.Settings with { Offline = true };
        var sha256 = FakeHub.Sha256(Content);

        var mistake = Mistake(() => Fetched(hub, cache).Fetch(sha256, "the config"));

        Assert.Equal(ErrorCode.NotCached, mistake.Code);
        Assert.Contains($"put the file at {Path.Combine(cache.Settings.Downloads, sha256)}", mistake.Message);
        Assert.Empty(hub.Requests);
    }

    private static FakeHub Serving(byte[] content)
    {
        var hub = new FakeHub();
        hub.Files["reviews.csv"] = content;
        return hub;
    }

    private static WebFile Fetched(FakeHub hub, ModelCache cache) =>
        new(cache.Settings, new Uri($"{hub.StorageEndpoint}/reviews.csv"), cache.News.Add, CancellationToken.None) { Clock = cache.Clock };

    private static Diagnostic Mistake(Action fetch) => Assert.Single(Assert.Throws<PipelineException>(fetch).Diagnostics);

    private static void BreakOnce(FakeHub hub, Action? then = null)
    {
        var answers = 0;
        hub.Fault = async (_, context) =>
        {
            if (answers++ > 0)
                return false;
            context.Response.Headers.ETag = $"\"{FakeHub.Sha256(Content)[..16]}\"";
            await FakeHub.Truncate(context, Content, 0, 50_000);
            then?.Invoke();
            return true;
        };
    }
}
