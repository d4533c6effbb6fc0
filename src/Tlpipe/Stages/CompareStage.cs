// compare: the table at the end of an experiment, a row for each result.
using Tlpipe.Engine.Stages;
using Tlpipe.Reporters;

namespace Tlpipe.Stages;

/// <summary>Options of <c>compare</c>.</summary>
public sealed record CompareOptions
{
    /// <summary>The results of <c>evaluate</c> stages.</summary>
    public required IReadOnlyList<Input> Results { get; init; }

    /// <summary>The rows' names. Default: the instances' names.</summary>
    [NamesOf(nameof(Results))]
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>The row that the others are compared with. Default: none.</summary>
    public string? Baseline { get; init; }
}

/// <summary>
/// Writes the comparison of evaluated models as Markdown, CSV and JSON, with Trainer's columns. Times come from the records of the results.
/// </summary>
[Stage("compare", version: 1)]
[Output("table", "results.md, results.csv and results.json")]
public sealed class CompareStage : IStage<CompareOptions>
{
    public IEnumerable<OptionMistake> Check(CompareOptions options)
    {
        if (options.Results.Count == 0)
            yield return new OptionMistake("results", "there is nothing to compare; name at least one result");
        if (options.Labels is { } labels && labels.Count != options.Results.Count)
            yield return new OptionMistake("labels", $"there are {labels.Count} labels for {options.Results.Count} results; give one for each");
        if (options is { Baseline: { } baseline, Labels: { } names } && !names.Contains(baseline))
            yield return new OptionMistake("baseline", $"'{baseline}' is none of the rows {string.Join(", ", names)}; name one of them");
    }

    public void Run(CompareOptions options, StageRun run)
    {
        var labels = options.Labels ?? [.. options.Results.Select(r => r.Name)];
        var rows = labels.Zip(options.Results, (label, result) => ComparisonRow.Of(label, run.Read(result))).ToList();
        var comparison = new Comparison(rows, options.Baseline);
        var folder = run.Create("table");
        File.WriteAllText(Path.Combine(folder, "results.md"), comparison.ToMarkdown());
        File.WriteAllText(Path.Combine(folder, "results.csv"), comparison.ToCsv());
        File.WriteAllText(Path.Combine(folder, "results.json"), comparison.ToJson());
        run.Describe("table", TableFiles.Rows(rows.Count));
    }
}
