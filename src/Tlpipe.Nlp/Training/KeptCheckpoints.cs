// The checkpoints that a training keeps for the user: models as they were.
using System.Globalization;

namespace Tlpipe.Nlp.Training;

/// <summary>Where kept checkpoints go.</summary>
/// <param name="Folder">The folder for <c>checkpoint-N</c> folders.</param>
/// <param name="WriteModel">Writes the model as it stands into a folder.</param>
public sealed record CheckpointTarget(string Folder, Action<string> WriteModel);

/// <summary>Keeps and rotates <c>checkpoint-N</c> folders as Trainer does (docs/hf-parity.md 13.1, 13.3).</summary>
/// <param name="target">Where they go.</param>
/// <param name="limit">How many stay; null for all.</param>
/// <param name="state">Holds their updates and the best one's name.</param>
internal sealed class KeptCheckpoints(CheckpointTarget target, int? limit, TrainingState state)
{
    private const string Prefix = "checkpoint-";

    /// <summary>Keeps the model as it stands.</summary>
    /// <param name="step">Updates done.</param>
    /// <param name="bestStep">The update after which the model was best; null before the first best.</param>
    /// <param name="writeState">Writes trainer_state.json into the checkpoint's folder, after the best one is known.</param>
    public void Keep(long step, long? bestStep, Action<string> writeState)
    {
        var folder = Path.Combine(target.Folder, Name(step));
        Directory.CreateDirectory(folder);
        target.WriteModel(folder);
        if (!state.Kept.Contains(step))
            state.Kept.Add(step);
        if (bestStep is { } best && state.Kept.Contains(best))
            state.KeptBest = Name(best);
        writeState(folder);
        Rotate();
    }

    /// <summary>When training is over and the limit is one checkpoint, only the best stays.</summary>
    public void End()
    {
        if (limit == 1 && state.KeptBest is not null)
            Remove(state.Kept.Where(step => Name(step) != state.KeptBest));
    }

    /// <summary>Copies them into a folder of the checkpoint that training can resume from.</summary>
    public void CopyTo(string folder) => state.Kept.ForEach(step => Copy(Path.Combine(target.Folder, Name(step)), Path.Combine(folder, Name(step))));

    /// <summary>Puts back those that <see cref="CopyTo"/> copied.</summary>
    public void CopyFrom(string folder) => state.Kept.ForEach(step => Copy(Path.Combine(folder, Name(step)), Path.Combine(target.Folder, Name(step))));

    // The newest and the best are never removed; with a limit of one there can be two.
    private void Rotate()
    {
        if (limit is not { } most || state.Kept.Count <= most)
            return;
        var newest = state.Kept.Max();
        var stays = state.KeptBest is not null && most == 1 && Name(newest) != state.KeptBest ? 2 : most;
        var oldestFirst = state.Kept.Order().Where(step => step != newest && Name(step) != state.KeptBest).ToList();
        var protectedCount = state.Kept.Count - oldestFirst.Count;
        Remove(oldestFirst.Take(oldestFirst.Count - Math.Max(0, stays - protectedCount)));
    }

    private void Remove(IEnumerable<long> gone)
    {
        foreach (var step in gone.ToList())
        {
            Directory.Delete(Path.Combine(target.Folder, Name(step)), recursive: true);
            state.Kept.Remove(step);
        }
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    private static string Name(long step) => Prefix + step.ToString(CultureInfo.InvariantCulture);
}
