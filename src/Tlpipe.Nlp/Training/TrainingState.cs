// Where a training stands, and the checkpoint folders that hold it.
using System.Text.Json;
using System.Text.Json.Serialization;
using Tlpipe.Formats;
using Tlpipe.Text.RandomNumbers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// All that a training needs, beside weights and the optimizer's running means, to resume and end the same. The trainer owns and changes it;
/// a checkpoint holds it whole. Dropout's masks and the order of rows follow from seed and position and are not in it.
/// </summary>
internal sealed class TrainingState
{
    private const int CurrentVersion = 2;

    private static readonly JsonSerializerOptions Json = new()
    {
        // A loss can be NaN.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = true,
    };

    public int Version { get; init; } = CurrentVersion;

    /// <summary>Updates done, skipped ones included.</summary>
    public long Step { get; set; }

    /// <summary>Updates that were not skipped, by which the learning rate goes.</summary>
    public long ScheduledUpdates { get; set; }

    /// <summary>The epoch, from 0.</summary>
    public int Epoch { get; set; }

    /// <summary>Micro-batches of the epoch that are done; when it is over, its evaluation is still to be made.</summary>
    public int MicroBatch { get; set; }

    /// <summary>Where the streams of random numbers stand.</summary>
    public required RandomStreamStates Streams { get; set; }

    /// <summary>Where they stood before the micro-batch that was put together ahead of its turn; null where none was.</summary>
    public RandomStreamStates? BeforeAhead { get; set; }

    /// <summary>Whether the evaluation after the last update was interrupted and is still to be made.</summary>
    public bool EvaluationDue { get; set; }

    /// <summary>Whether training stopped early.</summary>
    public bool Stopped { get; set; }

    /// <summary>The sum of losses since the last line of the log, as the device holds it.</summary>
    public float RunningLoss { get; set; }

    /// <summary>The sum of losses before that.</summary>
    public double TotalLoss { get; set; }

    /// <summary>The update at which the last line of the log was written.</summary>
    public long LoggedStep { get; set; }

    public double? LoggedLoss { get; set; }

    public required List<TrainingLogEntry> History { get; init; }

    public BestEvaluation? Best { get; set; }

    /// <summary>The best figure so far, which is an infinity where all were NaN; null before the first evaluation.</summary>
    public double? BestMetric { get; set; }

    /// <summary>Evaluations since the last that was better.</summary>
    public int Patience { get; set; }

    /// <summary>The updates after which a checkpoint was kept.</summary>
    public List<long> Kept { get; init; } = [];

    /// <summary>The name of the kept checkpoint that is best.</summary>
    public string? KeptBest { get; set; }

    /// <summary>The micro-batches so far, where they are logged.</summary>
    public List<MicroBatchLogEntry> MicroBatches { get; init; } = [];

    /// <summary>The last update's gradient norm, where it can still be needed.</summary>
    public double? LastGradNorm { get; set; }

    /// <summary>The last update's learning rate, where it can still be needed.</summary>
    public double LastLearningRate { get; set; }

    public double? LossScale { get; set; }

    public int UpdatesSinceScaleChange { get; set; }

    public double TotalFlops { get; set; }

    /// <summary>How many threads libtorch used; sums depend on it.</summary>
    public int Threads { get; set; }

    public required TrainingMeasurements Measured { get; set; }

    /// <summary>The state in which a training begins.</summary>
    /// <param name="streams">Where the streams of random numbers stand.</param>
    public static TrainingState Begin(RandomStreamStates streams) => new() { Streams = streams, History = [], Measured = new(0, 0, 0, 0) };

    /// <summary>What <c>state.json</c> holds.</summary>
    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Writes <c>state.json</c> into a checkpoint folder.</summary>
    public static void Write(string folder, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder, "state.json"), bytes);

    /// <exception cref="InputException">The folder holds no state, or one of another version.</exception>
    public static TrainingState Read(string folder)
    {
        var path = Path.Combine(folder, "state.json");
        try
        {
            var state = JsonSerializer.Deserialize<TrainingState>(File.ReadAllBytes(path), Json);
            if (state is { Version: CurrentVersion })
                return state;
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            throw new InputException($"{path} cannot be read; delete the checkpoint", e);
        }
        throw new InputException($"{path} is of another version of tlpipe; delete the checkpoint");
    }
}

/// <summary>The tensor files of a checkpoint folder.</summary>
internal static class CheckpointFiles
{
    public const string Best = "best.safetensors";
    public const string Kept = "kept";
    public const string Model = "model.safetensors";
    public const string Optimizer = "optimizer.safetensors";

    public static void Write(string folder, string name, IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        TensorFiles.Write(Path.Combine(folder, name), tensors);

    public static void Read(string folder, string name, IEnumerable<(string Name, Tensor Tensor)> tensors) =>
        TensorFiles.Read(Path.Combine(folder, name), tensors);
}
