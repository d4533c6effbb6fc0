// How a training is interrupted and resumes.
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

public sealed partial class Trainer
{
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
        // Checkpoints hold no gradients.
        if (!gradientPending && checkpoints.IsDue(pace.NextEvaluation))
            Save();
    }

    private void Save()
    {
        // The one that is being written reads the copies.
        checkpoints.Wait();
        snapshot.Take();
        Capture();
        var bytes = state.Bytes();
        var hasBest = state.Best is not null;
        checkpoints.Save(state.Step, folder =>
        {
            snapshot.Write(folder);
            if (hasBest && bestWeights is not null)
                CheckpointFiles.Write(folder, CheckpointFiles.Best, bestWeights.Tensors);
            kept?.CopyTo(Path.Combine(folder, CheckpointFiles.Kept));
            TrainingState.Write(folder, bytes);
        });
    }

    /// <summary>Copies into the state the values that other objects hold while the training runs.</summary>
    private void Capture()
    {
        state.Streams = streams.Save();
        state.BeforeAhead = batches.BeforeAhead;
        state.RunningLoss = runningLoss.item<float>();
        (state.LossScale, state.UpdatesSinceScaleChange) = (scaler?.Scale, scaler?.UpdatesSinceChange ?? 0);
        state.Threads = get_num_threads();
        state.Measured = pace.Measured;
    }

    /// <summary>Resumes from a checkpoint whose state has been read.</summary>
    private void Resume(string folder)
    {
        // Sums are the same only with the same number of threads.
        ComputeDevice.SetThreads(state.Threads);
        CheckpointFiles.Read(folder, CheckpointFiles.Model, Weights);
        CheckpointFiles.Read(folder, CheckpointFiles.Optimizer, optimizer.State);
        if (state.Best is not null && bestWeights is not null)
            CheckpointFiles.Read(folder, CheckpointFiles.Best, bestWeights.Tensors);
        kept?.CopyFrom(Path.Combine(folder, CheckpointFiles.Kept));
        streams.Restore(state.Streams);
        batches.Resume(state.BeforeAhead);
        runningLoss.Fill(state.RunningLoss);
        if (state.LossScale is { } scale)
            scaler?.Restore(scale, state.UpdatesSinceScaleChange);
        pace.Resume(state.Measured, state.Step, state.History.OfType<EvalLogEntry>().Count(), state.LoggedLoss);
    }
}
