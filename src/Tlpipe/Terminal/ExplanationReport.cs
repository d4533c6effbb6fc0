// An explanation as text for the user and as JSON for programs.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Plan;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;

namespace Tlpipe.Terminal;

/// <summary>Explanations of stages' states.</summary>
internal static class ExplanationReport
{
    private const int ShownDigest = 12;
    private const int LongestValue = 60;

    /// <summary>The state of the stage, then a line for each difference.</summary>
    public static IEnumerable<string> Lines(Explanation explanation)
    {
        var status = explanation.Status;
        yield return $"{status.Stage.Name} ({status.Stage.Kind.Kind}): {status.State.InPlan()}{State(explanation)}";
        if (explanation.LostIn is { } run)
            yield return $"  its result was there in run {run}, and is no longer in the store";
        if (explanation.Nearest is not { } nearest)
        {
            yield return $"  the store has no {(status.Result is null ? "" : "earlier ")}result of '{status.Stage.Kind.Kind}' to compare with";
            yield break;
        }
        var whose = explanation.NearestStage is { } name ? $" of {name}" : "";
        yield return $"  {(status.Result is null ? "differs from the nearest stored result" : "when it was made, it differed from the nearest result")}{whose} (key {nearest.Key[..ShownDigest]}, made {Format.Age(nearest.Provenance.Started)}) in {Format.Count(explanation.Lines.Count, "line")}:";
        var rows = explanation.Lines.Select(l => (l.What, Change: $"{Short(l.Before)} -> {Short(l.After)}", l.Place)).ToList();
        foreach (var row in rows)
            yield return $"    {row.What.PadRight(rows.Max(r => r.What.Length))}  {row.Change.PadRight(rows.Max(r => r.Change.Length))}  {row.Place}";
    }

    public static JsonNode ToJson(IReadOnlyList<Explanation> explanations) => new JsonArray([.. explanations.Select(ToJson)]);

    private static JsonNode ToJson(Explanation explanation) => new JsonObject
    {
        ["stage"] = explanation.Status.Stage.Name,
        ["kind"] = explanation.Status.Stage.Kind.Kind,
        ["state"] = explanation.Status.State.InPlan(),
        ["key"] = explanation.Status.Document?.Key,
        ["resumes_at"] = explanation.Status.ResumesAt,
        ["lost_in_run"] = explanation.LostIn,
        ["nearest"] = explanation.Nearest is not { } nearest ? null : new JsonObject
        {
            ["key"] = nearest.Key,
            ["stage"] = explanation.NearestStage,
            ["made"] = nearest.Provenance.Started,
        },
        ["differences"] = new JsonArray([.. explanation.Lines.Select(line => (JsonNode)new JsonObject
        {
            ["what"] = line.What,
            ["before"] = line.Before,
            ["after"] = line.After,
            ["place"] = line.Place,
        })]),
    };

    private static string State(Explanation explanation) => explanation.Status switch
    {
        { Result: { } result } => $", its result is in the store (key {result.Key[..ShownDigest]}, made {Format.Age(result.Provenance.Started)}, in {Duration.Text(result.Provenance.Seconds)})",
        { ResumesAt: { } step } => $" at step {step}, from the checkpoint of this very computation",
        { WaitsFor: { Count: > 0 } waits } => $", unknown until {string.Join(", ", waits)} {(waits.Count == 1 ? "has" : "have")} run",
        { State: StageState.Blocked } => ", a file is missing",
        _ => "",
    };

    /// <summary>A digest as its first digits, a long value cut, and <c>nothing</c> for a missing value.</summary>
    private static string Short(string? value) => value switch
    {
        null => "nothing",
        { Length: 64 } when value.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0 => value[..ShownDigest],
        { Length: > LongestValue } => value[..LongestValue] + "…",
        _ => value,
    };
}
