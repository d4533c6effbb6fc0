// How many micro-batches and updates a training has, and which micro-batch completes an update.
namespace Tlpipe.Nlp.Training;

/// <summary>
/// A training's count of micro-batches and updates (docs/hf-parity.md 10.3, 10.4). Where an epoch has no more micro-batches than
/// an update takes, it makes one update, however left-over micro-batches are treated.
/// </summary>
public sealed class Steps
{
    private readonly int accumulation;
    private readonly bool carriesOver;

    /// <param name="rows">The training rows.</param>
    /// <param name="arguments">Batch size, accumulation and how long it trains count.</param>
    /// <exception cref="ArgumentException">There are no rows.</exception>
    public Steps(int rows, TrainingArguments arguments)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        accumulation = arguments.GradientAccumulationSteps;
        RowsAnUpdate = (long)arguments.PerDeviceTrainBatchSize * accumulation;
        MicroBatchesAnEpoch = DivideUp(rows, arguments.PerDeviceTrainBatchSize);
        carriesOver = arguments.GradientAccumulation == GradientAccumulation.CarryOver && MicroBatchesAnEpoch > accumulation;
        UpdatesAnEpoch = carriesOver ? MicroBatchesAnEpoch / accumulation : DivideUp(MicroBatchesAnEpoch, accumulation);
        TotalUpdates = arguments.MaxSteps > 0 ? arguments.MaxSteps : (long)Math.Ceiling(arguments.NumTrainEpochs * UpdatesAnEpoch);
        Epochs = arguments.MaxSteps > 0 ? DivideUp(TotalUpdates, UpdatesAnEpoch) : (long)Math.Ceiling(arguments.NumTrainEpochs);

        if (carriesOver)
        {
            TotalMicroBatches = TotalUpdates * accumulation;
        }
        else
        {
            var (wholeEpochs, updates) = Math.DivRem(TotalUpdates, UpdatesAnEpoch);
            TotalMicroBatches = wholeEpochs * MicroBatchesAnEpoch + updates * accumulation;
        }
    }

    /// <summary>Rows that an update learns from; the last one of an epoch may have fewer.</summary>
    public long RowsAnUpdate { get; }

    /// <summary>Micro-batches an epoch; the last one may be short.</summary>
    public int MicroBatchesAnEpoch { get; }

    /// <summary>Updates that an epoch counts for in <see cref="TotalUpdates"/>.</summary>
    public int UpdatesAnEpoch { get; }

    /// <summary>Updates in all; the learning rate's schedule ends there.</summary>
    public long TotalUpdates { get; }

    /// <summary>Epochs that are begun.</summary>
    public long Epochs { get; }

    /// <summary>Micro-batches in all.</summary>
    public long TotalMicroBatches { get; }

    /// <summary>Epochs when training ends, not always whole.</summary>
    public double EndEpoch => EpochAfter((int)(TotalMicroBatches / MicroBatchesAnEpoch), (int)(TotalMicroBatches % MicroBatchesAnEpoch));

    /// <summary>How often the model is evaluated, unless training stops early.</summary>
    public long Evaluations(TrainingArguments arguments) => new TrainingIntervals(arguments, this).Evaluations;

    /// <summary>Epochs done when so many micro-batches of this epoch are.</summary>
    public double EpochAfter(int epoch, int microBatches) => epoch + (double)microBatches / MicroBatchesAnEpoch;

    /// <summary>Whether an update follows this micro-batch of this epoch, both counted from 0.</summary>
    public bool CompletesUpdate(int epoch, int microBatch) => carriesOver
        ? ((long)epoch * MicroBatchesAnEpoch + microBatch + 1) % accumulation == 0
        : (microBatch + 1) % accumulation == 0 || microBatch + 1 == MicroBatchesAnEpoch;

    /// <summary>How many micro-batches share an update with this one of an epoch, itself included.</summary>
    public int GroupSize(int microBatch) =>
        carriesOver ? accumulation : Math.Min(accumulation, MicroBatchesAnEpoch - microBatch / accumulation * accumulation);

    private static int DivideUp(int dividend, int divisor) => (int)DivideUp((long)dividend, divisor);

    private static long DivideUp(long dividend, int divisor) => (dividend + divisor - 1) / divisor;
}
