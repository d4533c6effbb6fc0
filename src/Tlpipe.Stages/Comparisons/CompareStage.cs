// compare: the table at the end of an experiment, a row for each result.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Tables;

namespace Tlpipe.Stages.Comparisons;

/// <summary>Options of <c>compare</c>.</summary>
public sealed record CompareOptions
{
    /// <summary>The results of <c>evaluate</c> or <c>score</c> stages.</summary>
    [Takes(OutputKinds.Metrics)]
    public required IReadOnlyList<Input> Results { get; init; }

    /// <summary>The rows' names. Default: the instances' names.</summary>
    [NamesOf(nameof(Results))]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The axis of a matrix whose values are runs of one option. Default: seed.</summary>
    public string Over { get; init; } = "seed";

    /// <summary>For each result the run that it is, such as its seed; runs of the same name are compared in pairs. Default: the matrix's values of over.</summary>
    public IReadOnlyList<string>? Runs { get; init; }

    /// <summary>
    /// The rows in whose results no seed plays a part, so that one run is all there is to know of them. Default: those of tfidf-classify, centroid-classify and
    /// majority-classify. Of any other row with one run the seeds' part is not known, and is taken for that of the row it is compared with.
    /// </summary>
    [AddedLater("null")]
    public IReadOnlyList<string>? Exact { get; init; }

    /// <summary>A column of the tables that says which row it is, such as a review's number: rows are paired by it. Default: the row labels of one source table.</summary>
    public string? IdColumn { get; init; }

    /// <summary>For each result the table whose rows it is of. Default: found through the stages.</summary>
    [Takes(OutputKinds.Table)]
    public IReadOnlyList<Input>? Evaluated { get; init; }

    /// <summary>For each result a number of the source of its table, -1 where it is not known; only rows of one source are paired. Default: found through the stages.</summary>
    public IReadOnlyList<int>? Sources { get; init; }

    /// <summary>The rows of which a result came more than once and was counted once. Default: found through the stages.</summary>
    public IReadOnlyList<string>? Repeated { get; init; }

    /// <summary>The row that the others are compared with. Default: each with each.</summary>
    public string? Baseline { get; init; }

    /// <summary>The figure by which rows are compared, such as f1 or log_loss. Default: accuracy, or loss where there is none.</summary>
    public string? Metric { get; init; }

    /// <summary>Draws of the bootstrap. Default: 2000.</summary>
    [Range(100, int.MaxValue)]
    public int Resamples { get; init; } = 2000;
}

/// <summary>
/// Writes the comparison of evaluated models as Markdown, CSV and JSON, with Trainer's columns; of several seeds mean, standard deviation, interval and
/// each run; and how the rows differ, with intervals and corrected tests. Times come from the records of the results.
/// </summary>
[Stage("compare", version: 5)]
[Output("table", "results.md, results.csv and results.json", Kind = OutputKinds.Comparison)]
public sealed class CompareStage : IStage<CompareOptions>
{
    public IEnumerable<OptionMistake> Check(CompareOptions options)
    {
        if (options.Results.Count == 0)
            yield return new OptionMistake("results", "there is nothing to compare; name at least one result");
        foreach (var twice in Repeats.In(options.Results))
            yield return twice;
        if (options.Evaluated is { } tables && tables.Count != options.Results.Count)
            yield return new OptionMistake("evaluated", $"there are {tables.Count} tables for {options.Results.Count} results; give one for each");
        if (options.Runs is { } runs && runs.Count != options.Results.Count)
            yield return new OptionMistake("runs", $"there are {runs.Count} runs for {options.Results.Count} results; give one for each");
        if (options.Labels is { } labels && labels.Count != options.Results.Count)
            yield return new OptionMistake("labels", $"there are {labels.Count} labels for {options.Results.Count} results; give one for each");
    }

    public void Run(CompareOptions options, StageRun run)
    {
        var labels = options.Labels ?? [.. options.Results.Select(r => r.Name)];
        var identities = new RowIdentities(options, run);
        var results = options.Results.Select((result, i) => (labels[i], identities.Of(ComparisonRun.Of(options.Runs?[i] ?? "", run.Read(result)), i))).ToList();
        var metric = options.Metric ?? (results.Any(result => result.Item2.Values.ContainsKey("eval_accuracy")) ? "accuracy" : "loss");
        if (options.Metric is not null && results.Find(result => !result.Item2.Values.ContainsKey("eval_" + metric)) is { Item1: { } without })
            throw new PipelineException(null, ErrorCode.BadComparison, $"'{without}' has no eval_{metric}; add it to the metrics of its evaluate or score stage");
        var comparison = Comparison.Of(results, options.Baseline, metric, options.Resamples, options.Exact);
        if (options.Repeated is { Count: > 0 } repeated)
            comparison = comparison with { Notes = [.. comparison.Notes, $"{string.Join(", ", repeated)}: results that are the same computation count once"] };
        foreach (var note in comparison.RowNotes)
            run.Report(new Note(note));
        var folder = run.Create("table");
        File.WriteAllText(Path.Combine(folder, "results.md"), ComparisonTable.Markdown(comparison));
        File.WriteAllText(Path.Combine(folder, "results.csv"), ComparisonTable.Csv(comparison));
        File.WriteAllText(Path.Combine(folder, "results.json"), comparison.ToJson());
        run.Describe("table", TableFiles.Rows(comparison.Rows.Count));
    }
}
