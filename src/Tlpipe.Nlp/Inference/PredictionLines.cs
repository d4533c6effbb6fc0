// Predictions as JSON, one row of the input a line.
using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tlpipe.Formats;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Nlp.Inference;

/// <summary>Writes lines with what the input's row had, then <c>prediction</c>, <c>score</c> and <c>probabilities</c>.</summary>
public static class PredictionLines
{
    /// <summary>Letters outside ASCII as they are.</summary>
    public static JsonSerializerOptions Relaxed { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Own = ["prediction", "score", "probabilities"];

    /// <summary>
    /// A row's line: the label and its probability, or the labels that are likelier than not, or the number; null for a row without text.
    /// </summary>
    /// <param name="row">The row.</param>
    /// <param name="kept">The columns that are kept; null for all.</param>
    /// <param name="prediction">The model's answer; null for a row without text.</param>
    /// <param name="classifier">The model.</param>
    /// <exception cref="InputException">A column has a prediction's name.</exception>
    public static string Of(TextRow row, IReadOnlySet<string>? kept, TextPrediction? prediction, TextClassifier classifier)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in row.Members.Where(member => kept is null || kept.Contains(member.Key)))
            {
                if (Own.Contains(name))
                    throw new InputException($"the input has a column '{name}', where a prediction's own goes; name the columns to keep with --columns");
                writer.WritePropertyName(name);
                writer.WriteRawValue(value);
            }
            WritePrediction(writer, prediction, classifier);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>The candidates for a text's masks: a list, or a list for each of several masks, as Hugging Face's pipeline gives them.</summary>
    public static string Of(TextRow row, IReadOnlyList<IReadOnlyList<MaskFilling>> masks)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteString("text", row.Text);
            writer.WriteStartArray("predictions");
            foreach (var mask in masks)
            {
                if (masks.Count > 1)
                    writer.WriteStartArray();
                foreach (var filling in mask)
                    WriteFilling(writer, filling);
                if (masks.Count > 1)
                    writer.WriteEndArray();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    private static void WriteFilling(Utf8JsonWriter writer, MaskFilling filling)
    {
        writer.WriteStartObject();
        writer.WriteNumber("score", filling.Score);
        writer.WriteNumber("token", filling.Token);
        writer.WriteString("token_str", filling.TokenStr);
        writer.WriteString("sequence", filling.Sequence);
        writer.WriteEndObject();
    }

    private static void WritePrediction(Utf8JsonWriter writer, TextPrediction? prediction, TextClassifier classifier)
    {
        if (prediction is null)
        {
            writer.WriteNull("prediction");
            return;
        }
        switch (classifier.Problem)
        {
            case ProblemType.Regression when prediction.Scores.Count == 1:
                writer.WriteNumber("prediction", prediction.Scores[0]);
                return;
            case ProblemType.Regression:
                writer.WriteStartObject("prediction");
                break;
            case ProblemType.MultiLabelClassification:
                writer.WriteStartArray("prediction");
                for (var label = 0; label < prediction.Scores.Count; label++)
                    if (prediction.Scores[label] > 0.5f)
                        writer.WriteStringValue(classifier.Labels[label]);
                writer.WriteEndArray();
                writer.WriteStartObject("probabilities");
                break;
            default:
                writer.WriteString("prediction", classifier.Labels[prediction.Highest]);
                writer.WriteNumber("score", prediction.Scores[prediction.Highest]);
                writer.WriteStartObject("probabilities");
                break;
        }
        for (var label = 0; label < prediction.Scores.Count; label++)
            writer.WriteNumber(classifier.Labels[label], prediction.Scores[label]);
        writer.WriteEndObject();
    }
}
