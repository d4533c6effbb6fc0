// The learning rate as a function of the updates done.
namespace Tlpipe.Nlp.Training;

/// <summary>The learning rate of each update (hf-parity.md 9.3).</summary>
public sealed class LearningRateSchedule
{
    private readonly TrainingArguments arguments;
    private readonly long totalUpdates;

    public LearningRateSchedule(TrainingArguments arguments, long totalUpdates)
    {
        this.arguments = arguments;
        this.totalUpdates = totalUpdates;
        WarmupUpdates = arguments.WarmupSteps > 0 ? arguments.WarmupSteps : (long)Math.Ceiling(totalUpdates * arguments.WarmupRatio);
    }

    /// <summary>Updates during which the rate rises, if it is linear.</summary>
    public long WarmupUpdates { get; }

    /// <summary>The rate of the update that follows so many completed ones.</summary>
    public double Rate(long completedUpdates) => arguments.LearningRate * Share(completedUpdates);

    private double Share(long completed)
    {
        if (arguments.LrSchedulerType == LrSchedulerType.Constant)
            return 1;
        if (completed < WarmupUpdates)
            return (double)completed / Math.Max(1, WarmupUpdates);
        return Math.Max(0, (double)(totalUpdates - completed) / Math.Max(1, totalUpdates - WarmupUpdates));
    }
}
