// Checks of the options of a training.
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Tlpipe.Nlp.Training;

public partial record TrainingArguments
{
    /// <summary>All that is wrong: numbers out of their range and <see cref="Contradictions"/>, each with its remedy.</summary>
    public IEnumerable<(string Option, string Message)> Mistakes() =>
    [
        .. OutOfRange(typeof(TrainingArguments), this, ""),
        .. OutOfRange(typeof(LrSchedulerKwargs), LrSchedulerKwargs, nameof(LrSchedulerKwargs) + "."),
        .. Contradictions(),
    ];

    /// <summary>Mistakes beyond ranges: options that do not go together, and numbers inside a range that mean nothing.</summary>
    public IEnumerable<(string Option, string Message)> Contradictions() =>
        [.. ScheduleMistakes(), .. BatchMistakes(), .. IntervalMistakes(), .. ChoiceMistakes()];

    /// <summary>The mistake in <see cref="MetricForBestModel"/> if an evaluation gives these figures beside the loss.</summary>
    public IEnumerable<(string Option, string Message)> MetricMistakes(IReadOnlyList<string> metrics)
    {
        if (BestMetric != "eval_loss" && !metrics.Contains(BestMetric["eval_".Length..]))
            yield return Wrong(nameof(MetricForBestModel), $"an evaluation has no '{MetricForBestModel}'; give one of {string.Join(", ", metrics.Prepend("loss"))}");
    }

    private IEnumerable<(string, string)> ScheduleMistakes()
    {
        if (LrSchedulerType == LrSchedulerType.Constant && (WarmupSteps > 0 || WarmupRatio > 0))
            yield return Wrong(nameof(LrSchedulerType), "a constant learning rate does not warm up; use constant_with_warmup, or leave out warmup_steps and warmup_ratio");
        foreach (var (option, value, schedules) in new (string, double?, LrSchedulerType[])[]
        {
            (nameof(LrSchedulerKwargs.NumCycles), LrSchedulerKwargs.NumCycles, [LrSchedulerType.Cosine, LrSchedulerType.CosineWithRestarts]),
            (nameof(LrSchedulerKwargs.LrEnd), LrSchedulerKwargs.LrEnd, [LrSchedulerType.Polynomial]),
            (nameof(LrSchedulerKwargs.Power), LrSchedulerKwargs.Power, [LrSchedulerType.Polynomial]),
        })
            if (value is not null && !schedules.Contains(LrSchedulerType))
                yield return WrongKwarg(option, $"{NameOf(option)} does nothing for this schedule; leave it out");
        if (LrSchedulerType == LrSchedulerType.CosineWithRestarts && LrSchedulerKwargs.NumCycles is { } cycles && cycles != Math.Floor(cycles))
            yield return WrongKwarg(nameof(LrSchedulerKwargs.NumCycles), $"{cycles} restarts are not possible; give a whole number");
        if (LrSchedulerType == LrSchedulerType.Polynomial && (LrSchedulerKwargs.LrEnd ?? LearningRateSchedule.PolynomialEnd) >= LearningRate)
            yield return WrongKwarg(
                nameof(LrSchedulerKwargs.LrEnd),
                $"the learning rate of {LearningRate} would have to fall to {LrSchedulerKwargs.LrEnd ?? LearningRateSchedule.PolynomialEnd}; give a smaller lr_end");
    }

    private IEnumerable<(string, string)> BatchMistakes()
    {
        if (MaxSteps == 0)
            yield return Wrong(nameof(MaxSteps), $"0 updates train nothing; {MaxStepsRemedy}");
        if (GradientAccumulation == GradientAccumulation.CarryOver && GradientAccumulationLoss == GradientAccumulationLoss.Token)
            yield return Wrong(
                nameof(GradientAccumulationLoss),
                "token needs all micro-batches of an update at hand, and carry-over spreads some over two epochs; use mean or sum, or gradient_accumulation: per-epoch");
    }

    private IEnumerable<(string, string)> IntervalMistakes()
    {
        foreach (var (option, value) in new (string, double?)[] { (nameof(LoggingSteps), LoggingSteps), (nameof(EvalSteps), EvalSteps), (nameof(SaveSteps), SaveSteps) })
            if (value > 1 && value != Math.Floor(value.Value))
                yield return Wrong(option, $"{value} is not possible; {IntervalRemedy}");
        if (EvalSteps is not null && EvalStrategy != IntervalStrategy.Steps)
            yield return Wrong(nameof(EvalSteps), "eval_steps counts with eval_strategy: steps only; add that, or leave it out");
        if (SaveTotalLimit is not null && SaveStrategy == SaveStrategy.No)
            yield return Wrong(nameof(SaveTotalLimit), "no checkpoints are kept with save_strategy: no; use epoch, steps or best, or leave it out");
        if (SaveStrategy == SaveStrategy.Best && EvalStrategy == IntervalStrategy.No)
            yield return Wrong(nameof(SaveStrategy), "best needs evaluations; use eval_strategy: epoch or steps");
    }

    private IEnumerable<(string, string)> ChoiceMistakes()
    {
        if (MetricForBestModel is { } metric && string.IsNullOrWhiteSpace(metric))
            yield return Wrong(nameof(MetricForBestModel), "the name is empty; give a figure of the evaluation, such as loss or accuracy");
        if (EarlyStoppingPatience is not null && EvalStrategy == IntervalStrategy.No)
            yield return Wrong(nameof(EarlyStoppingPatience), "stopping early needs evaluations; use eval_strategy: epoch or steps");
        if (EarlyStoppingThreshold > 0 && EarlyStoppingPatience is null)
            yield return Wrong(nameof(EarlyStoppingThreshold), "it does nothing without early_stopping_patience; add that, or leave it out");
    }

    // For arguments made in C#; the reader of a config checks the same attributes, with the place.
    private static IEnumerable<(string, string)> OutOfRange(Type record, object options, string prefix)
    {
        foreach (var property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            if (property.GetCustomAttribute<RangeAttribute>() is { } range && !range.IsValid(property.GetValue(options)))
                yield return Wrong(prefix + property.Name, $"{property.GetValue(options)} is out of range; {range.ErrorMessage ?? Within(range)}");
    }

    private static string Within(RangeAttribute range)
    {
        var least = $"give a number {(range.MinimumIsExclusive ? "above" : "from")} {range.Minimum}";
        var isBounded = Convert.ToDouble(range.Maximum, CultureInfo.InvariantCulture) < int.MaxValue;
        return isBounded ? $"{least} to {(range.MaximumIsExclusive ? "below " : "")}{range.Maximum}" : range.MinimumIsExclusive ? least : $"{least} on";
    }

    private static (string, string) Wrong(string property, string message) => (NameOf(property), message);

    private static (string, string) WrongKwarg(string property, string message) => Wrong($"{nameof(LrSchedulerKwargs)}.{property}", message);

    /// <summary>An option's name in YAML.</summary>
    private static string NameOf(string property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property);
}
