// Writes the events of a run, a line of JSON for each.
using System.Text.Json;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Runs;

/// <summary>Writes <see cref="EventLine"/>s. Each line is flushed, so that a killed run's record ends with what it did last.</summary>
/// <param name="output">Receives the lines; not disposed.</param>
/// <param name="clock">The source of the time.</param>
/// <param name="broken">Receives the reason once, if the lines cannot be written; null raises it.</param>
public sealed class EventLog(TextWriter output, TimeProvider clock, Action<string>? broken = null)
{
    private bool isBroken;

    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, long> lastProgress = new(StringComparer.Ordinal);

    /// <summary>Writes an event. A stage's progress is written at most once a second.</summary>
    public void Write(RunEvent happened)
    {
        if (happened is StageReported { News: Progress } progress && !IsDue(progress.Stage.Name))
            return;
        if (isBroken)
            return;
        try
        {
            output.WriteLine(Secret.Redact(Line(happened.Redacted()).ToJson(), users: false));
            output.Flush();
        }
        catch (IOException e) when (broken is not null)
        {
            // The stages and their results do not depend on it.
            isBroken = true;
            broken(e.Message);
        }
    }

    private bool IsDue(string stage)
    {
        if (lastProgress.TryGetValue(stage, out var last) && clock.GetElapsedTime(last) < LeastInterval)
            return false;
        lastProgress[stage] = clock.GetTimestamp();
        return true;
    }

    private EventLine Line(RunEvent happened)
    {
        var line = new EventLine { Time = clock.GetUtcNow(), Event = happened.Name, Stage = (happened as StageChanged)?.Stage.Name };
        return happened switch
        {
            RunStarted started => line with { Stages = started.Stages.Count },
            StageReused reused => WithResult(line, reused.Result),
            StageComputed computed => WithResult(line, computed.Result),
            StageFailed failed => line with { Code = failed.Why.Code, Message = failed.Why.ToString() },
            StageSkipped skipped => line with { Message = $"{skipped.Because.Name} failed" },
            StageReported reported => WithNews(line, reported),
            RunEnded ended => line with { Outcome = ended.Outcome.ToString().ToLowerInvariant() },
            _ => line,
        };
    }

    private static EventLine WithResult(EventLine line, StoredResult result) => line with
    {
        Key = result.Key,
        Document = result.Document,
        Outputs = result.Outputs,
        Measured = result.Measured.Count == 0 ? null : result.Measured,
        Seconds = result.Provenance.Seconds,
    };

    private static EventLine WithNews(EventLine line, StageReported reported)
    {
        var news = JsonSerializer.SerializeToNode(reported.News, RunningJson.Default.StageEvent)!.AsObject();
        // The line has its name already.
        news.Remove("event");
        return line with { Stage = reported.Stage.Name, News = news };
    }
}
