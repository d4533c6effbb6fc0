// outputs/NAME/tensorboard: the trainings of a run for TensorBoard.
using Tlpipe.Engine.Store;
using Tlpipe.Formats;
using Tlpipe.Stages.Results;

namespace Tlpipe.Report;

/// <summary>
/// An event file for each training, under its stage's name, made from its log: <c>tensorboard --logdir outputs/NAME/tensorboard</c> shows
/// them beside each other, under the names that Trainer gives them. It is a view like the rest of outputs/ and in no result.
/// </summary>
internal static class TensorBoardFolder
{
    public const string Name = "tensorboard";

    /// <summary>Writes the files of those results that are trainings, and leaves what is there already.</summary>
    /// <returns>The reason why they could not be written, such as a full disk; null if they were. The run's results do not depend on them.</returns>
    public static string? Show(IReadOnlyDictionary<string, StoredResult> results, ResultStore store, string outputFolder)
    {
        try
        {
            Write(results, store, outputFolder);
            return null;
        }
        catch (DamagedResultException e)
        {
            return $"no event files for TensorBoard: {e.Message}; the same command does so";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"no event files for TensorBoard: {e.Message.TrimEnd('.')}; the results are stored, and the same command writes the files once that is mended";
        }
    }

    private static void Write(IReadOnlyDictionary<string, StoredResult> results, ResultStore store, string outputFolder)
    {
        foreach (var (stage, result) in results)
        {
            if (result.Outputs.GetValueOrDefault("log")?.Files.FirstOrDefault(file => file.Path == HuggingFaceFiles.TrainerState) is not { } state || store.CheckedPath(result.Key, "log", state) is not { } log)
                continue;
            var folder = Path.Combine(outputFolder, Name, stage);
            var started = result.Provenance.Started.ToUnixTimeMilliseconds() / 1000.0;
            // TensorBoard takes a file for one of its own by "tfevents" in the name; the key tells one result's from another's.
            var path = Path.Combine(folder, $"events.out.tfevents.{(long)started}.{result.Key[..12]}");
            if (File.Exists(path))
                continue;
            Directory.CreateDirectory(folder);
            // Under another name first: a second run of the same config may be writing it, too.
            var draft = Path.Combine(folder, $"draft-{Guid.NewGuid():n}");
            try
            {
                EventFile.Write(draft, started, Scalars(TrainingLog.Read(log), started, result.Provenance.Seconds));
            }
            catch (IOException)
            {
                // Half a file would only keep a full disk full.
                File.Delete(draft);
                throw;
            }
            foreach (var other in Directory.GetFiles(folder, "events.out.tfevents.*"))
                File.Delete(other);
            File.Move(draft, path, overwrite: true);
        }
    }

    /// <summary>The logged values, by Trainer's names. The time of each line is not kept, so the steps are spread over the training's duration.</summary>
    private static IEnumerable<Scalar> Scalars(TrainingLog log, double started, double seconds)
    {
        var last = Math.Max(1, log.Entries.Count == 0 ? 1 : log.Entries.Max(entry => entry.Step));
        foreach (var entry in log.Entries)
        {
            var time = started + (seconds * entry.Step / last);
            foreach (var (name, value) in entry.Figures.OrderBy(figure => figure.Key, StringComparer.Ordinal))
                yield return new Scalar(time, entry.Step, name.StartsWith("eval_", StringComparison.Ordinal) ? $"eval/{name[5..]}" : $"train/{name}", (float)value);
            yield return new Scalar(time, entry.Step, "train/epoch", (float)entry.Epoch);
        }
    }
}
