// What a holder may still do that has lost its lease, and how the processes of a store agree on the kind of its leases.
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class LostLeaseTests : IDisposable
{
    private static readonly string Key = TestStore.Document(1).Key;
    private readonly TestStore test = new();

    public void Dispose() => test.Dispose();

    private string Partial => Path.Combine(test.Store.Root, "partial", Key);

    [Fact]
    public void A_holder_that_lost_its_lease_touches_no_checkpoint_of_its_successor()
    {
        using var heartbeat = UseHeartbeats();
        var checkpoints = heartbeat.Store.Checkpoints(Key, TimeSpan.Zero, heartbeat.Lease);
        checkpoints.Save(1, Write);
        checkpoints.Save(2, Write);

        Assert.Throws<LeaseLostException>(() => checkpoints.Save(3, draft =>
        {
            Write(draft);
            heartbeat.Lose();
            Directory.CreateDirectory(Path.Combine(Partial, "step-000000009"));
            Directory.CreateDirectory(Path.Combine(Partial, "draft-of-another"));
        }));

        Assert.Equal(
            ["draft-of-another", "step-000000001", "step-000000002", "step-000000009"],
            Directory.GetDirectories(Partial).Select(p => Path.GetFileName(p)).Order());
    }

    [Fact]
    public void A_holder_removes_only_what_it_wrote_or_saw_at_its_beginning()
    {
        using var heartbeat = UseHeartbeats();
        test.Store.Checkpoints(Key, TimeSpan.Zero).Save(1, Write);
        var checkpoints = heartbeat.Store.Checkpoints(Key, TimeSpan.Zero, heartbeat.Lease);
        Directory.CreateDirectory(Path.Combine(Partial, "draft-of-another"));

        foreach (var step in (long[])[2, 3, 4])
            checkpoints.Save(step, Write);

        Assert.Equal(["draft-of-another", "step-000000003", "step-000000004"], Directory.GetDirectories(Partial).Select(p => Path.GetFileName(p)).Order());
    }

    [Fact]
    public void A_holder_that_lost_its_lease_leaves_the_checkpoints_of_a_published_result()
    {
        using var heartbeat = UseHeartbeats();
        heartbeat.Store.Checkpoints(Key, TimeSpan.Zero, heartbeat.Lease).Save(1, Write);
        heartbeat.Lose();

        heartbeat.Store.Discard(Key, heartbeat.Lease);

        Assert.Single(Directory.GetDirectories(Partial));
    }

    [Fact]
    public void A_store_with_heartbeats_keeps_them_wherever_it_is_opened()
    {
        File.WriteAllText(Path.Combine(test.Store.Root, "leases"), "heartbeat:60\n");

        using var lease = ResultStore.Open(test.Store.Root).TryTake(Key);

        Assert.True(Directory.Exists(Path.Combine(test.Store.Root, "lease", $"{Key}.held")));
    }

    [Fact]
    public void A_lease_by_lock_counts_for_those_who_use_heartbeats_since()
    {
        using var locked = test.Store.TryTake(Key);
        File.WriteAllText(Path.Combine(test.Store.Root, "leases"), "heartbeat:60\n");

        var second = ResultStore.Open(test.Store.Root).TryTake(Key);

        Assert.NotNull(locked);
        Assert.Null(second);
    }

    [Fact]
    public void A_process_that_opened_the_store_before_uses_heartbeats_from_then_on()
    {
        File.WriteAllText(Path.Combine(test.Store.Root, "leases"), "heartbeat:60\n");
        using var held = ResultStore.Open(test.Store.Root).TryTake(Key);

        Assert.Null(test.Store.TryTake(Key));
    }

    [Fact]
    public void A_holders_last_word_says_whether_it_has_published()
    {
        var path = test["key"];
        var silence = TimeSpan.FromSeconds(60);
        var first = HeartbeatLease.TryTake(path, silence)!;
        first.Published();
        first.Dispose();

        var second = HeartbeatLease.TryTake(path, silence)!;
        var isHeld = HeartbeatLease.IsHeld(path);
        var afterPublication = second.FollowsPublication;
        // It only looked, and says the same again.
        second.Dispose();
        var third = HeartbeatLease.TryTake(path, silence)!;
        var stillSaid = third.FollowsPublication;
        third.Computing();
        third.Dispose();
        using var fourth = HeartbeatLease.TryTake(path, silence)!;

        Assert.True(isHeld);
        Assert.True(afterPublication);
        Assert.True(stillSaid);
        Assert.False(fourth.FollowsPublication);
    }

    [Fact]
    public void Whoever_takes_a_keys_lease_clears_the_scratch_folders_of_its_former_holders()
    {
        using var heartbeat = UseHeartbeats();
        var former = Directory.CreateDirectory(Path.Combine(test.Store.Root, "tmp", $"{Key}-0123.unlocked")).FullName;
        var others = Directory.CreateDirectory(Path.Combine(test.Store.Root, "tmp", $"{TestStore.Document(2).Key}-0123.unlocked")).FullName;

        using var scratch = heartbeat.Store.CreateScratch(Key);

        Assert.False(Directory.Exists(former));
        Assert.True(Directory.Exists(others));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".held")]
    public void What_cannot_be_a_lease_is_moved_aside(string ending)
    {
        using var heartbeat = ending.Length > 0 ? UseHeartbeats() : null;
        var store = heartbeat?.Store ?? test.Store;
        var key = TestStore.Document(3).Key;
        var path = Path.Combine(test.Store.Root, "lease", key + ending);
        if (ending.Length > 0)
            File.WriteAllText(path, "in the way");
        else
            Directory.CreateDirectory(path);

        using var lease = store.TryTake(key);

        Assert.NotNull(lease);
    }

    [Fact]
    public void A_hard_link_to_a_file_that_was_damaged_and_made_again_is_replaced()
    {
        var view = new OutputView(test.Store, copyLimit: 0);
        var result = test.Publish(1, ("model/x", "text"));
        view.Show(result, test["view"]);
        var shown = test["view/model/x"];
        Assert.SkipUnless(Posix.IsSameFile(shown, test.BlobPath(result, "model")), "this file system clones files, so that there are no links");
        FlipInPlace(shown);
        Assert.Throws<DamagedResultException>(() => test.Store.Lay(result, "model", test["input"]));

        view.Show(test.Publish(1, ("model/x", "text")), test["view"]);

        Assert.Equal("text", File.ReadAllText(shown));
        Assert.Equal(["x"], Directory.EnumerateFiles(test["view/model"]).Select(p => Path.GetFileName(p)));
    }

    // As bit rot does: the same inode, size and times.
    private static void FlipInPlace(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        var (time, mode) = (File.GetLastWriteTimeUtc(path), File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (var file = File.Open(path, FileMode.Open, FileAccess.ReadWrite))
        {
            var first = file.ReadByte();
            file.Position = 0;
            file.WriteByte((byte)(first ^ 1));
        }
        File.SetLastWriteTimeUtc(path, time);
        File.SetUnixFileMode(path, mode);
    }

    private static void Write(string draft) => TestStore.Write(Path.Combine(draft, "model.bin"), "model");

    private Heartbeats UseHeartbeats()
    {
        File.WriteAllText(Path.Combine(test.Store.Root, "leases"), "heartbeat:60\n");
        var store = ResultStore.Open(test.Store.Root);
        return new Heartbeats(store, store.TryTake(Key)!);
    }

    /// <summary>The store with heartbeats, and the lease of the key.</summary>
    private sealed record Heartbeats(ResultStore Store, Lease Lease) : IDisposable
    {
        /// <summary>Another process takes the lease over.</summary>
        public void Lose() => File.WriteAllText(Path.Combine(Store.Root, "lease", $"{Key}.held", "99"), "another 1\n\n");

        public void Dispose() => Lease.Dispose();
    }
}
