// What can be wrong with the options of a training.
namespace Tlpipe.Nlp.Training;

public partial record TrainingArguments
{
    /// <summary>The options that cannot be used, each with what is wrong and the remedy.</summary>
    public IEnumerable<(string Option, string Message)> Mistakes() =>
        [.. OptimizerMistakes(), .. ScheduleMistakes(), .. BatchMistakes(), .. IntervalMistakes(), .. ChoiceMistakes()];

    /// <summary>What is wrong with <see cref="MetricForBestModel"/> where an evaluation gives these figures beside the loss.</summary>
    public IEnumerable<(string Option, string Message)> MetricMistakes(IReadOnlyList<string> metrics)
    {
        if (BestMetric != "eval_loss" && !metrics.Contains(BestMetric["eval_".Length..]))
            yield return ("metric_for_best_model", $"an evaluation has no '{MetricForBestModel}'; give one of {string.Join(", ", metrics.Prepend("loss"))}");
    }

    private IEnumerable<(string, string)> OptimizerMistakes()
    {
        if (!(LearningRate >= 0) || double.IsInfinity(LearningRate))
            yield return ("learning_rate", $"a learning rate of {LearningRate} is not possible; give a number from 0 on");
        if (!(WeightDecay >= 0))
            yield return ("weight_decay", $"a weight decay of {WeightDecay} is not possible; give a number from 0 on");
        if (!(MaxGradNorm >= 0))
            yield return ("max_grad_norm", $"a norm of {MaxGradNorm} is not possible; give a number above 0, or 0 not to clip");
        foreach (var (option, value) in new[] { ("adam_beta1", AdamBeta1), ("adam_beta2", AdamBeta2), ("label_smoothing_factor", LabelSmoothingFactor) })
            if (!(value >= 0 && value < 1))
                yield return (option, $"{value} is not possible; give a number from 0 to below 1");
        if (!(AdamEpsilon >= 0))
            yield return ("adam_epsilon", $"{AdamEpsilon} is not possible; give a number from 0 on");
        if (Seed < 0)
            yield return ("seed", $"{Seed} is not a seed; give a whole number from 0 on");
        if (DataSeed < 0)
            yield return ("data_seed", $"{DataSeed} is not a seed; give a whole number from 0 on");
    }

    private IEnumerable<(string, string)> ScheduleMistakes()
    {
        if (WarmupSteps < 0)
            yield return ("warmup_steps", $"{WarmupSteps} is not possible; give a whole number from 0 on");
        if (!(WarmupRatio >= 0 && WarmupRatio <= 1))
            yield return ("warmup_ratio", $"{WarmupRatio} is not a share; give a number from 0 to 1");
        if (LrSchedulerType == LrSchedulerType.Constant && (WarmupSteps > 0 || WarmupRatio > 0))
            yield return ("lr_scheduler_type", "a constant learning rate does not warm up; use constant_with_warmup, or leave out warmup_steps and warmup_ratio");

        foreach (var (option, value, schedules) in new (string, double?, LrSchedulerType[])[]
        {
            ("num_cycles", LrSchedulerKwargs.NumCycles, [LrSchedulerType.Cosine, LrSchedulerType.CosineWithRestarts]),
            ("lr_end", LrSchedulerKwargs.LrEnd, [LrSchedulerType.Polynomial]),
            ("power", LrSchedulerKwargs.Power, [LrSchedulerType.Polynomial]),
        })
        {
            if (value is null)
                continue;
            if (!schedules.Contains(LrSchedulerType))
                yield return ($"lr_scheduler_kwargs.{option}", $"{option} does nothing for this schedule; leave it out");
            else if (!(value > 0 || (value == 0 && option == "lr_end")) || double.IsInfinity(value.Value))
                yield return ($"lr_scheduler_kwargs.{option}", $"{value} is not possible; give a number above 0");
        }
        if (LrSchedulerType == LrSchedulerType.CosineWithRestarts && LrSchedulerKwargs.NumCycles is { } cycles && cycles != Math.Floor(cycles))
            yield return ("lr_scheduler_kwargs.num_cycles", $"{cycles} restarts are not possible; give a whole number");
        if (LrSchedulerType == LrSchedulerType.Polynomial && (LrSchedulerKwargs.LrEnd ?? LearningRateSchedule.PolynomialEnd) >= LearningRate)
            yield return ("lr_scheduler_kwargs.lr_end", $"the learning rate of {LearningRate} would have to fall to {LrSchedulerKwargs.LrEnd ?? LearningRateSchedule.PolynomialEnd}; give a smaller lr_end");
    }

    private IEnumerable<(string, string)> BatchMistakes()
    {
        if (MaxSteps is 0 or < -1)
            yield return ("max_steps", $"{MaxSteps} updates train nothing; give a whole number from 1 on, or -1 to go by num_train_epochs");
        if (!(NumTrainEpochs > 0) || double.IsInfinity(NumTrainEpochs))
            yield return ("num_train_epochs", $"{NumTrainEpochs} epochs train nothing; give a number above 0");
        foreach (var (option, value) in new[]
        {
            ("per_device_train_batch_size", PerDeviceTrainBatchSize),
            ("per_device_eval_batch_size", PerDeviceEvalBatchSize),
            ("gradient_accumulation_steps", GradientAccumulationSteps),
            ("map_batch_size", MapBatchSize),
            ("pad_to_multiple_of", PadToMultipleOf),
        })
            if (value < 1)
                yield return (option, $"{value} is not possible; give a whole number from 1 on");
        if (GradientAccumulation == GradientAccumulation.CarryOver && GradientAccumulationLoss == GradientAccumulationLoss.Token)
            yield return ("gradient_accumulation_loss", "token needs all micro-batches of an update at hand, and carry-over spreads some over two epochs; use mean or sum, or gradient_accumulation: per-epoch");
    }

    private IEnumerable<(string, string)> IntervalMistakes()
    {
        foreach (var (option, value) in new (string, double?)[] { ("logging_steps", LoggingSteps), ("eval_steps", EvalSteps), ("save_steps", SaveSteps) })
            if (value is { } steps && !(steps > 0 && (steps < 1 || steps == Math.Floor(steps)) && steps <= int.MaxValue))
                yield return (option, $"{value} is not possible; give a whole number from 1 on, or a share below 1");
        if (EvalSteps is not null && EvalStrategy != IntervalStrategy.Steps)
            yield return ("eval_steps", "eval_steps counts with eval_strategy: steps only; add that, or leave it out");
        if (SaveTotalLimit < 1)
            yield return ("save_total_limit", $"{SaveTotalLimit} is not possible; give a whole number from 1 on, or save_strategy: no");
        if (SaveTotalLimit is not null && SaveStrategy == SaveStrategy.No)
            yield return ("save_total_limit", "no checkpoints are kept with save_strategy: no; use epoch, steps or best, or leave it out");
        if (SaveStrategy == SaveStrategy.Best && EvalStrategy == IntervalStrategy.No)
            yield return ("save_strategy", "best needs evaluations; use eval_strategy: epoch or steps");
    }

    private IEnumerable<(string, string)> ChoiceMistakes()
    {
        if (MetricForBestModel is { } metric && string.IsNullOrWhiteSpace(metric))
            yield return ("metric_for_best_model", "the name is empty; give a figure of the evaluation, such as loss or accuracy");
        if (EarlyStoppingPatience < 1)
            yield return ("early_stopping_patience", $"{EarlyStoppingPatience} is not possible; give a whole number from 1 on");
        if (EarlyStoppingPatience is not null && EvalStrategy == IntervalStrategy.No)
            yield return ("early_stopping_patience", "stopping early needs evaluations; use eval_strategy: epoch or steps");
        if (!(EarlyStoppingThreshold >= 0))
            yield return ("early_stopping_threshold", $"{EarlyStoppingThreshold} is not possible; give a number from 0 on");
        else if (EarlyStoppingThreshold > 0 && EarlyStoppingPatience is null)
            yield return ("early_stopping_threshold", "it does nothing without early_stopping_patience; add that, or leave it out");
    }
}
