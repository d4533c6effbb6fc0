// learning-curve: figures by number of labels, drawn with intervals, and what a label is worth.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats.Layout;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Comparisons;

/// <summary>Options of <c>learning-curve</c>.</summary>
public sealed record LearningCurveOptions
{
    /// <summary>The results of evaluate, score or baseline stages, each in a matrix with an axis of label counts.</summary>
    [Takes(OutputKinds.Metrics)]
    public required IReadOnlyList<Input> Results { get; init; }

    /// <summary>The axis of the matrices that says how many labels were learnt from. Default: size.</summary>
    public string Axis { get; init; } = "size";

    /// <summary>The axis whose values are runs of one option. Default: seed.</summary>
    public string Over { get; init; } = "seed";

    /// <summary>For each result its option's name. Default: the matrix's other values, else the stage's name.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>For each result its number of labels. Default: the matrix's value of axis.</summary>
    [Range(1.0, double.MaxValue)]
    public IReadOnlyList<double>? Sizes { get; init; }

    /// <summary>The figure. Default: accuracy.</summary>
    public string Metric { get; init; } = "accuracy";

    /// <summary>The option in whose labels the others' lead is counted. Default: the first.</summary>
    public string? Baseline { get; init; }

    /// <summary>What a label costs, in any currency; leads are then given in it too. Default: not known.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? PricePerLabel { get; init; }
}

/// <summary>
/// Puts results of one option with different numbers of labels together: means with Student's intervals over runs, how much a hundred labels more bring, and how
/// many labels more the baseline needs for the same.
/// </summary>
[Stage("learning-curve", version: 1)]
[Output("curve", "curve.svg, curve.md and curve.csv", Kind = OutputKinds.Curve)]
public sealed class LearningCurveStage : IStage<LearningCurveOptions>
{
    public IEnumerable<OptionMistake> Check(LearningCurveOptions options)
    {
        if (options.Results.Count == 0)
            yield return new OptionMistake("results", "there is nothing to draw; name at least one result");
        foreach (var twice in Repeats.In(options.Results))
            yield return twice;
        foreach (var (name, count) in new[] { ("labels", options.Labels?.Count), ("sizes", options.Sizes?.Count) })
            if (count is { } given && given != options.Results.Count)
                yield return new OptionMistake(name, $"there are {given} {name} for {options.Results.Count} results; give one for each");
    }

    public void Run(LearningCurveOptions options, StageRun run)
    {
        var labels = options.Labels ?? [.. options.Results.Select(result => result.Name)];
        if (options.Sizes is not { } sizes)
            throw new PipelineException(null, ErrorCode.BadComparison, "the numbers of labels are not known; give sizes, or results of a matrix with that axis");
        var points = options.Results.Select((result, i) => (Label: labels[i], Size: sizes[i], Figure: ChooseStage.Figure(run.Read(result), result, options.Metric))).ToList();
        var curves = points.GroupBy(point => point.Label).Select(option => new LearningCurve(
            option.Key,
            option.GroupBy(point => point.Size).Select(size => new CurvePoint(size.Key, [.. size.Select(point => point.Figure)])),
            ScoredRows.LessIsBetter(options.Metric))).ToList();
        var baseline = options.Baseline is not { } name ? curves[0] : curves.Find(curve => curve.Name == name)
            ?? throw new PipelineException(null, ErrorCode.BadComparison, $"baseline: '{name}' is not one of {string.Join(", ", curves.Select(curve => curve.Name))}; name one of them");
        var folder = run.Create("curve");
        File.WriteAllText(Path.Combine(folder, "curve.svg"), CurveDrawing.Svg(curves, options.Metric));
        File.WriteAllText(Path.Combine(folder, "curve.md"), Markdown(curves, baseline, options));
        File.WriteAllText(Path.Combine(folder, "curve.csv"), Csv(curves, baseline, options));
        run.Describe("curve", TableFiles.Rows(points.Count));
        foreach (var line in Markdown(curves, baseline, options).TrimEnd().Split('\n'))
            run.Report(new Note(line));
    }

    private static string Markdown(IReadOnlyList<LearningCurve> curves, LearningCurve baseline, LearningCurveOptions options)
    {
        string[] worth = options.PricePerLabel is null ? [] : ["worth"];
        string[] headings = ["labels", "runs", options.Metric, "95 % interval", "gain with 100 labels more", $"labels that {baseline.Name} needs", "labels saved", .. worth];
        return new ReportTable([.. TableColumn.NamesAndNumbers("", headings)], [.. Rows(curves, baseline, options).Select(row => (string[])
        [
            row.Name, Number(row.Size), Number(row.Runs), Number(row.Mean, "0.0000"),
            row.Interval is { } interval ? $"{Number(interval.Low, "0.0000")} to {Number(interval.High, "0.0000")}" : "",
            Number(row.Gain, "+0.0000;-0.0000"), Number(row.Needed, "0"), Number(row.Saved, "0"),
            .. worth.Select(_ => Number(row.Saved * options.PricePerLabel, "0.00")),
        ])]).Markdown();
    }

    private static string Csv(IReadOnlyList<LearningCurve> curves, LearningCurve baseline, LearningCurveOptions options)
    {
        string[] headings = ["labels", "runs", options.Metric, "low", "high", "gain_with_100_labels", "baseline_labels", "labels_saved", "worth"];
        return new ReportTable([.. TableColumn.NamesAndNumbers("option", headings)], [.. Rows(curves, baseline, options).Select(row => (string[])
        [
            row.Name, Number(row.Size), Number(row.Runs), Number(row.Mean), Number(row.Interval?.Low), Number(row.Interval?.High),
            Number(row.Gain), Number(row.Needed), Number(row.Saved), Number(row.Saved * options.PricePerLabel),
        ])]).Csv(CsvQuotes.Names);
    }

    private static string Number(double? number, string format = "R") => ReportTable.Cell(number, format);

    private static IEnumerable<(string Name, double Size, int Runs, double Mean, Interval? Interval, double? Gain, double? Needed, double? Saved)> Rows(
        IReadOnlyList<LearningCurve> curves, LearningCurve baseline, LearningCurveOptions options) =>
        curves.SelectMany(curve => curve.Points.Select((point, i) =>
        {
            var needed = curve == baseline ? null : baseline.LabelsFor(point.Mean);
            return (curve.Name, point.Size, point.Figures.Count, point.Mean, point.Interval, curve.GainALabel(i) * 100, needed, needed - point.Size);
        }));
}
