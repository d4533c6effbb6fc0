// tune: which options of a training do best on parts of the labelled rows that it does not learn from.
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats.Layout;
using Tlpipe.Stages.Tables;
using Tlpipe.Stages.Training;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Comparisons;

/// <summary>Options of <c>tune</c>.</summary>
public sealed record TuneOptions
{
    /// <summary>The classify or tfidf-classify stage whose options are tried: each trial is that stage, trained on folds of its rows, but for what space changes.</summary>
    [ExecutionOnly]
    public required string Stage { get; init; }

    /// <summary>
    /// For each option that is tried its values: choice(3, 5, 10), uniform(0, 0.2), log_uniform(1e-5, 1e-3) or int_uniform(0, 4), ends included.
    /// </summary>
    [ExecutionOnly]
    public required IReadOnlyDictionary<string, string> Space { get; init; }

    /// <summary>The draws at random (Bergstra and Bengio 2012); more of them run only the new ones. Default: no draws, but all combinations of choices.</summary>
    [Range(1, int.MaxValue)]
    [ExecutionOnly]
    public int? NTrials { get; init; }

    /// <summary>The folds of the labelled rows; each trial is trained on all but one, and judged on that one, for each. Default: 5.</summary>
    [Range(2, int.MaxValue)]
    [ExecutionOnly]
    public int NSplits { get; init; } = 5;

    /// <summary>The seed of the draws and the folds. Default: 0.</summary>
    [Range(0, uint.MaxValue)]
    [ExecutionOnly]
    public long Seed { get; init; }

    /// <summary>The labelled table that is divided. Default: the one that stage learns from.</summary>
    [Takes(OutputKinds.Table)]
    public Input? Table { get; init; }

    /// <summary>The figure that decides, such as accuracy, f1 or loss: its mean over the folds. Default: loss.</summary>
    public string Metric { get; init; } = "loss";

    /// <summary>What each trial changes; they follow from space.</summary>
    public IReadOnlyList<string> Trials { get; init; } = [];

    /// <summary>The results of each trial's folds, trial by trial; they follow from space.</summary>
    [Takes(OutputKinds.Metrics)]
    public IReadOnlyList<Input> Results { get; init; } = [];

    /// <summary>The ranges of <see cref="Space"/>.</summary>
    /// <exception cref="FormatException">One of them is not a range.</exception>
    internal Dictionary<string, SearchRange> Ranges() => Space.ToDictionary(range => range.Key, range => SearchRange.Parse(range.Value), StringComparer.Ordinal);
}

/// <summary>
/// Finds the options of a training that do best in cross-validation over its labelled rows. The trial that changes nothing is always among them. A training with
/// tuned: STAGE takes what was found.
/// </summary>
[Stage("tune", version: 1)]
[Output("options", "options.json: what the best trial changes", Kind = OutputKinds.Options)]
[Output("trials", "trials.md and trials.csv: each trial's mean over the folds with its standard error, the best first", Kind = OutputKinds.Trials)]
public sealed class TuneStage : IStage<TuneOptions>
{
    public IEnumerable<OptionMistake> Check(TuneOptions options)
    {
        if (options.Space.Count == 0)
            yield return new OptionMistake("space", "there is nothing to try; give an option with its values, such as learning_rate: log_uniform(1e-5, 1e-3)");
        foreach (var (name, text) in options.Space)
        {
            var (range, mistake) = Parsed(text);
            if (mistake is not null)
                yield return new OptionMistake($"space.{name}", mistake);
            else if (range!.Kind != "choice" && options.NTrials is null)
                yield return new OptionMistake($"space.{name}", $"there are too many values in {text} for all combinations; give n_trials, or choice(…)");
        }
    }

    public void Run(TuneOptions options, StageRun run)
    {
        if (options.Results.Count == 0 || options.Results.Count % options.Trials.Count != 0)
            throw new PipelineException(null, ErrorCode.BadComparison, $"{options.Results.Count} results stand for {options.Trials.Count} trials; leave trials and results out, they follow from space");
        var folds = options.Results.Count / options.Trials.Count;
        var figures = options.Trials.Select((_, trial) => Enumerable.Range(0, folds)
            .Select(fold => options.Results[trial * folds + fold]).Select(result => ChooseStage.Figure(run.Read(result), result, options.Metric)).ToArray()).ToList();
        var order = ChooseStage.BestFirst([.. figures.Select(trial => trial.Average())], options.Metric);

        File.WriteAllText(Path.Combine(run.Create("options"), Tuned.FileName), options.Trials[order[0]] + "\n");
        run.Describe("options", Facts.None);
        WriteTrials(options, order, figures, run.Create("trials"));
        run.Describe("trials", TableFiles.Rows(figures.Count));
        run.Report(new Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{Tuned.Words(options.Trials[order[0]])}: {options.Metric} {figures[order[0]].Average():0.0000} over {folds} folds; as written {figures[0].Average():0.0000}; {figures.Count} trials")));
    }

    private static (SearchRange? Range, string? Mistake) Parsed(string text)
    {
        try
        {
            return (SearchRange.Parse(text), null);
        }
        catch (FormatException e)
        {
            return (null, e.Message);
        }
    }

    private static void WriteTrials(TuneOptions options, IReadOnlyList<int> order, IReadOnlyList<double[]> figures, string folder)
    {
        IReadOnlyList<IReadOnlyList<string>> rows = [.. order.Select(trial => (string[])[Tuned.Words(options.Trials[trial]), ReportTable.Cell(figures[trial].Average(), "0.000000"), ReportTable.Cell(Error(figures[trial]), "0.000000")])];
        File.WriteAllText(Path.Combine(folder, "trials.md"), new ReportTable([.. TableColumn.NamesAndNumbers("trial", [options.Metric, "standard error"])], rows).Markdown());
        File.WriteAllText(Path.Combine(folder, "trials.csv"), new ReportTable([.. TableColumn.NamesAndNumbers("trial", [options.Metric, "standard_error"])], rows).Csv(CsvQuotes.Names));

        static double Error(double[] values) => values.Length < 2 ? 0 : Sample.Of(values).StandardDeviation / Math.Sqrt(values.Length);
    }
}
