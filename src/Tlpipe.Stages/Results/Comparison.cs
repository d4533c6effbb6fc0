// The comparison of evaluated models: each option with its runs, how options differ, and notes on the rows.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Stages;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Results;

/// <summary>One run of one option. Values are by column name; a column that is not known is missing.</summary>
internal sealed record ComparisonRun(string Run, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>The rows behind the values; null where they were not kept.</summary>
    public ScoredRows? Rows { get; init; }

    /// <summary>Notes on the rows.</summary>
    public IReadOnlyList<OverlapNote> Notes { get; init; } = [];

    /// <summary>A run from the output of an <c>evaluate</c> or <c>score</c> stage.</summary>
    public static ComparisonRun Of(string run, InputFolder scored)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        var notes = new List<OverlapNote>();
        using var metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(scored.Folder, "metrics.json")));
        foreach (var metric in metrics.RootElement.EnumerateObject())
            if (metric.Value.ValueKind == JsonValueKind.Number)
                values[metric.Name] = metric.Value.GetDouble();
            else if (metric.NameEquals("notes"))
                notes.AddRange(metric.Value.EnumerateArray().Select(OverlapNote.FromJson));
        foreach (var (name, value) in scored.Measured)
            values[name] = value;
        if (scored.Facts["epoch"] is { } epoch)
            values["epoch"] = epoch;
        return new ComparisonRun(run, values) { Rows = ScoreReport.ReadAnswers(scored.Folder), Notes = notes };
    }
}

/// <summary>One option with its runs.</summary>
internal sealed record ComparisonRow(string Label, IReadOnlyList<ComparisonRun> Runs)
{
    /// <summary>The mean of each value over the runs that have it.</summary>
    public IReadOnlyDictionary<string, double> Values { get; } = Over(Runs, values => values.Average());

    /// <summary>The standard deviation of each value over runs; empty for one run.</summary>
    public IReadOnlyDictionary<string, double> Deviations { get; } = Over(Runs, values => values.Count < 2 ? null : Sample.Of(values).StandardDeviation);

    /// <summary>The notes on the rows, for a table's cell.</summary>
    public IReadOnlyList<string> Marks { get; init; } = [.. Runs.SelectMany(run => run.Notes).Select(note => note.Mark).OfType<string>().Distinct()];

    /// <summary>Student's 95 % interval of a value's mean over runs; null for one run.</summary>
    public Interval? IntervalOf(string name)
    {
        double[] values = [.. Runs.Where(run => run.Values.ContainsKey(name)).Select(run => run.Values[name])];
        return values.Length < 2 ? null : Intervals.OfMean(values);
    }

    private static Dictionary<string, double> Over(IReadOnlyList<ComparisonRun> runs, Func<IReadOnlyList<double>, double?> figure)
    {
        var over = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var name in runs.SelectMany(run => run.Values.Keys).Distinct())
            if (figure([.. runs.Where(run => run.Values.ContainsKey(name)).Select(run => run.Values[name])]) is { } value)
                over[name] = value;
        return over;
    }
}

/// <summary>The rows, in the order in which they are shown.</summary>
/// <param name="Rows">The options.</param>
/// <param name="Baseline">The option that the others are compared with; null compares all with each other.</param>
/// <param name="Metric">The figure that options are compared by: <c>accuracy</c>.</param>
internal sealed record Comparison(IReadOnlyList<ComparisonRow> Rows, string? Baseline, string Metric)
{
    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>How options differ, p-values corrected for all pairs.</summary>
    public IReadOnlyList<OptionDifference> Pairs { get; init; } = [];

    /// <summary>Sentences on how the options differ: from the baseline, or each from each.</summary>
    public IReadOnlyList<string> Sentences { get; init; } = [];

    /// <summary>The notes on the rows as sentences.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Those of <see cref="Notes"/> that say that rows could not be paired.</summary>
    public IReadOnlyList<string> RowNotes { get; init; } = [];

    /// <summary>Results with their labels; those of one label are runs of one option.</summary>
    public static Comparison Of(IEnumerable<(string Label, ComparisonRun Run)> results, string? baseline, string metric, int resamples, IReadOnlyList<string>? exact = null)
    {
        var rows = results.GroupBy(result => result.Label).Select(group => new ComparisonRow(group.Key, [.. group.Select(result => result.Run)])).ToList();
        List<OptionRuns> options = [.. rows
            .OrderBy(row => row.Label == baseline ? 0 : 1)
            .Where(row => row.Runs.All(run => run.Values.ContainsKey("eval_" + metric)))
            .Select(row => new OptionRuns(row.Label, Named(row).ToDictionary(run => run.Name, run => (run.Run.Values["eval_" + metric], run.Run.Rows))) { IsExact = exact?.Contains(row.Label) == true })];
        var pairs = OptionComparison.Pairs(options, metric, resamples);
        var rowNotes = RowNotesOf(rows, pairs);
        return new Comparison(rows, baseline, metric)
        {
            Pairs = pairs,
            Sentences = [.. pairs.Where(pair => baseline is null || pair.Against == baseline).Select(pair => Sentence(pair, metric))],
            RowNotes = rowNotes,
            Notes = [.. rowNotes, .. rows.SelectMany(row => row.Runs.SelectMany(run => run.Notes), (row, note) => (row.Label, note)).Where(x => x.note.Mark is not null)
                .GroupBy(x => x.note.Said, x => x.Label).Select(group => $"{string.Join(", ", group.Distinct())}: {group.Key}.")],
        };
    }

    public static Comparison FromJson(string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        var rows = root["rows"]!.AsArray().Select(row => new ComparisonRow(
            row!["label"]!.GetValue<string>(),
            [.. row["runs"]!.AsArray().Select(run => new ComparisonRun(
                run!["run"]!.GetValue<string>(),
                run["values"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.GetValue<double>())))])
        {
            Marks = Texts(row["marks"]!),
        });
        return new Comparison([.. rows], root["baseline"]?.GetValue<string>(), root["metric"]!.GetValue<string>())
        {
            Sentences = Texts(root["sentences"]!),
            Notes = Texts(root["notes"]!),
        };
    }

    public string ToJson()
    {
        var rows = Rows.Select(row => (JsonNode)new JsonObject
        {
            ["label"] = row.Label,
            ["values"] = Json(row.Values),
            ["deviations"] = Json(row.Deviations),
            ["intervals_95"] = new JsonObject(row.Deviations.Keys.Order(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, (JsonNode?)Json(row.IntervalOf(name))))),
            ["marks"] = Json(row.Marks),
            ["runs"] = new JsonArray([.. row.Runs.Select(run => (JsonNode)new JsonObject { ["run"] = run.Run, ["values"] = Json(run.Values) })]),
        });
        return new JsonObject
        {
            ["baseline"] = Baseline,
            ["metric"] = Metric,
            ["rows"] = new JsonArray([.. rows]),
            ["differences"] = new JsonArray([.. Pairs.Select(Json)]),
            ["sentences"] = Json(Sentences),
            ["notes"] = Json(Notes),
        }.ToJsonString(Readable) + "\n";
    }

    private static string[] RowNotesOf(List<ComparisonRow> rows, IReadOnlyList<OptionDifference> pairs)
    {
        string Counts(RowsRelation relation) => string.Join(", ", rows
            .Where(row => pairs.Any(pair => pair.Rows == relation && (pair.Name == row.Label || pair.Against == row.Label)))
            .Select(row => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{row.Label} on {row.Runs[0].Rows?.Count:N0}")));
        const string Consequence = "those are compared as independent samples, without McNemar's test and without a paired bootstrap";
        return
        [
            .. pairs.Any(pair => pair.Rows == RowsRelation.Different) ? (string[])[$"Not all were evaluated on the same rows ({Counts(RowsRelation.Different)}): {Consequence}."] : [],
            .. pairs.Any(pair => pair.Rows == RowsRelation.Unknown) ? (string[])[$"Whether all were evaluated on the same rows is not known ({Counts(RowsRelation.Unknown)}): {Consequence}. An id_column would tell."] : [],
        ];
    }

    /// <summary>A row's runs under names of their own; those without are numbered.</summary>
    private static IEnumerable<(string Name, ComparisonRun Run)> Named(ComparisonRow row) =>
        row.Runs.Select((run, i) => (row.Runs.Count(other => other.Run == run.Run) > 1 ? $"{run.Run}#{i + 1}" : run.Run, run));

    private static string Sentence(OptionDifference pair, string metric)
    {
        var sentence = pair.Sentence(metric.Replace('_', ' '));
        return pair.HolmP is { } p ? $"{sentence} ({ComparisonTable.PSaid(p)} after Holm)" : sentence;
    }

    private static JsonNode Json(OptionDifference pair) => new JsonObject
    {
        ["name"] = pair.Name,
        ["against"] = pair.Against,
        ["difference"] = pair.Difference,
        ["interval_95"] = Json(pair.Interval),
        ["interval_95_over_rows"] = Json(pair.OverRows),
        ["p"] = pair.P,
        ["p_holm"] = pair.HolmP,
        ["p_benjamini_hochberg"] = pair.BenjaminiHochbergP,
        ["paired_runs"] = pair.PairedRuns,
        ["seed_deviation"] = pair.SeedDeviation,
        ["p_t_over_seeds"] = pair.TOverSeedsP,
        ["p_wilcoxon_over_seeds"] = pair.WilcoxonP,
        ["rows"] = pair.Rows?.ToString().ToLowerInvariant(),
        ["p_fisher_exact"] = pair.FisherExactP,
        ["p_mcnemar_exact"] = pair.McNemarExactP,
        ["p_mcnemar_mid"] = pair.McNemarMidP,
    };

    private static JsonArray? Json(Interval? interval) => interval is { } ends ? [ends.Low, ends.High] : null;

    private static JsonArray Json(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);

    private static JsonObject Json(IReadOnlyDictionary<string, double> values) =>
        new(values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value)));

    private static string[] Texts(JsonNode texts) => [.. texts.AsArray().Select(text => text!.GetValue<string>())];
}
