// Writes what happens in a run, a line of JSON each, and passes it on.
using System.Text.Json;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Runs;

/// <summary>Writes <see cref="RunEvent"/>s. Each line is flushed, so that a killed run's record ends with what it did last.</summary>
/// <param name="output">Where the lines go; not disposed.</param>
/// <param name="clock">Tells the time.</param>
public sealed class EventLog(TextWriter output, TimeProvider clock) : IRunReporter
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, long> lastProgress = new(StringComparer.Ordinal);

    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages) => Write(Event("started") with { Stages = stages.Count });

    public void Reused(StageInstance stage, StoredResult result) => Write(WithResult("reused", stage, result));

    public void Waiting(StageInstance stage) => Write(Event("waiting", stage));

    public void Running(StageInstance stage) => Write(Event("running", stage));

    public void News(StageInstance stage, StageEvent news)
    {
        if (news is Progress && lastProgress.TryGetValue(stage.Name, out var last) && clock.GetElapsedTime(last) < LeastInterval)
            return;
        if (news is Progress)
            lastProgress[stage.Name] = clock.GetTimestamp();
        var told = JsonSerializer.SerializeToNode(news, RunningJson.Default.StageEvent)!.AsObject();
        var name = told["event"]!.GetValue<string>();
        told.Remove("event");
        Write(Event(name, stage) with { News = told });
    }

    public void Done(StageInstance stage, StoredResult result, string folder) => Write(WithResult("done", stage, result));

    public void Interrupted(StageInstance stage) => Write(Event("interrupted", stage));

    public void Failed(StageInstance stage, Diagnostic why) => Write(Event("failed", stage) with { Code = why.Code, Message = why.ToString() });

    public void Skipped(StageInstance stage, StageInstance because) => Write(Event("skipped", stage) with { Message = $"{because.Name} failed" });

    public void Ended(RunOutcome outcome) => Write(Event("ended") with { Outcome = outcome.ToString().ToLowerInvariant() });

    private RunEvent Event(string name, StageInstance? stage = null) => new() { Time = clock.GetUtcNow(), Event = name, Stage = stage?.Name };

    private RunEvent WithResult(string name, StageInstance stage, StoredResult result) => Event(name, stage) with
    {
        Key = result.Key,
        Document = result.Document,
        Outputs = result.Outputs,
        Measured = result.Measured.Count == 0 ? null : result.Measured,
        Seconds = result.Provenance.Seconds,
    };

    private void Write(RunEvent happened)
    {
        output.WriteLine(Secret.Redact(happened.ToLine()));
        output.Flush();
    }
}
