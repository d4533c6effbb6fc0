// The micro-batches of a training in Trainer's order, each put together when Trainer would.
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// Puts micro-batches together. accelerate's loader is always one ahead (docs/hf-parity.md 10.7), which counts where something
/// else draws between two of them: an evaluation.
/// </summary>
internal sealed class TrainingBatches(ITrainingTask task, Steps steps, RandomStreams streams)
{
    private readonly int batchSize = task.Arguments.PerDeviceTrainBatchSize;
    private readonly long seed = task.Arguments.DataSeed ?? task.Arguments.Seed;
    private int[] order = [];
    private int next;
    private MicroBatch? ahead;
    private RandomStreamStates? beforeAhead;
    private RandomStreamStates? resumed;

    /// <summary>Where the streams stood before the batch that is put together ahead of its turn; null where none is.</summary>
    public RandomStreamStates? BeforeAhead => beforeAhead;

    /// <summary>Begins an epoch, or continues inside it.</summary>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="microBatch">The first micro-batch that is still to be made, from 0.</param>
    public void Begin(int epoch, int microBatch)
    {
        // The order of an epoch's rows is a generator of its own, seeded by the epoch (docs/hf-parity.md 10.6).
        order = new TorchGenerator((ulong)(seed + epoch)).Permutation(task.TrainRows.Count);
        next = microBatch;
        // Each pass over a DataLoader takes one number of the stream for a seed that is never used (docs/hf-parity.md 10.7).
        if (microBatch == 0)
            streams.Torch.NextUInt64();
        if (resumed is { } states)
            LookAheadFrom(states);
        resumed = null;
    }

    /// <summary>Resumes after an interruption: the next epoch puts a micro-batch together ahead of its turn, as before.</summary>
    /// <param name="states">Where the streams stood before that micro-batch; null where none was put together.</param>
    public void Resume(RandomStreamStates? states) => resumed = states;

    /// <summary>Ends an epoch and drops what was put together ahead.</summary>
    public void End() => (ahead, beforeAhead) = (null, null);

    /// <summary>The next micro-batch.</summary>
    public MicroBatch Next()
    {
        var batch = ahead ?? Collate();
        End();
        next++;
        return batch;
    }

    /// <summary>Puts the next micro-batch together ahead of its turn, if the epoch has one.</summary>
    public void LookAhead()
    {
        if (ahead is not null || next >= steps.MicroBatchesAnEpoch)
            return;
        beforeAhead = streams.Save();
        ahead = Collate();
    }

    /// <summary>The streams stay where they are.</summary>
    private void LookAheadFrom(RandomStreamStates states)
    {
        var now = streams.Save();
        streams.Restore(states);
        LookAhead();
        streams.Restore(now);
    }

    private MicroBatch Collate()
    {
        var start = next * batchSize;
        return task.Collate(order.AsSpan(start, Math.Min(batchSize, order.Length - start)), streams);
    }
}
