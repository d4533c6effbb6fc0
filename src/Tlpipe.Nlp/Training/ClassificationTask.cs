// Training a classifier.
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>Rows with their right answers for a classifier, or for a model of numbers.</summary>
public sealed class ClassificationTask : ITrainingTask
{
    private readonly BertForSequenceClassification model;
    private readonly ClassifierObjective objective;
    private readonly PaddedWidths widths;

    /// <param name="model">The classifier; its config says what its outputs stand for.</param>
    /// <param name="trainRows">The rows to train on, with labels.</param>
    /// <param name="evalRows">The rows to evaluate on, with labels.</param>
    /// <param name="arguments">The options.</param>
    /// <param name="classWeights">How much a row of each class counts in the loss; null where all count the same.</param>
    /// <exception cref="InputException">There are no rows, a row has no label or one that the model does not know, or the model cannot take a row.</exception>
    public ClassificationTask(
        BertForSequenceClassification model, TokenRows trainRows, TokenRows evalRows, TrainingArguments arguments, IReadOnlyList<double>? classWeights = null)
    {
        objective = ClassifierObjective.Of(model.Config) with { LabelSmoothing = arguments.LabelSmoothingFactor, ClassWeights = classWeights };
        CheckRows(trainRows, "training", model.Config);
        CheckRows(evalRows, "evaluation", model.Config);
        this.model = model;
        (TrainRows, EvalRows, Arguments) = (trainRows, evalRows, arguments);
        widths = new PaddedWidths(trainRows, arguments);
    }

    /// <inheritdoc/>
    public TrainingArguments Arguments { get; }

    /// <inheritdoc/>
    public TokenRows TrainRows { get; }

    /// <inheritdoc/>
    public TokenRows EvalRows { get; }

    /// <inheritdoc/>
    public PretrainedBert Model => model;

    /// <inheritdoc/>
    public LayerTraining Layers { get; init; } = LayerTraining.Alike;

    /// <inheritdoc/>
    public IReadOnlyList<string> Metrics => objective.Metrics;

    /// <inheritdoc/>
    public MicroBatch Collate(ReadOnlySpan<int> rows, RandomStreams streams)
    {
        var batch = new int[rows.Length][];
        for (var i = 0; i < rows.Length; i++)
            batch[i] = TrainRows.Row(rows[i]).ToArray();
        return new MicroBatch(batch, null, rows.ToArray().Select(row => (long)row).ToArray(), widths.Of(rows))
        {
            TokenTypes = TrainRows.TokenTypes is null ? null : rows.ToArray().Select(row => TrainRows.RowTokenTypes(row)!).ToList(),
        };
    }

    /// <inheritdoc/>
    public Tensor Loss(MicroBatch batch, DropoutMasks dropout)
    {
        var logits = model.Logits(PackedRows.From(batch.Rows, model.Config, model.Device, batch.TokenTypes), dropout);
        var indices = Array.ConvertAll(batch.Targets, row => (int)row);
        return objective.Mean(logits, objective.Targets(TrainRows, indices, model.Device), model.Device);
    }

    /// <inheritdoc/>
    public double Weight(MicroBatch batch) =>
        objective.ClassWeights is { } weights ? batch.Targets.Sum(row => weights[TrainRows.Labels![row]]) : batch.Targets.LongLength;

    /// <inheritdoc/>
    public EvaluationScores Evaluate(RandomStreams streams, Action<long> evaluated, CancellationToken stopping)
    {
        var answers = Evaluation.Classify(model, EvalRows, objective, Arguments.PerDeviceEvalBatchSize, evaluated, stopping);
        return new EvaluationScores(answers.Loss ?? double.NaN, answers.Metrics);
    }

    private void CheckRows(TokenRows rows, string role, BertConfig config)
    {
        if (rows.Count == 0)
            throw new InputException($"there are no {role} rows; check what selects them");
        objective.Check(rows, $"the {role} rows", config.Labels.Count);
        PackedRows.Check(rows, config);
    }
}
