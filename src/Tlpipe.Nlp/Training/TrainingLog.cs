// The history of a training, as Trainer logs it.
using System.Text.Json.Serialization;

namespace Tlpipe.Nlp.Training;

/// <summary>A line of the history. It holds no times: the same training gives the same history.</summary>
/// <param name="Epoch">Epochs done, not always whole.</param>
/// <param name="Step">Updates done.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TrainLogEntry), "train")]
[JsonDerivedType(typeof(EvalLogEntry), "eval")]
public abstract record TrainingLogEntry(double Epoch, long Step);

/// <summary>Training since the last such line (hf-parity.md 10.8).</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="GradNorm">The last update's gradient norm before clipping; null where nothing is clipped.</param>
/// <param name="LearningRate">The last update's learning rate.</param>
/// <param name="Loss">The mean loss of the updates since the last line, rounded to four decimals.</param>
/// <param name="Step">Updates done.</param>
public sealed record TrainLogEntry(double Epoch, double? GradNorm, double LearningRate, double Loss, long Step) : TrainingLogEntry(Epoch, Step);

/// <summary>An evaluation.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="EvalAccuracy">The share of right answers; null where the task has none.</param>
/// <param name="EvalLoss">The loss.</param>
/// <param name="Step">Updates done.</param>
public sealed record EvalLogEntry(double Epoch, double? EvalAccuracy, double EvalLoss, long Step) : TrainingLogEntry(Epoch, Step);

/// <summary>The evaluation with the lowest loss so far, the earliest of equals.</summary>
/// <param name="Epoch">Epochs done then.</param>
/// <param name="Step">Updates done then.</param>
/// <param name="EvalLoss">Its loss.</param>
public sealed record BestEvaluation(double Epoch, long Step, double EvalLoss);

/// <summary>What was measured. It differs from run to run, and so belongs to no result.</summary>
/// <param name="TrainSeconds">Seconds of training, evaluations not counted, earlier runs that this one resumed included.</param>
/// <param name="EvaluationSeconds">Seconds of evaluation.</param>
/// <param name="TrainTokens">Real tokens trained on.</param>
/// <param name="EvaluatedRows">Rows evaluated, each time counted.</param>
public sealed record TrainingMeasurements(double TrainSeconds, double EvaluationSeconds, long TrainTokens, long EvaluatedRows);
