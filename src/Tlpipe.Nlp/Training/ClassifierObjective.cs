// What a classifier is trained for: its loss and its figures.
using System.Text.Json.Serialization;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>What a head's outputs stand for, by Hugging Face's names (docs/hf-parity.md 6.1).</summary>
public enum ProblemType
{
    /// <summary>One class of several: cross-entropy.</summary>
    [JsonStringEnumMemberName("single_label_classification")]
    SingleLabelClassification,

    /// <summary>Numbers: mean squared error.</summary>
    [JsonStringEnumMemberName("regression")]
    Regression,

    /// <summary>Any number of labels, each of its own: binary cross-entropy.</summary>
    [JsonStringEnumMemberName("multi_label_classification")]
    MultiLabelClassification,
}

/// <summary>The loss of a classifier's outputs against the right answers, and the figures of an evaluation.</summary>
/// <param name="Type">What the outputs stand for.</param>
public sealed record ClassifierObjective(ProblemType Type)
{
    // Far below any sum of weights, and its inverse is a float32.
    private const float LeastWeight = 1e-30f;

    /// <summary>The share of a target that is spread evenly over all classes. Default 0.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>How much a row of each class counts in a batch's mean; null where all count the same.</summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>The names of the figures beside the loss.</summary>
    public IReadOnlyList<string> Metrics => MetricsOf(Type);

    /// <summary>Hugging Face's name of <see cref="Type"/>.</summary>
    public string Name => Type switch
    {
        ProblemType.Regression => "regression",
        ProblemType.MultiLabelClassification => "multi_label_classification",
        _ => "single_label_classification",
    };

    /// <summary>The objective of a model by its config; a config that names none means one class of several, or a number where there is one output.</summary>
    public static ClassifierObjective Of(BertConfig config) => new(TypeOf(config.ProblemType, config.Labels.Count));

    /// <summary>The problem type of a name, or what a number of outputs means without one.</summary>
    public static ProblemType TypeOf(string? name, int labels) => name switch
    {
        "regression" => ProblemType.Regression,
        "multi_label_classification" => ProblemType.MultiLabelClassification,
        null when labels == 1 => ProblemType.Regression,
        _ => ProblemType.SingleLabelClassification,
    };

    /// <summary>
    /// The names of the figures beside the loss: for several labels a row, <c>accuracy</c> is the share of rows with all of
    /// them right, and <c>f1</c> is over all of them together (micro).
    /// </summary>
    public static string[] MetricsOf(ProblemType type) => type switch
    {
        ProblemType.Regression => ["mae", "mse"],
        ProblemType.MultiLabelClassification => ["accuracy", "f1"],
        _ => ["accuracy"],
    };

    /// <summary>Checks that rows have answers that this objective can use.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="whose">What they are, for messages: <c>the training rows</c>.</param>
    /// <param name="labels">The model's outputs.</param>
    /// <exception cref="InputException">They do not.</exception>
    public void Check(TokenRows rows, string whose, int labels)
    {
        if (Type == ProblemType.SingleLabelClassification)
        {
            if (rows.Labels is null)
                throw new InputException($"there are no labels in {whose}; their table needs the column that label_column names");
            for (var row = 0; row < rows.Count; row++)
                if (rows.Labels[row] < 0 || rows.Labels[row] >= labels)
                    throw new InputException($"row {row} of {whose} has the label {rows.Labels[row]}, and num_labels is {labels}; labels go from 0 to {labels - 1}");
            return;
        }
        var columns = rows.ValueColumns > 0 ? rows.ValueColumns : rows.Labels is null ? 0 : 1;
        if (columns != labels)
            throw new InputException($"each row of {whose} has {columns} numbers to learn, and num_labels is {labels}; name as many columns in label_columns, or change num_labels");
        for (var i = 0; i < rows.Values?.Length; i++)
            if (!float.IsFinite(rows.Values[i]) || (Type == ProblemType.MultiLabelClassification && rows.Values[i] is not (>= 0 and <= 1)))
                throw new InputException($"row {i / columns} of {whose} has {rows.Values[i]} where {(Type == ProblemType.Regression ? "a number" : "0 or 1")} belongs; correct its column");
    }

    /// <summary>The right answers of rows.</summary>
    /// <returns>int64 <c>[rows]</c> for one class of several, else float32 <c>[rows, labels]</c>.</returns>
    public Tensor Targets(TokenRows rows, ReadOnlySpan<int> indices, ComputeDevice device)
    {
        if (Type == ProblemType.SingleLabelClassification)
        {
            var classes = new long[indices.Length];
            for (var i = 0; i < classes.Length; i++)
                classes[i] = rows.Labels![indices[i]];
            return device.From(classes);
        }
        var columns = rows.Values is null ? 1 : rows.ValueColumns;
        var values = new float[indices.Length * columns];
        for (var i = 0; i < indices.Length; i++)
            for (var c = 0; c < columns; c++)
                values[i * columns + c] = rows.Values is null ? rows.Labels![indices[i]] : rows.Values[indices[i] * columns + c];
        return device.From(values).reshape(indices.Length, columns);
    }

    /// <summary>The mean loss of a batch; 0 where no row of it counts, because its classes have the weight 0.</summary>
    /// <param name="logits">float32 <c>[rows, labels]</c>.</param>
    /// <param name="targets">From <see cref="Targets"/>.</param>
    /// <param name="device">Where both are.</param>
    /// <returns>A scalar.</returns>
    public Tensor Mean(Tensor logits, Tensor targets, ComputeDevice device)
    {
        var losses = OfRows(logits, targets);
        if (ClassWeights is null)
            return losses.mean();
        var weights = device.From(ClassWeights.Select(weight => (float)weight).ToArray()).index_select(0, targets);
        return losses.mul(weights).sum().div(weights.sum().maximum(device.Full(LeastWeight)));
    }

    /// <summary>The loss of each row, <c>[rows]</c>, class weights left out.</summary>
    public Tensor OfRows(Tensor logits, Tensor targets) => Type switch
    {
        ProblemType.Regression => nn.functional.mse_loss(logits, targets, nn.Reduction.None).mean([1]),
        ProblemType.MultiLabelClassification => nn.functional.binary_cross_entropy_with_logits(logits, targets, reduction: nn.Reduction.None).mean([1]),
        _ => Losses.OfRows(logits, targets, LabelSmoothing),
    };

    /// <summary>The figures of answers, by the names in <see cref="Metrics"/>.</summary>
    /// <param name="logits"><c>[rows, labels]</c></param>
    /// <param name="rows">The rows, with their right answers.</param>
    public IReadOnlyDictionary<string, double> Figures(float[,] logits, TokenRows rows)
    {
        var (count, labels) = (logits.GetLength(0), logits.GetLength(1));
        if (Type == ProblemType.SingleLabelClassification)
            return new Dictionary<string, double> { ["accuracy"] = (double)Enumerable.Range(0, count).Count(row => Highest(logits, row) == rows.Labels![row]) / count };

        double absolute = 0, squared = 0;
        long wholeRows = 0, hits = 0, said = 0, trues = 0;
        for (var row = 0; row < count; row++)
        {
            var whole = true;
            for (var label = 0; label < labels; label++)
            {
                double right = rows.Values is null ? rows.Labels![row] : rows.Values[row * labels + label];
                var difference = logits[row, label] - right;
                absolute += Math.Abs(difference);
                squared += difference * difference;
                // A logit above 0 is a probability above one half.
                var (says, isTrue) = (logits[row, label] > 0, right >= 0.5);
                whole &= says == isTrue;
                hits += says && isTrue ? 1 : 0;
                said += says ? 1 : 0;
                trues += isTrue ? 1 : 0;
            }
            wholeRows += whole ? 1 : 0;
        }
        return Type == ProblemType.Regression
            ? new Dictionary<string, double> { ["mae"] = absolute / (count * labels), ["mse"] = squared / (count * labels) }
            : new Dictionary<string, double>
            {
                ["accuracy"] = (double)wholeRows / count,
                ["f1"] = said + trues == 0 ? 0 : 2.0 * hits / (said + trues),
            };
    }

    /// <summary>The label of a row's highest logit, the lowest of equal ones.</summary>
    public static int Highest(float[,] logits, int row)
    {
        var best = 0;
        for (var label = 1; label < logits.GetLength(1); label++)
            if (logits[row, label] > logits[row, best])
                best = label;
        return best;
    }
}
