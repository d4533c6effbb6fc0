// The training loop.
using System.Diagnostics;
using System.Globalization;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Text.RandomNumbers;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// Trains as Hugging Face's Trainer does (docs/hf-parity.md sections 9 to 13): epochs of micro-batches, evaluations by epoch or by
/// updates, and the weights of the best at the end. On a CPU a training that resumes from a checkpoint on the same machine
/// ends with the same weights, to the byte, as one that was never interrupted; a GPU adds gradients in no fixed order.
/// </summary>
public sealed partial class Trainer : IDisposable
{
    private readonly ITrainingTask task;
    private readonly TrainingArguments arguments;
    private readonly ITrainingCheckpoints checkpoints;
    private readonly KeptCheckpoints? kept;
    private readonly CancellationToken stopping;
    private readonly string? resumedFrom;
    private readonly IReadOnlyList<(string Name, Parameter Parameter)> parameters;
    private readonly Steps steps;
    private readonly TrainingIntervals intervals;
    private readonly LearningRateSchedule schedule;
    private readonly LayerTraining layers;
    private readonly int layerCount;
    private readonly AdamW optimizer;
    private readonly LossScaler? scaler;
    private readonly DropoutMasks dropout;
    private readonly BestModel best;
    private readonly BestWeights? bestWeights;
    private readonly TrainingSnapshot snapshot;
    private readonly RandomStreams streams;
    private readonly TrainingBatches batches;
    private readonly Tensor runningLoss;
    private readonly long parametersWithoutEmbeddings;
    private readonly TrainingPace pace;
    private readonly UpdateClock clock;

    // All that a checkpoint needs beside tensors. A gradient is in no checkpoint.
    private readonly TrainingState state;
    private bool gradientPending;

    private Trainer(
        ITrainingTask task, ITrainingCheckpoints checkpoints, CheckpointTarget? keep, Action<TrainingEvent> tell, Action<UpdateTimes>? updated, CancellationToken stopping)
    {
        (this.task, this.checkpoints, this.stopping) = (task, checkpoints, stopping);
        arguments = task.Arguments;
        streams = task.Streams();
        resumedFrom = checkpoints.Newest;
        state = resumedFrom is null ? TrainingState.Begin(streams.Save()) : TrainingState.Read(resumedFrom);
        steps = new Steps(task.TrainRows.Count, arguments);
        intervals = new TrainingIntervals(arguments, steps);
        schedule = new LearningRateSchedule(arguments, steps.TotalUpdates);
        parameters = task.Model.Parameters();
        layerCount = task.Model.Config.NumHiddenLayers;
        layers = task.Layers;
        optimizer = new AdamW(
            parameters.Where(p => !layers.IsFrozen(Depth(p.Name))), arguments, rates: name => (layers.RateFactor(Depth(name), layerCount), layers.FirstEpoch(Depth(name), layerCount)));
        scaler = task.Model.ComputeType == ComputeType.Fp16 ? new LossScaler() : null;
        dropout = new DropoutMasks(task.Model.Device, arguments.Seed);
        best = new BestModel(arguments, state);
        bestWeights = arguments.LoadBestModelAtEnd && arguments.EvalStrategy != IntervalStrategy.No ? new BestWeights(parameters) : null;
        snapshot = new TrainingSnapshot(Weights, optimizer.State);
        kept = keep is not null && arguments.SaveStrategy != SaveStrategy.No ? new KeptCheckpoints(keep, arguments.SaveTotalLimit, state) : null;
        runningLoss = task.Model.Device.Zeros();
        batches = new TrainingBatches(task, steps, streams);
        parametersWithoutEmbeddings = parameters.Where(p => !p.Name.Contains("_embeddings.", StringComparison.Ordinal)).Sum(p => p.Parameter.numel());
        pace = new TrainingPace(steps, intervals.Evaluations, task.EvalRows.Count, tell);
        clock = new UpdateClock(updated);
    }

    /// <summary>Trains the task's model, from its newest checkpoint where there is one.</summary>
    /// <param name="task">The model and its rows.</param>
    /// <param name="checkpoints">Keeps the state; asked for its newest first.</param>
    /// <param name="tell">Called from the training thread with what happens.</param>
    /// <param name="keep">The place for the checkpoints that the options ask to keep; null keeps none.</param>
    /// <param name="updated">Called after each update with where its time went.</param>
    /// <param name="stopping">When set, the current update is finished, a checkpoint is written and <see cref="OperationCanceledException"/> thrown.</param>
    /// <exception cref="InputException">An option cannot be used, or the checkpoint does not fit.</exception>
    /// <exception cref="OutOfMemoryInTrainingException">It does not fit in memory.</exception>
    public static TrainingOutcome Train(
        ITrainingTask task,
        ITrainingCheckpoints? checkpoints = null,
        Action<TrainingEvent>? tell = null,
        CheckpointTarget? keep = null,
        Action<UpdateTimes>? updated = null,
        CancellationToken stopping = default)
    {
        foreach (var (option, message) in task.Arguments.Mistakes().Concat(task.Arguments.MetricMistakes(task.Metrics)))
            throw new InputException($"{option}: {message}");
        try
        {
            using var scope = NewDisposeScope();
            using var trainer = new Trainer(task, checkpoints ?? new NoCheckpoints(), keep, tell ?? (_ => { }), updated, stopping);
            return trainer.Run();
        }
        catch (Exception e) when (OutOfMemory.IsCause(e))
        {
            throw OutOfMemoryInTrainingException.InTraining(task.Arguments, task.Model.GradientCheckpointing, e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        checkpoints.Wait();
        snapshot.Dispose();
        optimizer.ForgetGradients();
        task.Model.EndTraining();
        optimizer.Dispose();
        bestWeights?.Dispose();
        runningLoss.Dispose();
    }

    private double Epochs => steps.EpochAfter(state.Epoch, state.MicroBatch);

    private int Depth(string name) => LayerTraining.Depth(name, layerCount);

    private bool IsOver => state.Stopped || state.Step >= steps.TotalUpdates;

    private TrainingOutcome Run()
    {
        if (resumedFrom is not null)
            Resume(resumedFrom);
        double end;
        do
        {
            TrainEpoch();
            end = Epochs;
            EndEpoch();
        }
        while (!IsOver);
        checkpoints.Wait();
        if (state.Best is not null)
            bestWeights?.Restore();
        kept?.End();
        var trainLoss = (state.TotalLoss + runningLoss.item<float>()) / state.Step;
        return new TrainingOutcome(state.History, state.Best, trainLoss, end, state.Step, state.TotalFlops, state.MicroBatches, pace.Measured)
        {
            State = StateFile(end),
        };
    }

    private void TrainEpoch()
    {
        layers.Begin(state.Epoch, parameters, layerCount);
        batches.Begin(state.Epoch, state.MicroBatch);
        if (state.EvaluationDue && arguments.EvalStrategy == IntervalStrategy.Steps)
            EndStep();
        while (state.MicroBatch < steps.MicroBatchesAnEpoch && !IsOver)
        {
            if (!TrainGroup())
                continue;
            Update();
            if (intervals.LogsAfter(state.Step))
                Log();
            state.EvaluationDue = intervals.EvaluatesAfter(state.Step);
            EndStep();
        }
    }

    /// <summary>Gradients of the micro-batches up to the next update or the epoch's end.</summary>
    /// <returns>Whether an update follows.</returns>
    private bool TrainGroup()
    {
        var group = new List<MicroBatch>();
        clock.Begin();
        for (var next = state.MicroBatch; next < steps.MicroBatchesAnEpoch; next++)
        {
            group.Add(batches.Next());
            clock.Collated(group[^1].Tokens);
            if (steps.CompletesUpdate(state.Epoch, next))
                break;
        }
        var weight = group.Sum(task.Weight);
        foreach (var batch in group)
        {
            Accumulate(batch, weight);
            state.MicroBatch++;
        }
        return steps.CompletesUpdate(state.Epoch, state.MicroBatch - 1);
    }

    private void Accumulate(MicroBatch batch, double weightOfGroup)
    {
        using var scope = NewDisposeScope();
        dropout.BeginStep((long)state.Epoch * steps.MicroBatchesAnEpoch + state.MicroBatch);
        var loss = task.Loss(batch, dropout);
        clock.WentForward();
        if (arguments.LogMicroBatches)
            state.MicroBatches.Add(new MicroBatchLogEntry(state.Step + 1, batch.Rows.Count, batch.Width, loss.item<float>(), schedule.Rate(state.ScheduledUpdates)));
        var (forGradient, forLog) = arguments.GradientAccumulationLoss switch
        {
            GradientAccumulationLoss.Mean => (loss.Over(steps.GroupSize(state.MicroBatch)), loss.detach().Over(steps.GroupSize(state.MicroBatch))),
            GradientAccumulationLoss.Sum => (loss, loss.detach().Over(arguments.GradientAccumulationSteps)),
            _ => ShareOf(loss, task.Weight(batch), weightOfGroup),
        };
        if (loss.requires_grad)
        {
            CustomGradient.Begin();
            (scaler is null ? forGradient : forGradient.Times(scaler.Scale)).backward();
            CustomGradient.ThrowIfFailed();
        }
        gradientPending = true;

        // A loss that is not a number counts in the log as the mean so far (docs/hf-parity.md 10.8).
        var filler = runningLoss.Over(1 + state.Step - state.LoggedStep);
        runningLoss.Add(where(forLog.isfinite(), forLog, filler));
        state.TotalFlops += 6.0 * batch.PaddedTokens * parametersWithoutEmbeddings;
        pace.Trained(batch.Tokens);
        clock.WentBackward();
    }

    /// <summary>The share of a mean over some items in the mean over the group's; zero where no item counts and the mean is NaN.</summary>
    private (Tensor ForGradient, Tensor ForLog) ShareOf(Tensor mean, double weight, double weightOfGroup)
    {
        if (weight == 0)
            return (mean, task.Model.Device.Zeros());
        var share = mean.Times(weight / weightOfGroup);
        return (share, share.detach());
    }

    private void Update()
    {
        using var scope = NewDisposeScope();
        var finite = scaler is null || optimizer.Unscale(scaler.Scale);
        var gradNorm = finite ? optimizer.Step(schedule.Rate(state.ScheduledUpdates)) : null;
        optimizer.ForgetGradients();
        scaler?.Update(finite);
        gradientPending = false;
        state.Step++;
        // Reading it waits for the device; it is needed for a line of the log only.
        if (arguments.LoggingStrategy == IntervalStrategy.Epoch || intervals.LogsAfter(state.Step))
            (state.LastGradNorm, state.LastLearningRate) = (gradNorm?.item<float>(), schedule.Rate(state.ScheduledUpdates));
        if (finite)
            state.ScheduledUpdates++;
        clock.Updated();
        pace.Updated(state.Step, state.LoggedLoss);
    }

    private void Log()
    {
        if (state.Step == state.LoggedStep)
            return;
        double sum = runningLoss.item<float>();
        state.TotalLoss += sum;
        state.LoggedLoss = double.Parse((sum / (state.Step - state.LoggedStep)).ToString("F4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        state.LoggedStep = state.Step;
        runningLoss.zero_();
        state.History.Add(new TrainLogEntry(Epochs, state.LastGradNorm, state.LastLearningRate, state.LoggedLoss.Value, state.Step));
    }

    private void EndStep()
    {
        var isBest = EvaluateIfDue();
        if (intervals.KeepsAfter(state.Step) || (isBest && arguments.SaveStrategy == SaveStrategy.Best))
            Keep();
        SaveIfAsked();
    }

    private void EndEpoch()
    {
        if (arguments.LoggingStrategy == IntervalStrategy.Epoch)
            Log();
        state.EvaluationDue = arguments.EvalStrategy == IntervalStrategy.Epoch;
        var isBest = EvaluateIfDue();
        if (arguments.SaveStrategy == SaveStrategy.Epoch || (isBest && arguments.SaveStrategy == SaveStrategy.Best))
            Keep();
        batches.End();
        state.Epoch++;
        state.MicroBatch = 0;
        if (!IsOver && !gradientPending)
            SaveIfAsked();
    }

    /// <returns>Whether there was an evaluation, and it is the best.</returns>
    private bool EvaluateIfDue()
    {
        if (!state.EvaluationDue)
            return false;
        batches.LookAhead();
        SaveBeforeEvaluation();
        var before = streams.Save();
        var clock = Stopwatch.StartNew();
        EvaluationScores scores;
        try
        {
            streams.Torch.NextUInt64();
            // A gradient is in no checkpoint: where one is pending the evaluation, and then the update, is finished first.
            scores = task.Evaluate(streams, pace.Evaluated, gradientPending ? CancellationToken.None : stopping);
        }
        catch (OperationCanceledException)
        {
            streams.Restore(before);
            Save();
            checkpoints.Finish();
            throw;
        }
        state.EvaluationDue = false;
        var figures = new Dictionary<string, double> { ["eval_loss"] = scores.Loss };
        foreach (var (name, value) in scores.Metrics)
            figures[$"eval_{name}"] = value;
        var entry = new EvalLogEntry(Epochs, figures, state.Step, clock.Elapsed.TotalSeconds, task.EvalRows.Count);
        state.History.Add(entry);
        var isBest = best.Consider(entry);
        if (isBest && bestWeights is not null)
        {
            // The checkpoint that is being written reads the best so far.
            checkpoints.Wait();
            bestWeights.Keep();
        }
        state.Stopped |= best.IsTimeToStop;
        pace.EvaluationEnded(new EpochEvaluated(Epochs, state.LoggedLoss, entry.EvalLoss, entry.EvalAccuracy, isBest));
        return isBest;
    }

    private void Keep()
    {
        // The checkpoint that is being written reads those that are kept.
        checkpoints.Wait();
        // As for Trainer, there is a best one only where something asks for it (docs/hf-parity.md 13.2).
        var best = arguments.LoadBestModelAtEnd || arguments.MetricForBestModel is not null ? state.Best : null;
        kept?.Keep(state.Step, best?.Step, folder => StateFile(Epochs).Write(folder));
    }

    private TrainerStateFile StateFile(double epochs) => new(
        arguments, steps, state.History, state.Best, state.BestMetric, state.KeptBest, epochs, state.Step, state.TotalFlops,
        arguments.EarlyStoppingPatience is null ? null : state.Patience, Saves: true, IsOver);
}
