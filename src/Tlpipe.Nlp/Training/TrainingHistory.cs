// The history of a training, as Trainer logs it.
using System.Text.Json.Serialization;

namespace Tlpipe.Nlp.Training;

/// <summary>A line of the history. Its order and, but for the seconds of evaluations, its figures are the same whenever the same training runs.</summary>
/// <param name="Epoch">Epochs done, not always whole.</param>
/// <param name="Step">Updates done.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TrainLogEntry), "train")]
[JsonDerivedType(typeof(EvalLogEntry), "eval")]
public abstract record TrainingLogEntry(double Epoch, long Step);

/// <summary>Training since the last such line (docs/hf-parity.md 10.8).</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="GradNorm">The last update's gradient norm before clipping; null where nothing is clipped.</param>
/// <param name="LearningRate">The last update's learning rate.</param>
/// <param name="Loss">The mean loss of the updates since the last line, rounded to four decimals.</param>
/// <param name="Step">Updates done.</param>
public sealed record TrainLogEntry(double Epoch, double? GradNorm, double LearningRate, double Loss, long Step) : TrainingLogEntry(Epoch, Step);

/// <summary>An evaluation.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="Figures">Its figures by their names in Trainer's log: <c>eval_loss</c>, <c>eval_accuracy</c>.</param>
/// <param name="Step">Updates done.</param>
/// <param name="Seconds">How long it took: the one thing here that is never the same twice.</param>
/// <param name="Rows">The rows evaluated.</param>
public sealed record EvalLogEntry(double Epoch, IReadOnlyDictionary<string, double> Figures, long Step, double Seconds, long Rows)
    : TrainingLogEntry(Epoch, Step)
{
    /// <summary>The loss.</summary>
    [JsonIgnore]
    public double EvalLoss => Figures["eval_loss"];

    /// <summary>The share of right answers; null where the task has none.</summary>
    [JsonIgnore]
    public double? EvalAccuracy => Figures.TryGetValue("eval_accuracy", out var accuracy) ? accuracy : null;
}

/// <summary>The best evaluation so far, the earliest of equals.</summary>
/// <param name="Epoch">Epochs done then.</param>
/// <param name="Step">Updates done then.</param>
/// <param name="Metric">The figure that decided.</param>
public sealed record BestEvaluation(double Epoch, long Step, double Metric);

/// <summary>A micro-batch of a training.</summary>
/// <param name="Step">The update that it belongs to, from 1.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Width">Their padded width.</param>
/// <param name="Loss">Its mean loss.</param>
/// <param name="LearningRate">The update's learning rate.</param>
public sealed record MicroBatchLogEntry(long Step, int Rows, int Width, double Loss, double LearningRate);

/// <summary>What was measured. It differs from run to run, and so belongs to no result.</summary>
/// <param name="TrainSeconds">Seconds of training, evaluations not counted, earlier runs that this one resumed included.</param>
/// <param name="EvaluationSeconds">Seconds of evaluation.</param>
/// <param name="TrainTokens">Real tokens trained on.</param>
/// <param name="EvaluatedRows">Rows evaluated, each time counted.</param>
public sealed record TrainingMeasurements(double TrainSeconds, double EvaluationSeconds, long TrainTokens, long EvaluatedRows);
