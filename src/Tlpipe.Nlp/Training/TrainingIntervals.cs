// After which updates a training logs, evaluates and keeps a checkpoint.
namespace Tlpipe.Nlp.Training;

/// <summary>When a training logs, evaluates and saves (docs/hf-parity.md 10.8, 13.2), in whole updates.</summary>
internal sealed class TrainingIntervals
{
    private readonly TrainingArguments arguments;
    private readonly Steps steps;

    public TrainingIntervals(TrainingArguments arguments, Steps steps)
    {
        (this.arguments, this.steps) = (arguments, steps);
        LoggingSteps = Resolve(arguments.LoggingSteps);
        EvalSteps = Resolve(arguments.EvalSteps ?? arguments.LoggingSteps);
        SaveSteps = Resolve(arguments.SaveSteps);
    }

    public long LoggingSteps { get; }

    public long EvalSteps { get; }

    public long SaveSteps { get; }

    /// <summary>How often the model will be evaluated, unless training stops early.</summary>
    public long Evaluations => arguments.EvalStrategy switch
    {
        IntervalStrategy.Epoch => (steps.TotalMicroBatches + steps.MicroBatchesAnEpoch - 1) / steps.MicroBatchesAnEpoch,
        IntervalStrategy.Steps => steps.TotalUpdates / EvalSteps,
        _ => 0,
    };

    public bool LogsAfter(long step) =>
        (arguments.LoggingFirstStep && step == 1) || (arguments.LoggingStrategy == IntervalStrategy.Steps && step % LoggingSteps == 0);

    public bool EvaluatesAfter(long step) => arguments.EvalStrategy == IntervalStrategy.Steps && step % EvalSteps == 0;

    public bool KeepsAfter(long step) =>
        arguments.SaveStrategy == SaveStrategy.Steps && (step % SaveSteps == 0 || step >= steps.TotalUpdates);

    private long Resolve(double every) => every < 1 ? (long)Math.Ceiling(steps.TotalUpdates * every) : (long)every;
}
