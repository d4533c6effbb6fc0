// choose: the best of several models, by figures of rows that are not reported on.
using System.Globalization;
using System.Text.Json;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats.Layout;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Comparisons;

/// <summary>Options of <c>choose</c>.</summary>
public sealed record ChooseOptions
{
    /// <summary>The models to choose from: trials of a matrix over options, each a cached stage.</summary>
    [Takes(OutputKinds.Model, OutputKinds.WordModel)]
    public required IReadOnlyList<Input> Models { get; init; }

    /// <summary>The results of evaluate or score stages, one for each model in the same order, over rows of a dev split.</summary>
    [Takes(OutputKinds.Metrics)]
    public required IReadOnlyList<Input> Results { get; init; }

    /// <summary>The trials' names. Default: the models' names.</summary>
    [NamesOf(nameof(Models))]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The figure that decides, such as accuracy, f1 or loss. Default: loss.</summary>
    public string Metric { get; init; } = "loss";
}

/// <summary>
/// Hands on the model with the best figure, the first of equal ones, and lists what was tried. With a matrix over options it is a grid search: score
/// the chosen model once on rows that chose nothing.
/// </summary>
[Stage("choose", version: 1)]
[Output("model", "the best model's folder", Kind = OutputKinds.Model)]
[Output("trials", "trials.md and trials.csv: each trial's figure, the best first", Kind = OutputKinds.Trials)]
public sealed class ChooseStage : IStage<ChooseOptions>
{
    public IEnumerable<OptionMistake> Check(ChooseOptions options)
    {
        if (options.Models.Count == 0)
            yield return new OptionMistake("models", "there is nothing to choose from; name at least one model");
        foreach (var twice in Repeats.In(options.Models, "models").Concat(Repeats.In(options.Results)))
            yield return twice;
        if (options.Results.Count != options.Models.Count)
            yield return new OptionMistake("results", $"{options.Results.Count} results stand for {options.Models.Count} models; give one for each, in the same order");
    }

    public Forecast Foresee(ChooseOptions options, Func<Input, Facts> facts) => Forecast.Of("model", facts(options.Models[0]));

    public void Run(ChooseOptions options, StageRun run)
    {
        var figures = options.Results.Select(result => Figure(run.Read(result), result, options.Metric)).ToList();
        var order = BestFirst(figures, options.Metric);
        var best = run.Read(options.Models[order[0]]);
        var folder = run.Create("model");
        foreach (var path in Directory.EnumerateFiles(best.Folder))
            File.Copy(path, Path.Combine(folder, Path.GetFileName(path)));
        run.Describe("model", best.Facts);
        run.Report(new Note(string.Create(CultureInfo.InvariantCulture, $"{options.Labels![order[0]]} of {figures.Count} trials, {options.Metric} {figures[order[0]]:0.000000}")));
        WriteTrials(options, order, figures, run.Create("trials"));
        run.Describe("trials", TableFiles.Rows(figures.Count));
    }

    /// <summary>The indices of figures, the best first; equal ones in their order, those that are not numbers last.</summary>
    /// <exception cref="PipelineException">None is a number.</exception>
    internal static List<int> BestFirst(IReadOnlyList<double> figures, string metric)
    {
        if (figures.All(double.IsNaN))
            throw new PipelineException(null, ErrorCode.BadComparison, $"eval_{metric} is not a number for any of {figures.Count} results: the models diverged, or the rows they were evaluated on do not have it, as rows of one class have no roc_auc; choose by another metric, or evaluate on other rows");
        var sign = ScoredRows.LessIsBetter(metric) ? 1 : -1;
        return [.. Enumerable.Range(0, figures.Count).OrderBy(i => double.IsNaN(figures[i])).ThenBy(i => sign * figures[i])];
    }

    internal static double Figure(InputFolder result, Input input, string metric)
    {
        using var metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(result.Folder, "metrics.json")));
        // A model that diverged has no figures, and rows of one class have no area under a curve: such a figure is there, and null.
        return metrics.RootElement.TryGetProperty("eval_" + metric, out var value)
            ? value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN
            : throw new PipelineException(null, ErrorCode.BadComparison, $"'{input.Stage}' has no eval_{metric}; add it to the metrics of its evaluate or score stage");
    }

    private static void WriteTrials(ChooseOptions options, IReadOnlyList<int> order, IReadOnlyList<double> figures, string folder)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = [.. order.Select(i => (string[])[options.Labels![i], ReportTable.Cell(figures[i], "0.000000")])];
        string[] figure = ["eval_" + options.Metric];
        File.WriteAllText(Path.Combine(folder, "trials.md"), new ReportTable([.. TableColumn.NamesAndNumbers("", figure)], rows).Markdown());
        File.WriteAllText(Path.Combine(folder, "trials.csv"), new ReportTable([.. TableColumn.NamesAndNumbers("trial", figure)], rows).Csv());
    }
}
