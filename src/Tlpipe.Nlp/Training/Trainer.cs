// The training loop.
using System.Globalization;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Random;
using static TorchSharp.torch;
using Dropout = Tlpipe.Nlp.Bert.Dropout;
using Parameter = TorchSharp.Modules.Parameter;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// Trains as Hugging Face's Trainer does (hf-parity.md sections 9 to 12): epochs of micro-batches, an evaluation at each
/// epoch's end and where training ends inside one, and the weights of the best at the end. On a CPU a training that goes on
/// from a checkpoint on the same machine ends with the same weights, to the byte, as one that was never interrupted; a GPU
/// adds gradients in no fixed order.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly ITrainingTask task;
    private readonly TrainingArguments arguments;
    private readonly ITrainingCheckpoints checkpoints;
    private readonly CancellationToken stopping;
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> parameters;
    private readonly Steps steps;
    private readonly LearningRateSchedule schedule;
    private readonly AdamW optimizer;
    private readonly LossScaler? scaler;
    private readonly Dropout dropout;
    private readonly BestWeights? bestWeights;
    private readonly Tensor runningLoss;
    private readonly long parametersWithoutEmbeddings;
    private readonly TrainingPace pace;

    private TorchGenerator stream;
    private int epoch;
    private int microBatch;
    private long step;
    private long scheduledUpdates;
    private bool gradientPending;
    private double totalLoss;
    private long loggedStep;
    private double? loggedLoss;
    private double totalFlops;
    private List<TrainingLogEntry> history = [];
    private BestEvaluation? best;

    private Trainer(ITrainingTask task, ITrainingCheckpoints checkpoints, Action<TrainingEvent> tell, CancellationToken stopping)
    {
        (this.task, this.checkpoints, this.stopping) = (task, checkpoints, stopping);
        arguments = task.Arguments;
        steps = new Steps(task.TrainRows.Count, arguments);
        schedule = new LearningRateSchedule(arguments, steps.TotalUpdates);
        parameters = task.Model.Parameters();
        optimizer = new AdamW(parameters, arguments);
        scaler = task.Model.ComputeType == ComputeType.Fp16 ? new LossScaler() : null;
        dropout = new Dropout(task.Model.Device, arguments.Seed);
        bestWeights = arguments.LoadBestModelAtEnd ? new BestWeights(parameters) : null;
        runningLoss = task.Model.Device.Zeros();
        stream = new TorchGenerator((ulong)arguments.Seed);
        parametersWithoutEmbeddings = parameters.Where(p => !p.Name.Contains("_embeddings.", StringComparison.Ordinal)).Sum(p => p.Parameter.numel());
        pace = new TrainingPace(steps, task.EvalRows.Count, tell);
    }

    /// <summary>Trains the task's model, from its newest checkpoint where there is one.</summary>
    /// <param name="task">The model and its rows.</param>
    /// <param name="checkpoints">Keeps the state; asked for its newest first.</param>
    /// <param name="tell">Called from the training thread with what happens.</param>
    /// <param name="stopping">When set, the update is finished, a checkpoint written and <see cref="OperationCanceledException"/> thrown.</param>
    /// <exception cref="InputException">An option cannot be used, or the checkpoint does not fit.</exception>
    /// <exception cref="OutOfMemoryInTrainingException">It does not fit in memory.</exception>
    public static TrainingOutcome Train(
        ITrainingTask task, ITrainingCheckpoints? checkpoints = null, Action<TrainingEvent>? tell = null, CancellationToken stopping = default)
    {
        foreach (var (option, message) in task.Arguments.Mistakes())
            throw new InputException($"{option}: {message}");
        try
        {
            using var scope = NewDisposeScope();
            using var trainer = new Trainer(task, checkpoints ?? new NoCheckpoints(), tell ?? (_ => { }), stopping);
            return trainer.Run();
        }
        catch (Exception e) when (OutOfMemoryInTrainingException.IsCause(e))
        {
            throw OutOfMemoryInTrainingException.InTraining(task.Arguments, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.ForgetGradients();
        optimizer.Dispose();
        bestWeights?.Dispose();
        runningLoss.Dispose();
    }

    private TrainingOutcome Run()
    {
        if (checkpoints.Newest is { } folder)
            Resume(folder);
        while (step < steps.TotalUpdates || microBatch > 0)
        {
            TrainEpoch();
            EvaluateEpoch();
        }
        if (best is not null)
            bestWeights?.Restore();
        var trainLoss = (totalLoss + runningLoss.item<float>()) / step;
        return new TrainingOutcome(history, best, trainLoss, steps.EndEpoch, step, totalFlops, arguments, pace.Measured);
    }

    private void TrainEpoch()
    {
        var order = RowsInOrder();
        // Each pass over a DataLoader takes one number of the stream for a seed that is never used (hf-parity.md 10.7).
        if (microBatch == 0)
            stream.NextUInt64();
        while (microBatch < steps.MicroBatchesAnEpoch && step < steps.TotalUpdates)
        {
            Accumulate(Slice(order, microBatch));
            microBatch++;
            if (!steps.CompletesUpdate(epoch, microBatch - 1))
                continue;
            Update();
            SaveIfAsked();
        }
    }

    private void Accumulate(ReadOnlySpan<int> rows)
    {
        using var scope = NewDisposeScope();
        dropout.BeginStep((long)epoch * steps.MicroBatchesAnEpoch + microBatch);
        var batch = task.Collate(rows, stream);
        var loss = task.Loss(batch, dropout);
        var (forGradient, forLog) = arguments.GradientAccumulationLoss == GradientAccumulationLoss.Mean
            ? (loss.Over(steps.GroupSize(microBatch)), loss.detach().Over(steps.GroupSize(microBatch)))
            : (loss, loss.detach().Over(arguments.GradientAccumulationSteps));
        if (loss.requires_grad)
            (scaler is null ? forGradient : forGradient.Times(scaler.Scale)).backward();
        gradientPending = true;

        // A loss that is not a number counts in the log as the mean so far (hf-parity.md 10.8).
        var filler = runningLoss.Over(1 + step - loggedStep);
        runningLoss.Add(where(forLog.isfinite(), forLog, filler));
        totalFlops += 6.0 * batch.PaddedTokens * parametersWithoutEmbeddings;
        pace.Trained(batch.Tokens);
    }

    private void Update()
    {
        using var scope = NewDisposeScope();
        var learningRate = schedule.Rate(scheduledUpdates);
        var finite = scaler is null || optimizer.Unscale(scaler.Scale);
        var gradNorm = finite ? optimizer.Step(learningRate) : null;
        optimizer.ForgetGradients();
        scaler?.Update(finite);
        gradientPending = false;
        step++;
        if (finite)
            scheduledUpdates++;
        if (step % arguments.LoggingSteps == 0)
            Log(gradNorm, learningRate);
        pace.Updated(step, loggedLoss);
    }

    private void Log(Tensor? gradNorm, double learningRate)
    {
        double sum = runningLoss.item<float>();
        totalLoss += sum;
        loggedLoss = double.Parse((sum / (step - loggedStep)).ToString("F4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        loggedStep = step;
        runningLoss.zero_();
        history.Add(new TrainLogEntry(Epochs, gradNorm?.item<float>(), learningRate, loggedLoss.Value, step));
    }

    private void EvaluateEpoch()
    {
        var beforeEvaluation = stream.Save();
        // accelerate's loader is one batch ahead when training ends inside an epoch, and what that batch drew is gone.
        if (microBatch < steps.MicroBatchesAnEpoch)
            task.Collate(Slice(RowsInOrder(), microBatch), stream);
        stream.NextUInt64();
        EvaluationScores scores;
        try
        {
            // A gradient is in no checkpoint: where one is pending the evaluation, and then the update, is finished first.
            scores = task.Evaluate(stream, pace.Evaluated, gradientPending ? CancellationToken.None : stopping);
        }
        catch (OperationCanceledException)
        {
            stream = TorchGenerator.Restore(beforeEvaluation);
            Save();
            throw;
        }
        var isBest = scores.Loss < (best?.EvalLoss ?? double.PositiveInfinity);
        if (isBest)
        {
            best = new BestEvaluation(Epochs, step, scores.Loss);
            bestWeights?.Keep();
        }
        history.Add(new EvalLogEntry(Epochs, scores.Accuracy, scores.Loss, step));
        pace.EpochEnded(new EpochEnded(Epochs, loggedLoss, scores.Loss, scores.Accuracy, isBest));
        epoch++;
        microBatch = 0;
        if (step < steps.TotalUpdates && !gradientPending)
            SaveIfAsked();
    }

    // The order of an epoch's rows is a generator of its own, seeded by the epoch (hf-parity.md 10.6).
    private int[] RowsInOrder() => new TorchGenerator((ulong)(arguments.Seed + (long)epoch)).Permutation(task.TrainRows.Count);

    private ReadOnlySpan<int> Slice(int[] order, int microBatch)
    {
        var start = microBatch * arguments.PerDeviceTrainBatchSize;
        return order.AsSpan(start, Math.Min(arguments.PerDeviceTrainBatchSize, order.Length - start));
    }

    private double Epochs => steps.EpochAfter(epoch, microBatch);

    private void SaveIfAsked()
    {
        if (stopping.IsCancellationRequested || checkpoints.IsDue())
            Save();
        stopping.ThrowIfCancellationRequested();
    }

    private void Save()
    {
        var state = new TrainingState
        {
            Step = step,
            ScheduledUpdates = scheduledUpdates,
            Epoch = epoch,
            MicroBatch = microBatch,
            Stream = stream.Save(),
            RunningLoss = runningLoss.item<float>(),
            TotalLoss = totalLoss,
            LoggedStep = loggedStep,
            LoggedLoss = loggedLoss,
            History = history,
            Best = best,
            LossScale = scaler?.Scale,
            UpdatesSinceScaleChange = scaler?.UpdatesSinceChange ?? 0,
            TotalFlops = totalFlops,
            Threads = get_num_threads(),
            Measured = pace.Measured,
        };
        checkpoints.Save(step, folder =>
        {
            CheckpointFiles.Write(folder, CheckpointFiles.Model, Weights);
            CheckpointFiles.Write(folder, CheckpointFiles.Optimizer, optimizer.State);
            if (best is not null && bestWeights is not null)
                CheckpointFiles.Write(folder, CheckpointFiles.Best, bestWeights.Tensors);
            state.Write(folder);
        });
        pace.Tell(new CheckpointSaved(step));
    }

    private void Resume(string folder)
    {
        var state = TrainingState.Read(folder);
        // The number of threads is the process's, not this object's: sums are the same only with as many.
        Device.Open(task.Model.Device.Name, state.Threads);
        CheckpointFiles.Read(folder, CheckpointFiles.Model, Weights);
        CheckpointFiles.Read(folder, CheckpointFiles.Optimizer, optimizer.State);
        if (state.Best is not null && bestWeights is not null)
            CheckpointFiles.Read(folder, CheckpointFiles.Best, bestWeights.Tensors);
        (step, scheduledUpdates, epoch, microBatch) = (state.Step, state.ScheduledUpdates, state.Epoch, state.MicroBatch);
        (totalLoss, loggedStep, loggedLoss, totalFlops) = (state.TotalLoss, state.LoggedStep, state.LoggedLoss, state.TotalFlops);
        (history, best) = (state.History, state.Best);
        stream = TorchGenerator.Restore(state.Stream);
        runningLoss.Fill(state.RunningLoss);
        if (state.LossScale is { } scale)
            scaler?.Restore(scale, state.UpdatesSinceScaleChange);
        pace.Resume(state.Measured, step, state.Epoch, loggedLoss);
    }

    private IEnumerable<(string Name, Tensor Tensor)> Weights => parameters.Select(p => (p.Name, (Tensor)p.Parameter));
}
