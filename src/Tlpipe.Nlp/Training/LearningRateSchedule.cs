// The learning rate as a function of the updates done.
namespace Tlpipe.Nlp.Training;

/// <summary>The learning rate of each update (docs/hf-parity.md 9.3; transformers' get_scheduler for the other shapes).</summary>
public sealed class LearningRateSchedule
{
    /// <summary>Where a polynomial ends unless <c>lr_end</c> says otherwise.</summary>
    internal const double PolynomialEnd = 1e-7;

    private const int TimescaleWithoutWarmup = 10_000;

    // Howard and Ruder 2018, section 3.2: cut_frac and ratio.
    private const double SlantedCut = 0.1;
    private const double SlantedRatio = 32;

    private readonly TrainingArguments arguments;
    private readonly long totalUpdates;

    public LearningRateSchedule(TrainingArguments arguments, long totalUpdates)
    {
        this.arguments = arguments;
        this.totalUpdates = totalUpdates;
        WarmupUpdates = arguments.WarmupSteps > 0 ? arguments.WarmupSteps
            : arguments.LrSchedulerType == LrSchedulerType.SlantedTriangular ? (long)Math.Floor(totalUpdates * (arguments.WarmupRatio > 0 ? arguments.WarmupRatio : SlantedCut))
            : (long)Math.Ceiling(totalUpdates * arguments.WarmupRatio);
    }

    /// <summary>Updates during which the rate rises, unless it is constant.</summary>
    public long WarmupUpdates { get; }

    /// <summary>The rate of the update that follows so many completed ones.</summary>
    public double Rate(long completedUpdates) => arguments.LearningRate * Share(completedUpdates);

    private double Share(long completed)
    {
        if (arguments.LrSchedulerType == LrSchedulerType.Constant)
            return 1;
        if (arguments.LrSchedulerType == LrSchedulerType.SlantedTriangular)
            return SlantedTriangle(completed);
        if (completed < WarmupUpdates)
            return (double)completed / Math.Max(1, WarmupUpdates);
        return arguments.LrSchedulerType switch
        {
            LrSchedulerType.Linear => Math.Max(0, (double)(totalUpdates - completed) / Math.Max(1, totalUpdates - WarmupUpdates)),
            LrSchedulerType.Cosine => Cosine(arguments.LrSchedulerKwargs.NumCycles ?? 0.5, completed),
            LrSchedulerType.CosineWithRestarts => CosineWithRestarts(arguments.LrSchedulerKwargs.NumCycles ?? 1, completed),
            LrSchedulerType.Polynomial => Polynomial(completed),
            LrSchedulerType.InverseSqrt => InverseSqrt(completed),
            _ => 1,
        };
    }

    /// <summary>The share of the updates after the warm-up that are done.</summary>
    private double Progress(long completed) => (double)(completed - WarmupUpdates) / Math.Max(1, totalUpdates - WarmupUpdates);

    private double Cosine(double waves, long completed) =>
        Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * waves * 2 * Progress(completed))));

    private double CosineWithRestarts(double restarts, long completed) => Progress(completed) is var progress && progress >= 1
        ? 0
        : Math.Max(0, 0.5 * (1 + Math.Cos(Math.PI * (restarts * progress % 1))));

    private double Polynomial(long completed)
    {
        var end = arguments.LrSchedulerKwargs.LrEnd ?? PolynomialEnd;
        if (completed > totalUpdates)
            return end / arguments.LearningRate;
        var left = 1 - (double)(completed - WarmupUpdates) / (totalUpdates - WarmupUpdates);
        return ((arguments.LearningRate - end) * Math.Pow(left, arguments.LrSchedulerKwargs.Power ?? 1) + end) / arguments.LearningRate;
    }

    /// <summary>Rises to 1 in a short time and falls for the rest, from and to a 32nd.</summary>
    private double SlantedTriangle(long completed)
    {
        var height = completed < WarmupUpdates ? (double)completed / WarmupUpdates : Math.Max(0, 1 - Progress(completed));
        return (1 + height * (SlantedRatio - 1)) / SlantedRatio;
    }

    private double InverseSqrt(long completed)
    {
        // transformers has an option for it, which its Trainer never passes on.
        double timescale = WarmupUpdates > 0 ? WarmupUpdates : TimescaleWithoutWarmup;
        return 1 / Math.Sqrt((completed + timescale - WarmupUpdates) / timescale);
    }
}
