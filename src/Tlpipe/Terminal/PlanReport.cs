// A plan as text for the user and as JSON for programs.
using System.Globalization;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Plan;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Hosting;
using Tlpipe.Stages.Experiments;

namespace Tlpipe.Terminal;

/// <summary>A plan with its estimates.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Stages">Its stages' states.</param>
/// <param name="History">The times of past computations.</param>
/// <param name="Speed">The speed of this machine's matrix products; null if no estimate needs it.</param>
internal sealed record PlanReport(Pipeline Pipeline, IReadOnlyList<StageStatus> Stages, History History, MachineSpeed? Speed)
{
    private const double SecondsADay = 86400;

    /// <summary>The indentation of a line that continues the one above.</summary>
    private const int Continuation = 6;

    /// <summary>The report on stages' states. The machine's speed is measured only where an estimate needs it.</summary>
    public static PlanReport Of(Pipeline pipeline, IReadOnlyList<StageStatus> stages, History history, string storeFolder)
    {
        var report = new PlanReport(pipeline, stages, history, null);
        return stages.Any(s => s.Work?.Flops is > 0 && report.FromHistory(s) is null)
            ? report with { Speed = MachineSpeed.Measured(storeFolder, pipeline) }
            : report;
    }

    /// <summary>A line for each stage, then the total.</summary>
    /// <param name="width">
    /// The columns of the terminal; null if there is none. A narrow terminal gets no kinds, and lines that are still too long are folded.
    /// </param>
    public IEnumerable<string> Lines(int? width = null)
    {
        var names = Stages.Max(s => s.Stage.Name.Length);
        var kinds = Stages.Max(s => s.Stage.Kind.Kind.Length);
        yield return $"{Pipeline.Name}: {Format.Count(Stages.Count, "stage")}, {Stages.Count(s => s.State == StageState.Reused)} of them in the store";
        var lines = Stages.Select(status => (
            Start: $"  {status.Stage.Name.PadRight(names)}  ", Kind: $"{status.Stage.Kind.Kind.PadRight(kinds)}  ", End: $"{status.State.InPlan(),-8}{Details(status)}")).ToList();
        var withKinds = width is null || lines.All(line => line.Start.Length + line.Kind.Length + line.End.Length <= width);
        foreach (var (start, kind, end) in lines)
            foreach (var line in StatusLine.Folded((start + (withKinds ? kind : "") + end).TrimEnd(), width ?? int.MaxValue, Continuation))
                yield return line;
        if (Stages.Any(s => s.State == StageState.AwaitsInput))
            yield return "RUN? stages are reused if their inputs come out as in an earlier run";
        foreach (var line in MissingRuns.Of(Pipeline, Stages))
            yield return line;
        var seconds = Total;
        if (seconds > 0)
            yield return $"about {Duration.Text(seconds)} of computing"
                + (Speed is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; estimates without a past run assume {Speed.FlopsPerSecond / 1e9:0} GFLOP/s, this machine's matrix-product speed in {Speed.Dtype}"));
        if (seconds > SecondsADay)
            yield return string.Create(CultureInfo.InvariantCulture, $"warning: that is {seconds / SecondsADay:0.#} days on this machine; use one with a GPU, or a smaller model (configs/mini.yaml)");
    }

    public JsonObject ToJson() => new()
    {
        ["name"] = Pipeline.Name,
        ["stages"] = new JsonArray([.. Stages.Select(ToJson)]),
        ["seconds"] = Total,
    };

    private double Total => Stages.Sum(s => EstimateOf(s)?.Seconds ?? 0);

    private JsonNode ToJson(StageStatus status)
    {
        var estimate = EstimateOf(status);
        var json = new JsonObject
        {
            ["stage"] = status.Stage.Name,
            ["kind"] = status.Stage.Kind.Kind,
            ["state"] = status.State.InJson(),
        };
        void Set(string name, JsonNode? value)
        {
            if (value is not null)
                json[name] = value;
        }
        Set("key", status.Document?.Key);
        Set("made", status.Result?.Provenance.Started);
        Set("saves_seconds", status.Result?.Provenance.Seconds);
        Set("resumes_at", status.ResumesAt);
        Set("unknown_until", status.WaitsFor is { Count: > 0 } waits ? new JsonArray([.. waits.Select(w => (JsonNode)w)]) : null);
        Set("fetches", status.Origin?.Fetches);
        Set("updates", status.Work?.Updates);
        Set("flops", status.Work?.Flops);
        Set("seconds", estimate?.Seconds);
        Set("estimated_from", estimate is null ? null : estimate.Computations > 0 ? "history" : "flops");
        Set("mistakes", status.Mistakes is { Count: > 0 } mistakes ? new JsonArray([.. mistakes.Select(m => (JsonNode)m.ToString())]) : null);
        return json;
    }

    private string Details(StageStatus status)
    {
        var parts = new List<string>();
        if (status.Result is { } result)
            parts.Add($"made {Format.Age(result.Provenance.Started)}, saves {Duration.Text(result.Provenance.Seconds)}");
        if (status.ResumesAt is { } step)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"at step {step:N0}"));
        if (status.WaitsFor is { Count: > 0 } waits)
            parts.Add($"unknown until {string.Join(", ", waits)}");
        if (status.Origin?.Fetches is { } fetches)
            parts.Add($"fetches {fetches}");
        if (status.Work?.Updates is { } updates)
            parts.Add(Format.Count(updates, "update"));
        if (status.Work?.Flops is { } flops)
            parts.Add(Flops(flops));
        if (EstimateOf(status) is { } estimate)
            parts.Add($"about {Duration.Text(estimate.Seconds)}" + (estimate.Computations > 0 ? $", going by {Format.Count(estimate.Computations, "run")} before" : ""));
        if (status.State == StageState.Blocked)
            parts.Add(status.Stage.Kind.HasOrigin ? "cannot be downloaded" : "a file is missing");
        return string.Join(", ", parts);
    }

    /// <summary>How long a stage will take; null if its result is stored or nothing is known.</summary>
    private TimeEstimate? EstimateOf(StageStatus status)
    {
        if (status.State == StageState.Reused)
            return null;
        var whole = FromHistory(status) ?? (status.Work?.Flops is { } flops && Speed is not null ? new TimeEstimate(flops / Speed.FlopsPerSecond, 0) : null);
        // The work up to the checkpoint is done.
        var left = status is { ResumesAt: { } step, Work.Updates: { } updates } ? Math.Max(0, 1 - ((double)step / updates)) : 1;
        return whole is null ? null : whole with { Seconds = whole.Seconds * left };
    }

    private TimeEstimate? FromHistory(StageStatus status) => History.Estimate(Pipeline, status.Stage, status.Work, status.Rows);

    private static string Flops(double flops) => flops switch
    {
        >= 1e15 => string.Create(CultureInfo.InvariantCulture, $"{flops / 1e15:0.0} PFLOP"),
        >= 1e12 => string.Create(CultureInfo.InvariantCulture, $"{flops / 1e12:0.0} TFLOP"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{flops / 1e9:0.0} GFLOP"),
    };
}
