// What the training loop knows about a task.
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>Rows ready for the model.</summary>
/// <param name="Rows">The rows, masked if the task masks.</param>
/// <param name="Positions">The positions to predict, as indices into the rows laid end to end; null for one prediction a row.</param>
/// <param name="Targets">The right answers at <paramref name="Positions"/>; without positions the rows' indices, by which a task finds its answers.</param>
/// <param name="Width">The tokens of a row with padding; <paramref name="Rows"/> has no padding.</param>
public sealed record MicroBatch(IReadOnlyList<int[]> Rows, long[]? Positions, long[] Targets, int Width)
{
    /// <summary>Token types, shaped as the rows; null for zeros.</summary>
    public IReadOnlyList<int[]>? TokenTypes { get; init; }

    /// <summary>The tokens of all rows.</summary>
    public long Tokens => Rows.Sum(r => (long)r.Length);

    /// <summary>The tokens there would be with padding.</summary>
    public long PaddedTokens => Rows.Count * (long)Width;
}

/// <summary>How good a model is on the evaluation rows.</summary>
/// <param name="Loss">What Trainer calls <c>eval_loss</c>.</param>
/// <param name="Metrics">Other figures by their names, such as <c>accuracy</c>: <see cref="ITrainingTask.Metrics"/>.</param>
public sealed record EvaluationScores(double Loss, IReadOnlyDictionary<string, double> Metrics);

/// <summary>A model with rows to train it on and rows to evaluate it on.</summary>
public interface ITrainingTask
{
    /// <summary>The options, the loop's and the task's.</summary>
    TrainingArguments Arguments { get; }

    /// <summary>The rows to train on.</summary>
    TokenRows TrainRows { get; }

    /// <summary>The rows to evaluate on.</summary>
    TokenRows EvalRows { get; }

    /// <summary>The model.</summary>
    PretrainedBert Model { get; }

    /// <summary>Which of its layers are trained, from when on, and how fast.</summary>
    LayerTraining Layers => LayerTraining.Alike;

    /// <summary>The names of the figures that an evaluation gives beside the loss.</summary>
    IReadOnlyList<string> Metrics { get; }

    /// <summary>The streams of random numbers as a training begins.</summary>
    RandomStreams Streams() => new(Arguments.Seed);

    /// <summary>Puts a micro-batch together.</summary>
    /// <param name="rows">Indices into <see cref="TrainRows"/>.</param>
    /// <param name="streams">Random numbers, for tasks that draw.</param>
    MicroBatch Collate(ReadOnlySpan<int> rows, RandomStreams streams);

    /// <summary>The mean loss of a micro-batch, a scalar with its graph; NaN without one where there is nothing to predict.</summary>
    Tensor Loss(MicroBatch batch, DropoutMasks dropout);

    /// <summary>What a micro-batch's mean is a mean over: the number of its items, or where items count differently the sum of their weights.</summary>
    double Weight(MicroBatch batch) => batch.Targets.LongLength;

    /// <summary>Evaluates without gradients or dropout.</summary>
    /// <param name="streams">Random numbers, for tasks that draw.</param>
    /// <param name="evaluated">Called with the rows done.</param>
    /// <param name="stopping">When set, <see cref="OperationCanceledException"/> is thrown.</param>
    EvaluationScores Evaluate(RandomStreams streams, Action<long> evaluated, CancellationToken stopping);
}
