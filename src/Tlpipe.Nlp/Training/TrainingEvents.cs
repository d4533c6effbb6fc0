// Events of a running training or evaluation.
namespace Tlpipe.Nlp.Training;

/// <summary>An event of a running training.</summary>
public abstract record TrainingEvent;

/// <summary>How far the training or evaluation is.</summary>
/// <param name="Doing"><c>train</c> or <c>evaluate</c>.</param>
/// <param name="Done">Updates done while it trains, rows while it evaluates.</param>
/// <param name="Total">Of how many.</param>
/// <param name="Loss">The last logged training loss; null before the first.</param>
/// <param name="TokensPerSecond">Real tokens a second, padding not counted; null before there is a rate.</param>
/// <param name="SecondsLeft">Time left for all training and evaluation; null before it can be guessed.</param>
public sealed record TrainingProgress(string Doing, long Done, long Total, double? Loss, double? TokensPerSecond, double? SecondsLeft) : TrainingEvent;

/// <summary>An epoch, whole or cut short, was evaluated.</summary>
/// <param name="Epoch">Epochs done.</param>
/// <param name="TrainingLoss">The last logged training loss; null before the first.</param>
/// <param name="EvalLoss">The loss on the evaluation rows.</param>
/// <param name="Accuracy">The share of right answers; null where the task has none.</param>
/// <param name="IsBest">Whether no earlier evaluation had as low a loss.</param>
public sealed record EpochEvaluated(double Epoch, double? TrainingLoss, double EvalLoss, double? Accuracy, bool IsBest) : TrainingEvent;

/// <summary>Training resumes from a checkpoint.</summary>
/// <param name="Step">Updates done.</param>
/// <param name="Total">Updates in all.</param>
public sealed record TrainingResumed(long Step, long Total) : TrainingEvent;
