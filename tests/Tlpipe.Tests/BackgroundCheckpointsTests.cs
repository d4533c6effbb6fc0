// When a checkpoint is due, and what a failing one costs.
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Training;

namespace Tlpipe.Tests;

public sealed class BackgroundCheckpointsTests
{
    private readonly Clock clock = new();
    private readonly List<string> warnings = [];

    [Fact]
    public void A_checkpoint_is_due_before_the_work_since_the_last_one_comes_to_more_than_the_interval()
    {
        var checkpoints = Checkpoints(new Stored(TimeSpan.FromMinutes(5)));

        clock.Now = TimeSpan.FromSeconds(280);
        var early = checkpoints.IsDue(TimeSpan.FromSeconds(10));
        var late = checkpoints.IsDue(TimeSpan.FromSeconds(30));

        Assert.False(early);
        Assert.True(late);
    }

    [Fact]
    public void The_time_that_writing_takes_counts_too()
    {
        var checkpoints = Checkpoints(new Stored(TimeSpan.FromMinutes(5)) { OnSave = () => clock.Now += TimeSpan.FromSeconds(60) });
        checkpoints.Save(1, _ => { });
        checkpoints.Wait();

        clock.Now += TimeSpan.FromSeconds(170);
        var early = checkpoints.IsDue(TimeSpan.FromSeconds(1));
        clock.Now += TimeSpan.FromSeconds(20);
        var late = checkpoints.IsDue(TimeSpan.FromSeconds(1));

        Assert.False(early);
        Assert.True(late);
    }

    [Fact]
    public void With_an_interval_of_0_one_is_always_due() => Assert.True(Checkpoints(new Stored(TimeSpan.Zero)).IsDue(TimeSpan.Zero));

    [Fact]
    public void Writing_goes_on_beside_the_caller_and_another_does_not_begin_meanwhile()
    {
        using var written = new ManualResetEventSlim();
        var checkpoints = Checkpoints(new Stored(TimeSpan.FromTicks(1)) { OnSave = written.Wait });

        checkpoints.Save(1, _ => { });
        clock.Now = TimeSpan.FromHours(1);
        var due = checkpoints.IsDue(TimeSpan.Zero);
        written.Set();
        checkpoints.Finish();

        Assert.False(due);
        Assert.True(checkpoints.IsDue(TimeSpan.Zero));
    }

    [Fact]
    public void One_that_cannot_be_written_is_a_warning_and_an_error_only_for_who_stops_then()
    {
        var checkpoints = Checkpoints(new Stored(TimeSpan.Zero) { OnSave = () => throw new IOException("No space left on device") });

        checkpoints.Save(1, _ => { });
        checkpoints.Wait();

        Assert.Contains("the checkpoint after step 1 could not be written: No space left on device", Assert.Single(warnings));
        Assert.Contains("No space left on device", Assert.Throws<IOException>(checkpoints.Finish).Message);
    }

    private BackgroundCheckpoints Checkpoints(Stored stored) => new(stored, warnings.Add, clock);

    private sealed class Stored(TimeSpan interval) : ICheckpoints
    {
        public Action OnSave { get; init; } = () => { };

        public string? Newest => null;

        public TimeSpan Interval => interval;

        public void Save(long step, Action<string> write) => OnSave();
    }

    /// <summary>A clock that a test sets.</summary>
    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
