// Training a classifier.
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Random;
using Tlpipe.Nlp.Text;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>Rows with labels for a classifier; the loss is the mean cross-entropy of a batch.</summary>
public sealed class ClassificationTask : ITrainingTask
{
    private readonly BertForSequenceClassification model;

    /// <param name="model">The classifier.</param>
    /// <param name="trainRows">The rows to train on, with labels.</param>
    /// <param name="evalRows">The rows to evaluate on, with labels.</param>
    /// <param name="arguments">The options.</param>
    /// <exception cref="InputException">There are no rows, a row has no label or one that the model does not know, or the model cannot take a row.</exception>
    public ClassificationTask(BertForSequenceClassification model, TokenRows trainRows, TokenRows evalRows, TrainingArguments arguments)
    {
        CheckRows(trainRows, "training", model.Config);
        CheckRows(evalRows, "evaluation", model.Config);
        this.model = model;
        (TrainRows, EvalRows, Arguments) = (trainRows, evalRows, arguments);
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
    public MicroBatch Collate(ReadOnlySpan<int> rows, TorchGenerator stream)
    {
        var batch = new int[rows.Length][];
        var targets = new long[rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            batch[i] = TrainRows.Row(rows[i]).ToArray();
            targets[i] = TrainRows.Labels![rows[i]];
        }
        return new MicroBatch(batch, null, targets);
    }

    /// <inheritdoc/>
    public Tensor Loss(MicroBatch batch, Dropout dropout)
    {
        var logits = model.Logits(PackedRows.From(batch.Rows, model.Config, model.Device), dropout);
        return Losses.OfRows(logits, model.Device.From(batch.Targets), Arguments.LabelSmoothingFactor).mean();
    }

    /// <inheritdoc/>
    public EvaluationScores Evaluate(TorchGenerator stream, Action<long> evaluated, CancellationToken stopping)
    {
        var answers = Evaluation.Classify(model, EvalRows, Arguments.LabelSmoothingFactor, evaluated, stopping);
        return new EvaluationScores(answers.Loss ?? double.NaN, answers.Accuracy);
    }

    private static void CheckRows(TokenRows rows, string role, BertConfig config)
    {
        var labels = config.Labels.Count;
        if (rows.Count == 0)
            throw new InputException($"there are no {role} rows; check what selects them");
        if (rows.Labels is null)
            throw new InputException($"the {role} rows have no labels; tokenize a table that has a label column");
        foreach (var label in rows.Labels)
            if (label < 0 || label >= labels)
                throw new InputException($"a {role} row has the label {label} where the model has {labels} labels; labels count from 0");
        PackedRows.Check(rows, config);
    }
}
