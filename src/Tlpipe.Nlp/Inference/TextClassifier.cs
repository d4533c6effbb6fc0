// A trained classifier in use: texts in, classes with probabilities out.
using System.Globalization;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Inference;

/// <summary>What a classifier says of a text.</summary>
/// <param name="Scores">For each label a probability; for a regression the number itself. In the order of the model's labels.</param>
public sealed record TextPrediction(IReadOnlyList<float> Scores)
{
    /// <summary>The index of the highest score, the lowest of equal ones.</summary>
    public int Highest => Enumerable.Range(0, Scores.Count).Aggregate((best, next) => Scores[next] > Scores[best] ? next : best);
}

/// <summary>
/// A model folder's classifier and tokenizer, as Hugging Face's text-classification pipeline uses them: softmax over classes, a sigmoid for each of
/// several labels, the number itself for a regression. Texts that are too long for the model are cut.
/// </summary>
public sealed class TextClassifier : IDisposable
{
    private readonly BertForSequenceClassification model;
    private readonly BertTokenizer tokenizer;
    private readonly int? limit;
    private readonly int threads;
    private readonly string folder;

    private TextClassifier(BertForSequenceClassification model, BertTokenizer tokenizer, int? limit, int threads, string folder)
    {
        this.folder = folder;
        this.model = model;
        this.tokenizer = tokenizer;
        this.limit = limit;
        this.threads = threads;
        Problem = ClassifierObjective.Of(model.Config).Type;
    }

    /// <summary>The names of the labels.</summary>
    public IReadOnlyList<string> Labels => model.Config.Labels;

    /// <summary>What the scores are.</summary>
    public ProblemType Problem { get; }

    /// <summary>The most tokens of a text.</summary>
    public int? MaxLength => limit;

    /// <summary>Counts of the texts so far.</summary>
    public TokenizeReport Report { get; } = new();

    /// <summary>Loads a classifier.</summary>
    /// <param name="folder">Its folder.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="computeType">The element type of its products.</param>
    /// <param name="maxLength">Cuts texts at fewer tokens than the model takes; null cuts at the model's limit.</param>
    /// <exception cref="InputException">The folder has no complete classifier, or no tokenizer.</exception>
    public static TextClassifier Load(string folder, ComputeDevice device, ComputeType computeType, int? maxLength = null)
    {
        var report = ModelFolder.Report(folder, nameof(BertForSequenceClassification));
        if (report.Missing.Count > 0)
            throw new InputException($"{folder} is not a classifier: its weights lack {string.Join(", ", report.Missing)}; give the model of a classify stage, or fill its masks with 'tlpipe fill-mask'");
        var tokenizer = BertTokenizer.Load(folder);
        var config = BertConfig.Load(folder);
        if (config.Labels.GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new InputException($"{folder} has {twice.Count()} classes called {OneLine.Quote(twice.Key)} in its config.json, and answers name the class; give each a name of its own in id2label");
        var limit = RowLimit.Of(maxLength, tokenizer, config.MaxPositionEmbeddings);
        var (model, _) = ModelFolder.LoadClassifier(
            folder, config.Labels.Count, seed: 0, device, computeType, problemType: ClassifierObjective.Of(config).Name);
        return new TextClassifier(model, tokenizer, limit, device.Threads, folder);
    }

    /// <summary>Predictions for texts, in their order.</summary>
    /// <param name="texts">The texts, at least one.</param>
    /// <param name="pairs">A second text for each, or null.</param>
    /// <param name="stopping">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InputException">An answer is not a number.</exception>
    public IReadOnlyList<TextPrediction> Predict(IReadOnlyList<string> texts, IReadOnlyList<string>? pairs = null, CancellationToken stopping = default)
    {
        var rows = RowTokenizer.Tokenize(texts, pairs, null, tokenizer, limit, threads, Report, cancellation: stopping);
        var logits = Evaluation.Classify(model, rows, stopping: stopping).Logits;
        return [.. Enumerable.Range(0, texts.Count).Select(row => new TextPrediction(Scores(logits, row)))];
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();

    private float[] Scores(float[,] logits, int row)
    {
        var scores = new float[logits.GetLength(1)];
        for (var label = 0; label < scores.Length; label++)
            scores[label] = float.IsFinite(logits[row, label]) ? logits[row, label] : throw NoNumber(logits[row, label]);
        return Problem switch
        {
            ProblemType.Regression => scores,
            ProblemType.MultiLabelClassification => [.. scores.Select(score => 1 / (1 + MathF.Exp(-score)))],
            _ => Softmax(scores),
        };
    }

    private InputException NoNumber(float answer) =>
        new($"the model in {folder} answers {answer.ToString(CultureInfo.InvariantCulture)} where a number belongs: its weights are damaged, or its training diverged; take another model");

    private static float[] Softmax(float[] scores)
    {
        var highest = scores.Max();
        var powers = scores.Select(score => MathF.Exp(score - highest)).ToArray();
        var sum = powers.Sum();
        return [.. powers.Select(power => power / sum)];
    }
}
