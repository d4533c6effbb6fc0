// How a training is interrupted and goes on.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Random;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

public sealed partial class Trainer
{
    private RandomStreamStates? beforeAhead;

    private IEnumerable<(string Name, Tensor Tensor)> Weights => parameters.Select(p => (p.Name, (Tensor)p.Parameter));

    private void SaveIfAsked()
    {
        var isStopping = stopping.IsCancellationRequested;
        if (isStopping || checkpoints.IsDue(pace.LongestUpdate))
            Save();
        if (!isStopping)
            return;
        checkpoints.Finish();
        stopping.ThrowIfCancellationRequested();
    }

    /// <summary>Before an evaluation: the next update, and with it the next checkpoint, comes only after it.</summary>
    private void SaveBeforeEvaluation()
    {
        // A gradient is in no checkpoint.
        if (!gradientPending && checkpoints.IsDue(pace.NextEvaluation))
            Save();
    }

    private void Save()
    {
        // The one that is being written reads the copies.
        checkpoints.Wait();
        snapshot.Take();
        var state = new TrainingState
        {
            Step = step,
            ScheduledUpdates = scheduledUpdates,
            Epoch = epoch,
            MicroBatch = microBatch,
            Streams = streams.Save(),
            BeforeAhead = batches.BeforeAhead,
            EvaluationDue = evaluationDue,
            Stopped = stopped,
            RunningLoss = runningLoss.item<float>(),
            TotalLoss = totalLoss,
            LoggedStep = loggedStep,
            LoggedLoss = loggedLoss,
            LastGradNorm = lastGradNorm,
            LastLearningRate = lastLearningRate,
            History = history,
            MicroBatches = microBatches,
            Best = best.Best,
            BestMetric = best.Metric,
            Patience = best.Patience,
            Kept = kept?.Steps ?? [],
            KeptBest = kept?.Best,
            LossScale = scaler?.Scale,
            UpdatesSinceScaleChange = scaler?.UpdatesSinceChange ?? 0,
            TotalFlops = totalFlops,
            Threads = get_num_threads(),
            Measured = pace.Measured,
        }.Bytes();
        var hasBest = best.Best is not null;
        checkpoints.Save(step, folder =>
        {
            snapshot.Write(folder);
            if (hasBest && bestWeights is not null)
                CheckpointFiles.Write(folder, CheckpointFiles.Best, bestWeights.Tensors);
            kept?.CopyTo(Path.Combine(folder, CheckpointFiles.Kept));
            TrainingState.Write(folder, state);
        });
    }

    private void Resume(string folder)
    {
        var state = TrainingState.Read(folder);
        // The number of threads is the process's, not this object's: sums are the same only with as many.
        ComputeDevice.SetThreads(state.Threads);
        CheckpointFiles.Read(folder, CheckpointFiles.Model, Weights);
        CheckpointFiles.Read(folder, CheckpointFiles.Optimizer, optimizer.State);
        if (state.Best is not null && bestWeights is not null)
            CheckpointFiles.Read(folder, CheckpointFiles.Best, bestWeights.Tensors);
        kept?.CopyFrom(Path.Combine(folder, CheckpointFiles.Kept), state.Kept, state.KeptBest);
        (step, scheduledUpdates, epoch, microBatch) = (state.Step, state.ScheduledUpdates, state.Epoch, state.MicroBatch);
        (totalLoss, loggedStep, loggedLoss, totalFlops) = (state.TotalLoss, state.LoggedStep, state.LoggedLoss, state.TotalFlops);
        (lastGradNorm, lastLearningRate) = (state.LastGradNorm, state.LastLearningRate);
        (history, microBatches) = (state.History, state.MicroBatches);
        (evaluationDue, stopped, beforeAhead) = (state.EvaluationDue, state.Stopped, state.BeforeAhead);
        best.Restore(state.Best, state.BestMetric, state.Patience);
        streams.Restore(state.Streams);
        runningLoss.Fill(state.RunningLoss);
        if (state.LossScale is { } scale)
            scaler?.Restore(scale, state.UpdatesSinceScaleChange);
        pace.Resume(state.Measured, step, history.OfType<EvalLogEntry>().Count(), loggedLoss);
    }
}
