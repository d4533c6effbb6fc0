// The checkpoints that a training keeps for people: models as they were.
using System.Globalization;

namespace Tlpipe.Nlp.Training;

/// <summary>Where kept checkpoints go.</summary>
/// <param name="Folder">The folder for <c>checkpoint-N</c> folders.</param>
/// <param name="WriteModel">Writes the model as it stands into a folder.</param>
public sealed record CheckpointTarget(string Folder, Action<string> WriteModel);

/// <summary>Keeps and rotates <c>checkpoint-N</c> folders as Trainer does (hf-parity.md 13.1, 13.3).</summary>
internal sealed class KeptCheckpoints(CheckpointTarget target, int? limit)
{
    private const string Prefix = "checkpoint-";
    private List<long> steps = [];

    /// <summary>The best one's name, once there is one.</summary>
    public string? Best { get; private set; }

    /// <summary>Keeps the model as it stands.</summary>
    /// <param name="step">Updates done.</param>
    /// <param name="bestStep">The update after which the model was best; null where none was.</param>
    /// <param name="writeState">Writes the state into the checkpoint's folder, after <see cref="Best"/> is known.</param>
    public void Keep(long step, long? bestStep, Action<string> writeState)
    {
        var folder = Path.Combine(target.Folder, Name(step));
        Directory.CreateDirectory(folder);
        target.WriteModel(folder);
        if (!steps.Contains(step))
            steps.Add(step);
        if (bestStep is { } best && steps.Contains(best))
            Best = Name(best);
        writeState(folder);
        Rotate();
    }

    /// <summary>When training is over, the best alone stays where one checkpoint is all that was asked for.</summary>
    public void End()
    {
        if (limit == 1 && Best is not null)
            Remove(steps.Where(step => Name(step) != Best));
    }

    /// <summary>Copies them into the state from which training can go on.</summary>
    public void CopyTo(string folder) => steps.ForEach(step => Copy(Path.Combine(target.Folder, Name(step)), Path.Combine(folder, Name(step))));

    /// <summary>Puts back those that <see cref="CopyTo"/> copied.</summary>
    /// <param name="folder">Where to.</param>
    /// <param name="kept">Their steps.</param>
    /// <param name="best">The best one's name.</param>
    public void CopyFrom(string folder, IEnumerable<long> kept, string? best)
    {
        (steps, Best) = ([.. kept], best);
        foreach (var step in steps)
            Copy(Path.Combine(folder, Name(step)), Path.Combine(target.Folder, Name(step)));
    }

    /// <summary>The updates after which they were kept.</summary>
    public IReadOnlyList<long> Steps => steps;

    // The newest and the best never go, so that with a limit of one there can be two.
    private void Rotate()
    {
        if (limit is not { } most || steps.Count <= most)
            return;
        var newest = steps.Max();
        var stays = Best is not null && most == 1 && Name(newest) != Best ? 2 : most;
        var oldestFirst = steps.Order().Where(step => step != newest && Name(step) != Best).ToList();
        var protectedCount = steps.Count - oldestFirst.Count;
        Remove(oldestFirst.Take(oldestFirst.Count - Math.Max(0, stays - protectedCount)));
    }

    private void Remove(IEnumerable<long> gone)
    {
        foreach (var step in gone.ToList())
        {
            Directory.Delete(Path.Combine(target.Folder, Name(step)), recursive: true);
            steps.Remove(step);
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
