// Writes a run's events to its log file.
using Serilog;
using Tlpipe.Engine.Execution;
using Tlpipe.Formats;

namespace Tlpipe.Hosting;

/// <summary>A line of the log for each event.</summary>
internal sealed class LoggedReporter(ILogger log)
{
    public void Write(RunEvent happened)
    {
        switch (happened)
        {
            case RunStarted e:
                log.Information("run of {Config}: {Stages}", e.Pipeline.ConfigPath, e.Stages.Select(s => s.Name));
                break;
            case StageReused e:
                log.Information("{Stage} reused, key {Key}", e.Stage.Name, e.Result.Key);
                break;
            case StageWaiting e:
                log.Information("{Stage} waits for another process that computes the same result", e.Stage.Name);
                break;
            case StageStarted e:
                log.Information("{Stage} runs as {Kind}", e.Stage.Name, e.Stage.Kind.Kind);
                break;
            case StageReported e:
                log.Information("{Stage} {News}", e.Stage.Name, OneLine.Visible(e.News.ToString()));
                break;
            case StageComputed e:
                log.Information("{Stage} done in {Seconds:0.0} s, key {Key}, in {Folder}", e.Stage.Name, e.Result.Provenance.Seconds, e.Result.Key, e.Folder);
                break;
            case StageStopped e:
                log.Warning("{Stage} stopped on request", e.Stage.Name);
                break;
            case StageFailed e:
                log.Error("{Stage} failed: {Why}", e.Stage.Name, e.Why);
                break;
            case StageSkipped e:
                log.Warning("{Stage} skipped, because {Failed} failed", e.Stage.Name, e.Because.Name);
                break;
            case RunEnded e:
                log.Information("the run ended: {Outcome}", e.Outcome);
                break;
        }
    }
}
