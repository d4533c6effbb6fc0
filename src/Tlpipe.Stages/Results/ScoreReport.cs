// The files of a score, for users and programs.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Results;

/// <summary>The figures of predictions.</summary>
/// <param name="Rows">The number of rows, or windows.</param>
/// <param name="Figures">By name, as in metrics.json: <c>eval_loss</c>, <c>eval_accuracy</c>.</param>
internal sealed record ScoreReport(int Rows, IReadOnlyDictionary<string, double> Figures)
{
    /// <summary>The name of bands of length in <c>slices</c>.</summary>
    public const string Length = "length";

    /// <summary>The file with each row's answer.</summary>
    public const string AnswersFile = "answers.safetensors";

    private const string Bins = "calibration_bins";

    public static readonly int[] DefaultLengthBands = [16, 32, 64, 128];

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The figures of each slice, by its name, <c>rows</c> among them.</summary>
    public IReadOnlyList<(string Name, IReadOnlyDictionary<string, double> Figures)> Slices { get; init; } = [];

    /// <summary>The rows themselves; null where there are no classes.</summary>
    public ScoredRows? Scored { get; init; }

    /// <summary>The temperature that was fitted; null where none was.</summary>
    public double? Temperature { get; init; }

    /// <summary>Notes on rows that training has seen.</summary>
    public List<OverlapNote> Notes { get; } = [];

    /// <summary>The report of a classifier.</summary>
    public static ScoreReport Of(ScoredRows rows, IReadOnlyList<ClassificationMetric> metrics, double? loss, IReadOnlyList<(string Name, int[] Rows)> slices)
    {
        var figures = FiguresOf(rows, metrics);
        if (loss is { } value)
            figures["eval_loss"] = value;
        return new ScoreReport(rows.Count, figures)
        {
            Scored = rows,
            Slices = [.. slices.Select(slice =>
            {
                var of = FiguresOf(rows.Take(slice.Rows), metrics);
                of["rows"] = slice.Rows.Length;
                return (slice.Name, (IReadOnlyDictionary<string, double>)of);
            })],
        };
    }

    /// <summary>The report of a masked language model.</summary>
    public static ScoreReport Of(MaskedPredictions predictions, int windows, IReadOnlyList<(string Name, int[] Rows)> slices) => new(windows, FiguresOf(predictions))
    {
        Slices = [.. slices.Select(slice =>
        {
            var chosen = slice.Rows.ToHashSet();
            var of = FiguresOf(predictions.Where(chosen.Contains));
            of["rows"] = slice.Rows.Length;
            return (slice.Name, (IReadOnlyDictionary<string, double>)of);
        })],
    };

    /// <summary>Writes metrics.json, report.json, report.md and, for classes, each row's answer.</summary>
    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "metrics.json"), Metrics().ToJsonString() + "\n");
        File.WriteAllText(Path.Combine(folder, "report.json"), Report().ToJsonString(Readable) + "\n");
        File.WriteAllText(Path.Combine(folder, "report.md"), Markdown());
        if (Scored is { } rows)
            SafetensorsWriter.Write(Path.Combine(folder, AnswersFile),
            [
                SafetensorsTensor.Int32("labels", rows.Labels),
                SafetensorsTensor.Int32("answers", rows.Answers),
                new SafetensorsTensor("probabilities", SafetensorsType.F64, [rows.Count, rows.Classes], () => Bytes(rows.Probabilities)),
            ], Meaning(rows));
    }

    /// <summary>The rows that <see cref="Write"/> wrote; null where there are none.</summary>
    public static ScoredRows? ReadAnswers(string folder)
    {
        var path = Path.Combine(folder, AnswersFile);
        return File.Exists(path) ? ReadAnswersFile(path) : null;
    }

    /// <summary>The rows of a file that <see cref="Write"/> wrote, whatever it is called now.</summary>
    public static ScoredRows ReadAnswersFile(string path)
    {
        using var file = SafetensorsFile.Open(path);
        var labels = file.ReadInt32("labels");
        var flat = new double[file.Entries["probabilities"].Shape.Aggregate(1L, (x, y) => x * y)];
        Buffer.BlockCopy(file.ReadBytes("probabilities"), 0, flat, 0, flat.Length * sizeof(double));
        var classes = flat.Length / labels.Length;
        var positive = int.Parse(file.Metadata["positive_label"], CultureInfo.InvariantCulture);
        var rows = new ScoredRows(labels, file.ReadInt32("answers"), [.. Enumerable.Range(0, labels.Length).Select(row => flat[(row * classes)..((row + 1) * classes)])], positive);
        return file.Metadata.TryGetValue(Bins, out var bins) ? rows with { CalibrationBins = int.Parse(bins, CultureInfo.InvariantCulture) } : rows;
    }

    /// <summary>The settings that figures depend on; the default number of bins is left out.</summary>
    private static Dictionary<string, string> Meaning(ScoredRows rows)
    {
        var meaning = new Dictionary<string, string> { ["positive_label"] = rows.PositiveLabel.ToString(CultureInfo.InvariantCulture) };
        if (rows.CalibrationBins != ScoredRows.DefaultCalibrationBins)
            meaning[Bins] = rows.CalibrationBins.ToString(CultureInfo.InvariantCulture);
        return meaning;
    }

    private static Dictionary<string, double> FiguresOf(ScoredRows rows, IReadOnlyList<ClassificationMetric> metrics) =>
        metrics.ToDictionary(metric => $"eval_{ScoredRows.NameOf(metric)}", metric => rows[metric]);

    private static Dictionary<string, double> FiguresOf(MaskedPredictions predictions) => new()
    {
        ["eval_loss"] = predictions.Loss.Value,
        ["eval_loss_standard_error"] = predictions.Loss.StandardError,
        ["eval_perplexity"] = predictions.Perplexity.Value,
        ["eval_perplexity_standard_error"] = predictions.Perplexity.StandardError,
        ["eval_accuracy"] = predictions.Accuracy.Value,
        ["eval_accuracy_standard_error"] = predictions.Accuracy.StandardError,
        ["eval_masked_tokens"] = predictions.Count,
    };

    private JsonObject Metrics()
    {
        var metrics = Json(Figures.Where(f => f.Key is not ("eval_loss" or "eval_samples")));
        metrics["eval_loss"] = Finite(Figures.GetValueOrDefault("eval_loss", double.NaN));
        metrics["eval_samples"] = Rows;
        if (Notes.Count > 0)
            metrics["notes"] = new JsonArray([.. Notes.Select(note => note.ToJson())]);
        return metrics;
    }

    private JsonObject Report()
    {
        var report = new JsonObject { ["figures"] = Metrics() };
        if (Temperature is { } temperature)
            report["temperature"] = Finite(temperature);
        if (Scored is { } rows)
        {
            var hits = rows.Labels.Where((label, row) => rows.Answers[row] == label).LongCount();
            report["accuracy_interval_95_wilson"] = Json(Intervals.Wilson(hits, rows.Count));
            report["accuracy_interval_95_clopper_pearson"] = Json(Intervals.ClopperPearson(hits, rows.Count));
            var confusion = rows.Confusion;
            report["confusion_matrix"] = new JsonArray([.. Enumerable.Range(0, rows.Classes).Select(label =>
                (JsonNode)new JsonArray([.. Enumerable.Range(0, rows.Classes).Select(answer => (JsonNode)confusion[label, answer])]))]);
            report["classes"] = new JsonArray([.. Enumerable.Range(0, rows.Classes).Select(label => (JsonNode)new JsonObject
            {
                ["label"] = label,
                ["precision"] = Finite(confusion.Precision(label)),
                ["recall"] = Finite(confusion.Recall(label)),
                ["f1"] = Finite(confusion.F1(label)),
                ["rows"] = rows.Labels.Count(l => l == label),
            })]);
            report["reliability"] = new JsonArray([.. rows.Reliability.Select(bin => (JsonNode)new JsonObject
            {
                ["rows"] = bin.Rows,
                ["confidence"] = Finite(bin.Confidence),
                ["accuracy"] = Finite(bin.Accuracy),
            })]);
        }
        report["slices"] = new JsonObject(Slices.Select(slice => KeyValuePair.Create(slice.Name, (JsonNode?)Json(slice.Figures))));
        return report;
    }

    private string Markdown()
    {
        var names = Figures.Keys.OrderBy(name => name == "eval_loss" ? 0 : 1).ThenBy(name => name, StringComparer.Ordinal).ToList();
        var text = new StringBuilder(new ReportTable(
            [.. TableColumn.NamesAndNumbers("", ["rows", .. names])],
            [Line("all", Rows, Figures), .. Slices.Select(slice => Line(slice.Name, (int)slice.Figures["rows"], slice.Figures))]).Markdown());
        if (Scored is { } rows)
            text.Append('\n').Append(ConfusionTable(rows).Markdown()).Append('\n').Append(ReliabilityTable(rows).Markdown());
        if (Temperature is { } temperature)
            text.Append(CultureInfo.InvariantCulture, $"\nTemperature {temperature:0.0000}, fitted on other rows.\n");
        foreach (var note in Notes)
            text.Append('\n').Append(MarkdownText.Of(note.Sentence)).Append('\n');
        return text.ToString();

        IReadOnlyList<string> Line(string name, int count, IReadOnlyDictionary<string, double> figures) =>
            [name, Digits(count), .. names.Select(n => figures.TryGetValue(n, out var value) && double.IsFinite(value) ? ReportTable.Cell(value, "0.######") : "")];
    }

    private static ReportTable ConfusionTable(ScoredRows rows)
    {
        var (confusion, classes) = (rows.Confusion, Enumerable.Range(0, rows.Classes));
        return new ReportTable(
            [.. TableColumn.NamesAndNumbers("right \\ answered", classes.Select(answer => Digits(answer)))],
            [.. classes.Select(label => (IReadOnlyList<string>)[Digits(label), .. classes.Select(answer => Digits(confusion[label, answer]))])]);
    }

    private static ReportTable ReliabilityTable(ScoredRows rows) => new(
        [new("rows", IsRight: true), new("confidence", IsRight: true), new("accuracy", IsRight: true)],
        [.. rows.Reliability.Select(bin => (IReadOnlyList<string>)[Digits(bin.Rows), ReportTable.Cell(bin.Confidence, "0.0000"), ReportTable.Cell(bin.Accuracy, "0.0000")])]);

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Json(IEnumerable<KeyValuePair<string, double>> figures) => new(
        figures.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => KeyValuePair.Create(f.Key, Finite(f.Value))));

    private static JsonArray Json(Interval interval) => [Finite(interval.Low), Finite(interval.High)];

    // JSON has no NaN: a model that diverged has figures that are not numbers.
    private static JsonNode? Finite(double value) => double.IsFinite(value) ? value : null;

    private static byte[] Bytes(double[][] rows)
    {
        double[] flat = [.. rows.SelectMany(row => row)];
        var bytes = new byte[Buffer.ByteLength(flat)];
        Buffer.BlockCopy(flat, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
