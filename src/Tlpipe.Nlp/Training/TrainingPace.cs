// How fast a training goes and how long it will still take.
using System.Diagnostics;

namespace Tlpipe.Nlp.Training;

/// <summary>Measures a training and reports its progress, a few times a second at most.</summary>
internal sealed class TrainingPace(Steps steps, long plannedEvaluations, long evalRows, Action<TrainingEvent> tell)
{
    private static readonly TimeSpan BetweenTwo = TimeSpan.FromSeconds(0.25);

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan lastTold = TimeSpan.MinValue;
    private TimeSpan mark;
    private TrainingMeasurements before = new(0, 0, 0, 0);
    private double trainSeconds;
    private double evaluationSeconds;
    private long tokens;
    private long evaluatedRows;
    private long evaluatedThisTime;
    private long resumedStep;
    private long step;
    private int evaluations;
    private double? loss;

    /// <summary>What was measured so far, including earlier runs of the same training.</summary>
    public TrainingMeasurements Measured => new(
        before.TrainSeconds + trainSeconds, before.EvaluationSeconds + evaluationSeconds, before.TrainTokens + tokens, before.EvaluatedRows + evaluatedRows);

    /// <summary>The longest time that a recent update took.</summary>
    public TimeSpan LongestUpdate { get; private set; }

    /// <summary>How long the next evaluation will take: as long as those before it, or else no longer than training on as many rows.</summary>
    public TimeSpan NextEvaluation => TimeSpan.FromSeconds(
        evaluatedRows > 0 ? evaluationSeconds / evaluatedRows * evalRows
        : step > resumedStep ? trainSeconds / (step - resumedStep) / steps.RowsAnUpdate * evalRows
        : 0);

    public void Resume(TrainingMeasurements measured, long atStep, int atEvaluations, double? lastLoss)
    {
        (before, step, resumedStep, evaluations, loss) = (measured, atStep, atStep, atEvaluations, lastLoss);
        mark = clock.Elapsed;
        tell(new TrainingResumed(step, steps.TotalUpdates));
    }

    public void Trained(long batchTokens) => tokens += batchTokens;

    public void Updated(long atStep, double? lastLoss)
    {
        (step, loss) = (atStep, lastLoss);
        var lap = Lap();
        trainSeconds += lap;
        // One that took long by chance is forgotten after some dozens.
        LongestUpdate = TimeSpan.FromSeconds(Math.Max(lap, LongestUpdate.TotalSeconds * 0.95));
        if (IsTime() || step == steps.TotalUpdates)
            tell(new TrainingProgress("train", step, steps.TotalUpdates, loss, Rate(tokens, trainSeconds), SecondsLeft()));
    }

    public void Evaluated(long rows)
    {
        evaluationSeconds += Lap();
        evaluatedRows += rows - evaluatedThisTime;
        evaluatedThisTime = rows == evalRows ? 0 : rows;
        if (IsTime() || rows == evalRows)
            tell(new TrainingProgress("evaluate", rows, evalRows, loss, null, SecondsLeft()));
    }

    public void EvaluationEnded(EpochEvaluated epoch)
    {
        evaluationSeconds += Lap();
        evaluations++;
        tell(epoch);
    }

    private double? SecondsLeft()
    {
        var done = step - resumedStep;
        if (done == 0)
            return null;
        var training = trainSeconds / done * (steps.TotalUpdates - step);
        var rowsLeft = (plannedEvaluations - evaluations) * evalRows - evaluatedThisTime;
        return training + (evaluatedRows == 0 ? 0 : evaluationSeconds / evaluatedRows * rowsLeft);
    }

    private double Lap()
    {
        var now = clock.Elapsed;
        var lap = now - mark;
        mark = now;
        return lap.TotalSeconds;
    }

    private bool IsTime()
    {
        if (lastTold != TimeSpan.MinValue && clock.Elapsed - lastTold < BetweenTwo)
            return false;
        lastTold = clock.Elapsed;
        return true;
    }

    private static double? Rate(long count, double seconds) => seconds > 0 ? count / seconds : null;
}
