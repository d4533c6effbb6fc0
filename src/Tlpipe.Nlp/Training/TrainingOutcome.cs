// The result of a training beside the weights.
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tlpipe.Nlp.Training;

/// <summary>The outcome of a training; the weights are in the model, the best ones if that was asked for.</summary>
/// <param name="History">The lines of the log, in order.</param>
/// <param name="Best">The best evaluation; null where there was none that was a number.</param>
/// <param name="TrainLoss">The mean loss of all updates (docs/hf-parity.md 10.9).</param>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Step">Updates done.</param>
/// <param name="TotalFlops">Trainer's <c>total_flos</c>.</param>
/// <param name="MicroBatches">Every micro-batch, if that was asked for.</param>
/// <param name="Measured">Times.</param>
public sealed record TrainingOutcome(
    IReadOnlyList<TrainingLogEntry> History,
    BestEvaluation? Best,
    double TrainLoss,
    double Epoch,
    long Step,
    double TotalFlops,
    IReadOnlyList<MicroBatchLogEntry> MicroBatches,
    TrainingMeasurements Measured)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // A loss can be NaN.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>What trainer_state.json says at the end.</summary>
    public required TrainerStateFile State { get; init; }

    /// <summary>Writes <c>micro_batches.jsonl</c>, a line a micro-batch.</summary>
    public void WriteMicroBatches(string folder)
    {
        using var file = File.Create(Path.Combine(folder, "micro_batches.jsonl"));
        foreach (var entry in MicroBatches)
        {
            JsonSerializer.Serialize(file, entry, Json);
            file.WriteByte((byte)'\n');
        }
    }
}
