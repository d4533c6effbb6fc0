// score: figures of predictions; no model runs.
using System.Globalization;
using System.Text.Json;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Statistics;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Scoring;

/// <summary>Options of <c>score</c>.</summary>
public sealed record ScoreOptions : ScoringOptions
{
    public ScoreOptions()
    {
    }

    internal ScoreOptions(ScoringOptions scoring)
        : base(scoring)
    {
    }

    /// <summary>The predictions of a predict or evaluate stage.</summary>
    [Takes(OutputKinds.Predictions)]
    public required Input Predictions { get; init; }

    /// <summary>The metrics of the evaluate stage that made the predictions: its loss and epoch are taken over. Default: the loss is computed from the predictions.</summary>
    [Takes(OutputKinds.Metrics)]
    public Input? Evaluated { get; init; }

    /// <summary>The tokenized rows, for slices: [length]. Default: none.</summary>
    [Takes(OutputKinds.Tokens)]
    public Input? Tokens { get; init; }

    /// <summary>The column of table with the right classes, where the predictions have none. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>The table that was predicted, where table is another one. Default: found through the stages.</summary>
    [Takes(OutputKinds.Table)]
    public Input? Predicted { get; init; }

    /// <summary>Whether table comes from another source than what was predicted, so that it is taken row for row. Default: found through the stages.</summary>
    [AddedLater("null")]
    public bool? IsOtherSource { get; init; }

    /// <summary>What check-overlap stages found out of the rows, for the table's notes. Default: nothing.</summary>
    [Takes(OutputKinds.Overlap)]
    public IReadOnlyList<Input> Overlaps { get; init; } = [];
}

/// <summary>Computes figures of predictions, over all rows and by slice.</summary>
[Stage("score", version: 2)]
[Output("metrics", "metrics.json with eval_loss and what metrics names, report.md and report.json with intervals, confusion matrix, calibration and slices", Kind = OutputKinds.Metrics)]
[Output("predictions", "the predictions that were scored", Kind = OutputKinds.Predictions)]
public sealed class ScoreStage : IStage<ScoreOptions>
{
    public IEnumerable<OptionMistake> Check(ScoreOptions options)
    {
        foreach (var mistake in options.ScoringMistakes())
            yield return mistake;
        if (options.Slices is { } slices && slices.Any(slice => slice != ScoreReport.Length) && options.Table is null)
            yield return new OptionMistake("slices", "slices by a column need the table that has it; give it as table");
        if (options.Slices?.Contains(ScoreReport.Length) == true && options.Tokens is null)
            yield return new OptionMistake("slices", "slices by length need the tokenized rows; give them as tokens");
    }

    public Forecast Foresee(ScoreOptions options, Func<Input, Facts> facts) =>
        Forecast.Of("metrics", TableFiles.Rows(facts(options.Predictions)["rows"]));

    public void Run(ScoreOptions options, StageRun run)
    {
        var predictions = run.Read(options.Predictions);
        var evaluated = options.Evaluated is { } metrics ? run.Read(metrics) : null;
        var report = MaskedPredictions.AreIn(predictions.Folder) ? OfLanguageModel(options, predictions, run) : OfClassifier(options, predictions, evaluated, run);
        report.Notes.AddRange(OverlapNotes.Read(options.Overlaps.Select(run.Read)));
        report.Write(run.Create("metrics"));
        run.Describe("metrics", TableFiles.Rows(report.Rows).With("epoch", (evaluated ?? predictions).Facts["epoch"]));

        var copy = Path.Combine(run.Create("predictions"), ClassifierPredictions.FileName);
        File.Copy(Path.Combine(predictions.Folder, ClassifierPredictions.FileName), copy);
        run.Describe("predictions", predictions.Facts, Tlpipe.Formats.Safetensors.SafetensorsWriter.Digest(copy));
        foreach (var (name, value) in predictions.Measured)
            run.Measure(name, value);
    }

    private static ScoreReport OfClassifier(ScoreOptions options, InputFolder predictionsFolder, InputFolder? evaluated, StageRun run)
    {
        var predictions = ClassifierPredictions.Load(predictionsFolder.Folder);
        var known = evaluated is null ? [] : Figures(evaluated);
        // Numbers and several labels a row have the figures that their evaluation gave them.
        if (predictions.Values is not null || predictions.Classes < 2)
            return options is { Metrics: null, Slices: null, CalibrateOn: null, Temperature: 1, Threshold: null } && evaluated is not null
                ? new ScoreReport(predictions.Rows, known)
                : throw Bad("these predictions are numbers, or several labels a row, and have the figures of their evaluation only; leave out metrics, slices, threshold, temperature and calibrate_on");

        CheckRows(options, predictions, run);
        var labels = Labels(options, predictions, run);
        if (options.Threshold is not null && predictions.Classes != 2)
            throw Bad($"a threshold divides two classes, and these predictions have {predictions.Classes}; leave it out");
        if (predictions.Classes != 2 && options.Metrics?.Where(ScoredRows.IsOfTwoClasses).Select(ScoredRows.NameOf).FirstOrDefault() is { } ofTwo)
            throw Bad($"{ofTwo} is about one of two classes, and these predictions have {predictions.Classes}; give {ofTwo}_macro, {ofTwo}_micro or {ofTwo}_weighted");
        if (options.PositiveLabel >= predictions.Classes)
            throw Bad($"positive_label is {options.PositiveLabel}, and the last of {predictions.Classes} classes is {predictions.Classes - 1}; give one of them");
        var temperature = options.CalibrateOn is { } calibration ? Fitted(calibration, predictions.Classes, run) : options.Temperature;
        var rows = ScoredRows.Of(labels, predictions.Probabilities(temperature), options.PositiveLabel, options.Threshold) with { CalibrationBins = options.CalibrationBins };
        var metrics = ScoredRows.Expand(options.Metrics ?? [ClassificationMetric.Accuracy], predictions.Classes).ToList();
        // With weighted classes or another temperature the evaluation's loss is a different figure.
        var loss = temperature == 1 && known.TryGetValue("eval_loss", out var evaluatedLoss) ? evaluatedLoss : rows[ClassificationMetric.LogLoss];
        return ScoreReport.Of(rows, metrics, double.IsFinite(loss) ? loss : null, Slices(options, rows.Count, run)) with { Temperature = options.CalibrateOn is null ? null : temperature };
    }

    private static void CheckRows(ScoreOptions options, ClassifierPredictions predictions, StageRun run)
    {
        if (options is not { Table: { } table, Predicted: { } predicted })
            return;
        if (options.IsOtherSource != true)
            RowOrder.Check(table, predicted, run);
        else if (predictions.Labels is { Length: > 0 } labels)
            RowOrder.CheckAnswers(table, options.LabelColumn, labels, predictions.Classes, run);
        if (options.IsOtherSource == true)
            run.Report(new Warned($"'{table.Stage}' does not come from the table that '{predicted.Stage}' comes from, so whether its rows are the predicted ones is not known: they are taken row for row"));
    }

    private static double Fitted(Input input, int classes, StageRun run)
    {
        var dev = ClassifierPredictions.Load(run.Read(input).Folder);
        if (dev.Labels is not { Length: > 0 } labels || dev.Classes != classes)
            throw Bad($"calibrate_on: '{input.Stage}' has {(dev.Labels is { Length: > 0 } ? $"{dev.Classes} classes where the predictions have {classes}" : "no right answers")}; give predictions of labelled rows by the same model");
        var temperature = TemperatureScaling.Fit(dev.Logits, labels);
        run.Report(new Note(string.Create(CultureInfo.InvariantCulture, $"temperature {temperature:0.0000}, fitted on {labels.Length:N0} rows")));
        return temperature;
    }

    private static ScoreReport OfLanguageModel(ScoreOptions options, InputFolder folder, StageRun run)
    {
        if (options is not { CalibrateOn: null, Threshold: null, Temperature: 1 })
            throw Bad("calibrate_on, threshold and temperature are for classifiers; leave them out");
        if (options.Slices?.Any(slice => slice != ScoreReport.Length) == true)
            throw Bad("windows of text have no columns; leave out slices, or slice by length");
        var predictions = MaskedPredictions.Load(folder.Folder);
        var windows = (int)(folder.Facts["rows"] ?? predictions.Windows.DefaultIfEmpty(-1).Max() + 1);
        return ScoreReport.Of(predictions, windows, Slices(options, windows, run));
    }

    private static Dictionary<string, double> Figures(InputFolder evaluated)
    {
        using var metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(evaluated.Folder, "metrics.json")));
        return metrics.RootElement.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number).ToDictionary(m => m.Name, m => m.Value.GetDouble());
    }

    private static int[] Labels(ScoreOptions options, ClassifierPredictions predictions, StageRun run)
    {
        var labels = predictions.Labels is { Length: > 0 } known ? known
            : options.Table is { } table ? run.ReadTable(table).Labels(options.LabelColumn, predictions.Classes)
            : throw Bad("these predictions have no right answers to be scored against; give the labelled table as table");
        if (labels.Length != predictions.Rows)
            throw Bad($"there are {predictions.Rows} predictions and {labels.Length} labels; give the table that was predicted");
        var wrong = Array.FindIndex(labels, label => label < 0 || label >= predictions.Classes);
        return wrong < 0 ? labels : throw Bad($"row {wrong} has the label {labels[wrong]}, and the model has the classes 0 to {predictions.Classes - 1}; correct its label");
    }

    /// <summary>Each slice by its name, with its rows: <c>source=b2w</c>.</summary>
    private static List<(string Name, int[] Rows)> Slices(ScoreOptions options, int rows, StageRun run)
    {
        var slices = new List<(string, int[])>();
        foreach (var slice in options.Slices ?? [])
        {
            var of = slice == ScoreReport.Length ? Bands(options, run) : Values(options, slice, run);
            if (of.Count != rows)
                throw Bad($"there are {rows} predictions and {of.Count} rows to slice them by; give the table that was predicted");
            slices.AddRange(Enumerable.Range(0, rows).GroupBy(row => of[row]).OrderBy(group => group.Key.Order).ThenBy(group => group.Key.Text, StringComparer.Ordinal)
                .Select(group => ($"{slice}={group.Key.Text}", group.ToArray())));
        }
        return slices;
    }

    private static List<(int Order, string Text)> Bands(ScoreOptions options, StageRun run)
    {
        int[] starts = [0, .. options.LengthBands ?? ScoreReport.DefaultLengthBands];
        var tokens = TokenRows.Load(run.Read(options.Tokens!).Folder);
        return [.. Enumerable.Range(0, tokens.Count).Select(row =>
        {
            var band = Array.FindLastIndex(starts, start => start <= tokens.Length(row));
            return (band, band == starts.Length - 1 ? $"{starts[band]}+" : $"{starts[band]}-{starts[band + 1] - 1}");
        })];
    }

    private static List<(int Order, string Text)> Values(ScoreOptions options, string name, StageRun run)
    {
        var column = run.ReadTable(options.Table!).Column(name);
        return [.. Enumerable.Range(0, column.Count).Select(row => (0, Convert.ToString(column[row], CultureInfo.InvariantCulture) ?? "(none)"))];
    }

    private static PipelineException Bad(string message) => new(null, ErrorCode.BadPredictions, message);
}
