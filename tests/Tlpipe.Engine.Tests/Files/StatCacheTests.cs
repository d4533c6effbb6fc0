// The cases in which an earlier digest may be used for a file, and those in which it may not.
using System.Runtime.Versioning;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Tests.Files;

[UnsupportedOSPlatform("windows")]
public sealed class StatCacheTests : IDisposable
{
    // FIPS 180-2, appendix B.1: SHA-256 of "abc".
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    private const string Wrong = "0000000000000000000000000000000000000000000000000000000000000000";
    private readonly TemporaryFolder folder = TemporaryFolder.OnDisk();
    private readonly LaterClock later = new(TimeSpan.FromMinutes(1));

    public StatCacheTests() => File.WriteAllText(folder["file"], "abc");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_that_has_not_changed_is_not_read_again()
    {
        Read(Cache());

        var digest = Read(Planted());

        Assert.Equal(Wrong, digest);
    }

    [Fact]
    public void What_one_process_read_another_knows()
    {
        Read(Cache());

        Assert.Equal(Abc, Cache().Find(FileState.Of(folder["file"])));
    }

    [Fact]
    public void A_file_changed_a_moment_ago_is_not_remembered()
    {
        var cache = Cache(new LaterClock(TimeSpan.FromSeconds(2)));

        Read(cache);

        Assert.Null(cache.Find(FileState.Of(folder["file"])));
    }

    [Fact]
    public void A_file_whose_time_was_set_back_a_moment_ago_is_not_remembered()
    {
        File.SetLastWriteTimeUtc(folder["file"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var cache = Cache(TimeProvider.System);

        Read(cache);

        Assert.Null(cache.Find(FileState.Of(folder["file"])));
    }

    [Fact]
    public void A_file_of_a_clock_that_was_set_back_since_is_not_remembered()
    {
        var cache = Cache(new LaterClock(TimeSpan.FromHours(-1)));

        Read(cache);

        Assert.Null(cache.Find(FileState.Of(folder["file"])));
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("a time set back")]
    [InlineData("other permissions")]
    [InlineData("another file in its place")]
    public void A_change_of_any_kind_is_noticed(string change)
    {
        Read(Cache());
        var cache = Planted();
        var written = File.GetLastWriteTimeUtc(folder["file"]);

        Change(change, folder["file"]);
        if (change != "other permissions")
            File.SetLastWriteTimeUtc(folder["file"], written);

        Assert.NotEqual(Wrong, Read(cache));
    }

    [Fact]
    public void A_damaged_record_is_not_believed_and_the_others_are()
    {
        File.WriteAllText(folder["other"], "abc");
        var cache = Cache();
        Read(cache);
        ContentDigest.Of(folder["other"], cache: cache);
        var bytes = File.ReadAllBytes(folder["cache/stat"]);

        // Records have 80 bytes; the first is that of "file".
        Assert.All(Enumerable.Range(0, 80 * 8), bit =>
        {
            var damaged = (byte[])bytes.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(folder["cache/stat"], damaged);
            var read = Cache();
            Assert.Null(read.Find(FileState.Of(folder["file"])));
            Assert.Equal(Abc, read.Find(FileState.Of(folder["other"])));
        });
    }

    [Fact]
    public void A_cache_cut_off_anywhere_is_read_as_far_as_it_goes_and_written_on()
    {
        File.WriteAllText(folder["other"], "abc");
        Read(Cache());
        var bytes = File.ReadAllBytes(folder["cache/stat"]);

        Assert.All(Enumerable.Range(0, bytes.Length), length =>
        {
            File.WriteAllBytes(folder["cache/stat"], bytes[..length]);
            ContentDigest.Of(folder["other"], cache: Cache());
            Assert.Null(Cache().Find(FileState.Of(folder["file"])));
            Assert.Equal(Abc, Cache().Find(FileState.Of(folder["other"])));
        });
    }

    [Fact]
    public async Task Processes_that_add_at_the_same_time_lose_nothing()
    {
        var names = Enumerable.Range(0, 200).Select(i => folder[$"file-{i}"]).ToList();
        foreach (var name in names)
            File.WriteAllText(name, "abc");

        await Task.WhenAll(names.Chunk(25).Select(part => Task.Run(() =>
        {
            var cache = Cache();
            foreach (var name in part)
                ContentDigest.Of(name, cache: cache);
        }, TestContext.Current.CancellationToken)));

        var afterwards = Cache();
        Assert.All(names, name => Assert.Equal(Abc, afterwards.Find(FileState.Of(name))));
    }

    [Fact]
    public void Records_of_states_that_are_past_are_left_out_in_time()
    {
        foreach (var _ in Enumerable.Range(0, 1200))
        {
            File.AppendAllText(folder["file"], "x");
            Read(Cache());
        }
        Cache().Find(default);

        Assert.InRange(new FileInfo(folder["cache/stat"]).Length, 80, 80 * 1010);
    }

    [Fact]
    public void A_cache_that_cannot_be_written_costs_nothing_but_time()
    {
        File.WriteAllText(folder["cache"], "a file where its folder belongs");

        Assert.Equal(Abc, Read(Cache()));
    }

    private static void Change(string change, string path)
    {
        switch (change)
        {
            case "other bytes":
                File.WriteAllText(path, "abd");
                break;
            case "another file in its place":
                File.WriteAllText($"{path}.new", "abc");
                File.Move($"{path}.new", path, overwrite: true);
                break;
            case "other permissions":
                File.SetUnixFileMode(path, UnixFileMode.UserRead);
                break;
        }
    }

    private string Read(StatCache cache) => ContentDigest.Of(folder["file"], cache: cache);

    private StatCache Cache(TimeProvider? clock = null) => new(folder["cache/stat"], clock ?? later) { Settle = _ => true };

    /// <summary>A cache with a different digest for the file, so that a test can tell whether it was used.</summary>
    private StatCache Planted()
    {
        var cache = Cache();
        cache.Remember(FileState.Of(folder["file"]), Wrong);
        return cache;
    }

    /// <summary>A clock that is fast or slow by some time.</summary>
    private sealed class LaterClock(TimeSpan ahead) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + ahead;
    }
}
