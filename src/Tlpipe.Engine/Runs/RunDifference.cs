// How two recorded runs differ: options, figures, files.
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Runs;

/// <summary>An option with two values.</summary>
/// <param name="Stage">The instance; "" for an option outside the stages.</param>
/// <param name="Option">The option's path.</param>
/// <param name="Before">Its value in the first run, as JSON; null if it has none.</param>
/// <param name="After">Its value in the second run.</param>
/// <param name="Place">The source of the second value, or of the first if there is no second: a place in the config, <c>-p</c> or <c>default</c>.</param>
public sealed record ChangedOption(string Stage, string Option, string? Before, string? After, string Place);

/// <summary>A figure with two values.</summary>
/// <param name="Stage">The instance.</param>
/// <param name="Metric">The figure's name.</param>
/// <param name="Before">Its value in the first run; null if it has none.</param>
/// <param name="After">Its value in the second run.</param>
public sealed record MetricDifference(string Stage, string Metric, double? Before, double? After);

/// <summary>A file with two contents.</summary>
/// <param name="Stage">The instance.</param>
/// <param name="File">The output, '/', its name.</param>
/// <param name="Before">Its SHA-256 in the first run; null if the file is missing.</param>
/// <param name="After">Its SHA-256 in the second run.</param>
public sealed record FileDifference(string Stage, string File, string? Before, string? After);

/// <summary>How two runs differ.</summary>
/// <param name="First">The first run.</param>
/// <param name="Second">The second run.</param>
/// <param name="OnlyFirst">The stages that only the first one's config has.</param>
/// <param name="OnlySecond">The stages that only the second one's config has.</param>
/// <param name="Options">The options that differ, of stages in both configs.</param>
/// <param name="Metrics">The figures that differ, of results in both runs.</param>
/// <param name="Files">The files that differ, of results in both runs.</param>
public sealed record RunDifference(
    RunFolder First,
    RunFolder Second,
    IReadOnlyList<string> OnlyFirst,
    IReadOnlyList<string> OnlySecond,
    IReadOnlyList<ChangedOption> Options,
    IReadOnlyList<MetricDifference> Metrics,
    IReadOnlyList<FileDifference> Files)
{
    /// <summary>Compares two runs as they are recorded. The configs of today are not read.</summary>
    /// <param name="first">The first run.</param>
    /// <param name="second">The second run.</param>
    /// <param name="figuresFile">The name of the JSON files in outputs whose numbers are figures.</param>
    public static RunDifference Between(RunFolder first, RunFolder second, string figuresFile)
    {
        var (before, after) = (first.Resolved(), second.Resolved());
        var (stagesBefore, stagesAfter) = (before.Stages.ToDictionary(s => s.Name), after.Stages.ToDictionary(s => s.Name));
        var (resultsBefore, resultsAfter) = (Results(first), Results(second));
        var common = before.Stages.Select(s => s.Name).Where(stagesAfter.ContainsKey).ToList();
        var made = common.Where(name => resultsBefore.ContainsKey(name) && resultsAfter.ContainsKey(name)).ToList();
        return new RunDifference(
            first,
            second,
            [.. stagesBefore.Keys.Where(name => !stagesAfter.ContainsKey(name))],
            [.. stagesAfter.Keys.Where(name => !stagesBefore.ContainsKey(name))],
            [
                .. Between("", "runtime.device", before.Device, after.Device),
                .. Between("", "numerics.dtype", before.Dtype, after.Dtype),
                .. common.SelectMany(name => Between(stagesBefore[name], stagesAfter[name])),
            ],
            [.. made.SelectMany(name => Between(name, Figures(resultsBefore[name], first, figuresFile), Figures(resultsAfter[name], second, figuresFile)))],
            [.. made.SelectMany(name => Between(name, FilesOf(resultsBefore[name]), FilesOf(resultsAfter[name])))]);
    }

    private static Dictionary<string, EventLine> Results(RunFolder run)
    {
        var results = new Dictionary<string, EventLine>(StringComparer.Ordinal);
        foreach (var happened in EventLine.Read(run).Where(e => e is { Stage: not null, Outputs: not null }))
            results[happened.Stage!] = happened;
        return results;
    }

    private static IEnumerable<ChangedOption> Between(string stage, string option, string before, string after) =>
        before == after ? [] : [new ChangedOption(stage, option, before, after, "the config's section")];

    private static IEnumerable<ChangedOption> Between(ResolvedStage before, ResolvedStage after)
    {
        if (before.Kind != after.Kind)
            yield return new ChangedOption(after.Name, "uses", before.Kind, after.Kind, after.Location);
        foreach (var option in before.Options.Keys.Union(after.Options.Keys).Order(StringComparer.Ordinal))
        {
            var (old, now) = (ValueOf(before, option), ValueOf(after, option));
            if (old != now)
                yield return new ChangedOption(after.Name, option, old, now, (now is null ? before : after).Places.GetValueOrDefault(option, "default"));
        }
    }

    private static string? ValueOf(ResolvedStage stage, string option) =>
        stage.Options.TryGetValue(option, out var value) ? CanonicalJson.Text(value) : null;

    private static IEnumerable<MetricDifference> Between(string stage, SortedDictionary<string, double> before, SortedDictionary<string, double> after)
    {
        double? Of(SortedDictionary<string, double> figures, string name) => figures.TryGetValue(name, out var value) ? value : null;
        return before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(name => new MetricDifference(stage, name, Of(before, name), Of(after, name)))
            .Where(m => m.Before != m.After);
    }

    private static IEnumerable<FileDifference> Between(string stage, Dictionary<string, string> before, Dictionary<string, string> after) =>
        before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(name => new FileDifference(stage, name, before.GetValueOrDefault(name), after.GetValueOrDefault(name)))
            .Where(f => f.Before != f.After);

    private static Dictionary<string, string> FilesOf(EventLine made) =>
        made.Outputs!.SelectMany(o => o.Value.Files.Select(f => (Name: $"{o.Key}/{f.Path}", f.Sha256))).ToDictionary(f => f.Name, f => f.Sha256);

    /// <summary>The facts of a result's outputs, and the numbers in its file of figures while the store still has it. Timings are excluded.</summary>
    private static SortedDictionary<string, double> Figures(EventLine made, RunFolder run, string figuresFile)
    {
        var figures = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in made.Outputs!.Values.SelectMany(o => o.Facts))
            figures.TryAdd(name, value);
        foreach (var file in made.Outputs!.Values.SelectMany(o => o.Files).Where(f => f.Path == figuresFile))
            foreach (var (name, value) in Numbers(ResultStore.BlobPath(run.Request.Store, file), file, run))
                figures[name] = value;
        return figures;
    }

    private static IEnumerable<(string Name, double Value)> Numbers(string path, StoredFile file, RunFolder run)
    {
        JsonObject? metrics;
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != file.Sha256)
                throw new PipelineException(null, ErrorCode.Store, $"{path}, figures of run {run.Request.Number}, is damaged; 'tlpipe cache verify --repair' mends the store {run.Request.Store}");
            metrics = JsonNode.Parse(bytes) as JsonObject;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // The store no longer has the result.
            yield break;
        }
        foreach (var (name, value) in metrics ?? [])
            if (value?.GetValueKind() == JsonValueKind.Number)
                yield return (name, value.GetValue<double>());
    }
}
