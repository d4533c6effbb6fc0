// Predictions as they come, in columns for a terminal.
using System.Globalization;
using Tlpipe.Nlp.Inference;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Terminal;

/// <summary>A line a text: what the model says, how sure it is, and the text as far as the terminal has room.</summary>
internal sealed class PredictionTable
{
    private const int LongestLabel = 24;
    private readonly TextWriter output;
    private readonly TextClassifier classifier;
    private readonly int width;
    private readonly int labelWidth;

    public PredictionTable(TextWriter output, TextClassifier classifier, int width)
    {
        this.output = output;
        this.classifier = classifier;
        this.width = width;
        labelWidth = Math.Min(LongestLabel, Math.Max("prediction".Length, classifier.Labels.Max(label => label.Length)));
        Write("prediction", "score", "text");
    }

    public static PredictionTable ForConsole(TextWriter output, TextClassifier classifier) =>
        new(output, classifier, Console.WindowWidth is > 0 and var columns ? columns : 80);

    public void Add(TextRow row, TextPrediction? prediction)
    {
        var text = row.Pair is null ? row.Text : $"{row.Text} | {row.Pair}";
        if (prediction is null)
            Write("-", "", "(no text)");
        else if (classifier.Problem == ProblemType.Regression)
            Write(string.Join(' ', prediction.Scores.Select(Number)), "", text ?? "");
        else if (classifier.Problem == ProblemType.MultiLabelClassification)
            Write(string.Join(' ', Enumerable.Range(0, prediction.Scores.Count).Where(label => prediction.Scores[label] > 0.5f).Select(label => classifier.Labels[label])), "", text ?? "");
        else
            Write(classifier.Labels[prediction.Highest], Number(prediction.Scores[prediction.Highest]), text ?? "");
    }

    private static string Number(float value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private void Write(string label, string score, string text)
    {
        var line = $"{Cut(label, labelWidth).PadRight(labelWidth)}  {score,6}  {string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c))}";
        output.WriteLine(Cut(line, width - 1).TrimEnd());
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..(length - 1)] + "…";
}
