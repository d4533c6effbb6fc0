// Why a stage would run again: how its key differs from the nearest key with a result.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Plan;

/// <summary>A line of an explanation.</summary>
/// <param name="What">The option, or the role of the input; <c>version of classify</c> or <c>numerics.dtype</c>.</param>
/// <param name="Before">Its value in the stored result, as JSON, or an input's digest; null if it had none.</param>
/// <param name="After">Its value now; null if it has none.</param>
/// <param name="Place">Where the value comes from: a place in the config, <c>-p</c>, <c>default</c>, a file.</param>
public sealed record ExplainedLine(string What, string? Before, string? After, string Place);

/// <summary>A key that a recorded run had a result of.</summary>
/// <param name="Key">The key.</param>
/// <param name="Stage">The stage whose result it was.</param>
/// <param name="Run">The run's number.</param>
public sealed record RecordedKey(string Key, string Stage, int Run);

/// <summary>An explanation.</summary>
/// <param name="Status">The status of the stage.</param>
/// <param name="Nearest">
/// The stored result of that kind that differs in the fewest lines. For a stage whose result is stored, only older results count. Null if no
/// such result exists.
/// </param>
/// <param name="NearestStage">The name of the stage that had that result in a recorded run; null if no recorded run had it.</param>
/// <param name="Lines">The differences.</param>
/// <param name="LostIn">The number of a recorded run that had the result, which the store no longer has; null if no run had it.</param>
public sealed record Explanation(StageStatus Status, StoredResult? Nearest, string? NearestStage, IReadOnlyList<ExplainedLine> Lines, int? LostIn)
{
    /// <summary>Explains the state of a stage.</summary>
    /// <param name="pipeline">The pipeline.</param>
    /// <param name="stage">One of its instances.</param>
    /// <param name="store">The store.</param>
    /// <param name="origins">The origins of fetched content.</param>
    /// <param name="known">The keys of recorded runs, the newest last.</param>
    public static Explanation Of(Pipeline pipeline, StageInstance stage, ResultStore store, Origins origins, IReadOnlyList<RecordedKey> known)
    {
        var resolution = new Resolution(pipeline, store, origins);
        StageStatus? status = null;
        foreach (var wanted in Selection.Wanted(pipeline, [stage.Name]))
            status = resolution.Resolve(wanted);
        var lines = status!.Document is { } document ? KeyLines.Of(document) : Foreseen(pipeline, stage, resolution, status);
        var candidates = store.ResultsOf(stage.Kind.Kind).Where(r => r.Key != status.Document?.Key);
        if (status.Result is { } own)
            candidates = candidates.Where(r => r.Provenance.Started < own.Provenance.Started);
        var nearest = candidates
            .Select(r => (Result: r, Differences: KeyLines.Between(KeyLines.Of(r.Document), lines)))
            // The user thinks of the result that had the stage's name. Among the others, the one with the fewest differences is the most useful.
            .OrderBy(c => known.Any(k => k.Key == c.Result.Key && k.Stage == stage.Name) ? 0 : 1)
            .ThenBy(c => c.Differences.Count)
            .ThenByDescending(c => c.Result.Provenance.Started)
            .FirstOrDefault();
        return new Explanation(
            status,
            nearest.Result,
            nearest.Result is null ? null : known.Where(k => k.Key == nearest.Result.Key).Select(k => k.Stage).LastOrDefault(),
            nearest.Result is null ? [] : [.. nearest.Differences.Select(d => Explained(pipeline, stage, status, d))],
            status.Result is null && status.Document is { } planned ? known.Where(k => k.Key == planned.Key).Select(k => (int?)k.Run).LastOrDefault() : null);
    }

    /// <summary>The lines of a key that is not known yet. A missing input stands as words instead of a digest.</summary>
    private static SortedDictionary<string, string> Foreseen(Pipeline pipeline, StageInstance stage, Resolution resolution, StageStatus status)
    {
        var inputs = stage.Inputs.ToDictionary(use => stage.Kind.Options.KeyPath(use.Role), use => resolution.Results.TryGetValue(use.Input.Stage, out var result)
            ? result.Outputs[use.Input.Output].Digest
            : $"unknown until {use.Input.Stage} has run");
        foreach (var path in stage.Paths)
            inputs[stage.Kind.Options.KeyPath(path.Role)] = File.Exists(path.Path.FullPath) && status.State != StageState.Blocked ? ContentDigest.OfFile(path.Path.FullPath) : $"the content of {path.Path.Text}";
        var document = new KeyDocument
        {
            Stage = stage.Kind.Kind,
            Version = stage.Kind.Version,
            Options = OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: false),
            Inputs = inputs,
            Dtype = stage.Kind.UsesTensors ? pipeline.Numerics.Word : null,
        };
        return new SortedDictionary<string, string>(KeyLines.Of(document).ToDictionary(), StringComparer.Ordinal);
    }

    private static ExplainedLine Explained(Pipeline pipeline, StageInstance stage, StageStatus status, KeyDifference line)
    {
        var path = (line.Option ?? line.Role) is { } keyPath ? stage.Kind.Options.PathOfKey(keyPath) : null;
        if (line.After is null && path is { } gone)
            return new ExplainedLine(gone, Text(line.Before), null, "not given now");
        if (line.Option is not null)
            return new ExplainedLine(path!, line.Before, line.After, stage.OriginOf(path!).ToString());
        if (path is not { } role)
            return line.Path switch
            {
                "dtype" => new ExplainedLine("numerics.dtype", line.Before, line.After, pipeline.OriginOf("numerics.dtype").ToString()),
                "version" => new ExplainedLine($"version of {stage.Kind.Kind}", line.Before, line.After, "this version of tlpipe"),
                _ => new ExplainedLine(line.Path, line.Before, line.After, "this version of tlpipe"),
            };
        var origin = stage.OriginOf(role).ToString();
        var maker = stage.Inputs.Where(use => use.Role == role).Select(use => $", output '{use.Input.Output}' of {use.Input.Stage}")
            .Concat(stage.Paths.Where(use => use.Role == role).Select(use => $", the content of {use.Path.Text}"))
            .Concat(status.Origin?.Role == role ? [", fetched from elsewhere"] : [])
            .FirstOrDefault("");
        return new ExplainedLine(role, Text(line.Before), Text(line.After), origin + maker);
    }

    /// <summary>A digest, or the words instead of one, without JSON's quotes.</summary>
    private static string? Text(string? json) => json?.Trim('"');
}
