// The lines of events.jsonl.
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Runs;

/// <summary>
/// One line: <c>started</c> and <c>ended</c> of the run; <c>reused</c>, <c>waiting</c>, <c>running</c>, <c>done</c>, <c>failed</c>, <c>skipped</c> and <c>interrupted</c>
/// of a stage; and what a stage tells while it runs: <c>progress</c> (at most one a second), <c>epoch</c>, <c>note</c>, <c>warning</c>,
/// <c>checkpoint</c>, <c>resumed</c>. Members that a line has no use for are left out.
/// </summary>
public sealed record RunEvent
{
    /// <summary>When it was told, UTC.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>What happened.</summary>
    public required string Event { get; init; }

    /// <summary>The stage instance.</summary>
    public string? Stage { get; init; }

    /// <summary>The key of its result.</summary>
    public string? Key { get; init; }

    /// <summary>The content digests of its inputs, by role.</summary>
    public IReadOnlyDictionary<string, string>? Inputs { get; init; }

    /// <summary>Its outputs, by name, with digest, files and facts.</summary>
    public IReadOnlyDictionary<string, StoredOutput>? Outputs { get; init; }

    /// <summary>What was measured while it was made.</summary>
    public IReadOnlyDictionary<string, double>? Measured { get; init; }

    /// <summary>How long its computation took, or once took.</summary>
    public double? Seconds { get; init; }

    /// <summary>Why it failed or was skipped.</summary>
    public string? Message { get; init; }

    /// <summary>The number of the error.</summary>
    public string? Code { get; init; }

    /// <summary>How many stages a run has; with <c>started</c>.</summary>
    public int? Stages { get; init; }

    /// <summary>How a run ended; with <c>ended</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>What a stage told, with its own members.</summary>
    public JsonNode? News { get; init; }

    /// <summary>The event as a line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RunsJson.Readable.RunEvent);

    /// <summary>The events of a run, in order; a last line that a killed process left half-written is passed over.</summary>
    public static IReadOnlyList<RunEvent> Read(RunFolder run)
    {
        var events = new List<RunEvent>();
        try
        {
            foreach (var line in File.ReadLines(run.Events))
                if (Parse(line) is { } read)
                    events.Add(read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // The run ended before its first event.
        }
        return events;
    }

    private static RunEvent? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RunsJson.Readable.RunEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
