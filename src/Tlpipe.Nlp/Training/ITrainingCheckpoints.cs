// Where a training keeps the state from which it resumes.
namespace Tlpipe.Nlp.Training;

/// <summary>Keeps checkpoints, written while the training continues.</summary>
public interface ITrainingCheckpoints
{
    /// <summary>The folder of the newest whole checkpoint of this very training, or null.</summary>
    string? Newest { get; }

    /// <summary>Whether it is time for another one. Asked after each update, and before an evaluation.</summary>
    /// <param name="untilNextChance">The expected time until this is asked again.</param>
    bool IsDue(TimeSpan untilNextChance);

    /// <summary>Begins to write a checkpoint. The one before it has been waited for.</summary>
    /// <param name="step">The number of updates done.</param>
    /// <param name="write">
    /// Fills the folder that it is given; only then does the checkpoint count. Called on another thread: what it reads must stay as it is until
    /// <see cref="Wait"/> or <see cref="Finish"/> has returned.
    /// </param>
    void Save(long step, Action<string> write);

    /// <summary>Waits for the checkpoint that is being written, whether it succeeds or not.</summary>
    void Wait();

    /// <summary>Waits for the checkpoint that is being written.</summary>
    /// <exception cref="IOException">It, or the last one, could not be written: the work since the one before would be lost.</exception>
    void Finish();
}

/// <summary>Keeps none: an interrupted training starts again.</summary>
public sealed class NoCheckpoints : ITrainingCheckpoints
{
    public string? Newest => null;

    public bool IsDue(TimeSpan untilNextChance) => false;

    public void Save(long step, Action<string> write)
    {
    }

    public void Wait()
    {
    }

    public void Finish()
    {
    }
}
