// Leases without locks: held by a file that changes all the time, and lost by a holder that is silent for too long.
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class HeartbeatLeaseTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private static readonly LeaseKind Silence = new(TimeSpan.FromSeconds(0.3));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_lease_is_had_by_one_at_a_time()
    {
        using var lease = HeartbeatLease.TryTake(folder["key"], Long);

        Assert.NotNull(lease);
        Assert.Null(HeartbeatLease.TryTake(folder["key"], Long));
    }

    [Fact]
    public void A_lease_given_back_can_be_taken_again()
    {
        HeartbeatLease.TryTake(folder["key"], Long)!.Dispose();

        using var again = HeartbeatLease.TryTake(folder["key"], Long);

        Assert.NotNull(again);
    }

    [Fact]
    public void Whether_a_lease_is_held_can_be_seen_without_taking_it()
    {
        var before = HeartbeatLease.IsHeld(folder["key"]);

        var lease = HeartbeatLease.TryTake(folder["key"], Long)!;
        var meanwhile = HeartbeatLease.IsHeld(folder["key"]);
        lease.Dispose();

        Assert.Equal((false, true, false), (before, meanwhile, HeartbeatLease.IsHeld(folder["key"])));
    }

    [Fact]
    public void Those_who_wait_hear_what_the_holder_says()
    {
        using var lease = HeartbeatLease.TryTake(folder["key"], Long)!;

        lease.Tell("half done");

        Assert.Equal("half done", HeartbeatLease.Read(folder["key"]));
    }

    [Fact]
    public void A_holder_that_lives_keeps_its_lease_for_longer_than_the_silence_that_means_death()
    {
        using var lease = HeartbeatLease.TryTake(folder["key"], Silence.Silence!.Value)!;
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1.5));

        Assert.Throws<OperationCanceledException>(() => Lease.Take(folder["key"], Silence, _ => { }, enough.Token));

        lease.ThrowIfLost();
    }

    [Fact]
    public void A_dead_holders_lease_is_taken_over()
    {
        LeaveBehind("0123 7\nhalf done\n");

        using var taken = Lease.Take(folder["key"], Silence, _ => { }, TestContext.Current.CancellationToken);

        taken.ThrowIfLost();
        Assert.Equal(["2"], Directory.GetFiles(folder["key.held"]).Select(f => Path.GetFileName(f)));
    }

    [Fact]
    public void One_look_is_not_enough_to_take_a_holder_for_dead()
    {
        LeaveBehind("0123 7\n\n");

        Assert.Null(HeartbeatLease.TryTake(folder["key"], TimeSpan.FromTicks(1)));
    }

    [Fact]
    public void A_holder_that_comes_back_after_another_took_over_knows_that_it_lost_the_lease()
    {
        using var lease = HeartbeatLease.TryTake(folder["key"], Long)!;
        // The action of another process after it has waited for the silence.
        File.WriteAllText(Path.Combine(folder["key.held"], "2"), "another 0\n\n");

        Assert.Throws<LeaseLostException>(lease.ThrowIfLost);

        lease.Dispose();
        Assert.Equal("another 0\n\n", File.ReadAllText(Path.Combine(folder["key.held"], "2")));
    }

    [Fact]
    public async Task Of_many_that_want_it_at_once_one_at_a_time_has_it()
    {
        var inside = 0;
        var turns = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(() =>
        {
            for (var i = 0; i < 5; i++)
            {
                using var lease = Lease.Take(folder["key"], new LeaseKind(Long), _ => { }, TestContext.Current.CancellationToken);
                Assert.Equal(1, Interlocked.Increment(ref inside));
                turns++;
                Interlocked.Decrement(ref inside);
            }
        }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(40, turns);
    }

    /// <summary>The machine that has the disk treats a store as local, while others use it over the network.</summary>
    [Fact]
    public void A_scratch_folder_without_a_lock_is_not_cleared_away_by_a_machine_that_uses_locks()
    {
        Directory.CreateDirectory(folder["tmp"]);
        using var scratch = ScratchFolder.Create(folder["tmp"], LeaseKind.Heartbeat);

        ScratchFolder.ClearStale(folder["tmp"], LeaseKind.Flock);

        Assert.True(Directory.Exists(scratch.Path));
    }

    [Theory]
    [InlineData("/dev/shm", true)]
    [InlineData("/proc", false)]
    public void Only_file_systems_whose_locks_the_kernel_keeps_count_as_local(string place, bool local)
    {
        Assert.SkipUnless(Directory.Exists(place), $"needs {place}");

        Assert.Equal(local, Posix.IsLocal(place));
    }

    private void LeaveBehind(string content)
    {
        Directory.CreateDirectory(folder["key.held"]);
        File.WriteAllText(Path.Combine(folder["key.held"], "1"), content);
    }
}
