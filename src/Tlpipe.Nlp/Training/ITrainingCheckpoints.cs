// Where a training keeps the state from which it goes on.
namespace Tlpipe.Nlp.Training;

/// <summary>Keeps checkpoints.</summary>
public interface ITrainingCheckpoints
{
    /// <summary>The folder of the newest whole checkpoint of this very training, or null.</summary>
    string? Newest { get; }

    /// <summary>Whether it is time for another one. Asked after each update.</summary>
    bool IsDue();

    /// <summary>Writes a checkpoint.</summary>
    /// <param name="step">The number of updates done.</param>
    /// <param name="write">Fills the folder that it is given; only then does the checkpoint count.</param>
    void Save(long step, Action<string> write);
}

/// <summary>Keeps none: an interrupted training starts again.</summary>
public sealed class NoCheckpoints : ITrainingCheckpoints
{
    public string? Newest => null;

    public bool IsDue() => false;

    public void Save(long step, Action<string> write)
    {
    }
}
