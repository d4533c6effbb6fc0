// The store's checkpoints as a training sees them: written beside it, at most as far apart as the config says.
using System.Globalization;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages.Training;

/// <summary>
/// A checkpoint is due early enough to be on the disk before the work since the previous one exceeds the interval. With an interval
/// of 0 it is due after each update, and waited for. If one cannot be written, the training continues with a warning: the disk may have
/// room again by the next.
/// </summary>
/// <param name="stored">Where they go.</param>
/// <param name="warn">Warns the user.</param>
/// <param name="clock">Measures time.</param>
internal sealed class BackgroundCheckpoints(ICheckpoints stored, Action<string> warn, TimeProvider clock) : ITrainingCheckpoints
{
    private long taken = clock.GetTimestamp();
    private TimeSpan lastWriting;
    private Task underWay = Task.CompletedTask;
    private Exception? failure;

    public string? Newest => stored.Newest;

    public bool IsDue(TimeSpan untilNextChance) =>
        stored.Interval == TimeSpan.Zero
        // While one is being written, the next must wait for it.
        || (underWay.IsCompleted && clock.GetElapsedTime(taken) + untilNextChance + lastWriting >= stored.Interval);

    public void Save(long step, Action<string> write)
    {
        Wait();
        taken = clock.GetTimestamp();
        underWay = Task.Factory.StartNew(() => Write(step, write), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public void Wait() => underWay.GetAwaiter().GetResult();

    public void Finish()
    {
        Wait();
        if (failure is not null)
            throw new IOException($"the last checkpoint could not be written ({failure.Message}); free space on the disk, and the next run continues from the one before it", failure);
    }

    private void Write(long step, Action<string> write)
    {
        var begun = clock.GetTimestamp();
        try
        {
            stored.Save(step, write);
            failure = null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e;
            warn(string.Create(
                CultureInfo.InvariantCulture,
                $"the checkpoint after step {step:N0} could not be written: {e.Message}; the training continues and tries again, but if killed now it would continue from an earlier one"));
        }
        lastWriting = clock.GetElapsedTime(begun);
    }
}
