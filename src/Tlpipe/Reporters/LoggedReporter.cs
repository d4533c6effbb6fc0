// Passes a run's news on to another reporter, and writes them to the run's log file.
using Serilog;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Reporters;

/// <summary>Keeps a record of everything that <paramref name="shown"/> is told.</summary>
internal sealed class LoggedReporter(IRunReporter shown, ILogger log) : IRunReporter
{
    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages)
    {
        log.Information("run of {Config}: {Stages}", pipeline.ConfigPath, stages.Select(s => s.Name));
        shown.Started(pipeline, stages);
    }

    public void Reused(StageInstance stage, StoredResult result)
    {
        log.Information("{Stage} reused, key {Key}", stage.Name, result.Key);
        shown.Reused(stage, result);
    }

    public void Running(StageInstance stage)
    {
        log.Information("{Stage} runs as {Kind}", stage.Name, stage.Kind.Kind);
        shown.Running(stage);
    }

    public void News(StageInstance stage, StageEvent news)
    {
        log.Information("{Stage} {News}", stage.Name, news);
        shown.News(stage, news);
    }

    public void Done(StageInstance stage, StoredResult result, string folder)
    {
        log.Information("{Stage} done in {Seconds:0.0} s, key {Key}, in {Folder}", stage.Name, result.Provenance.Seconds, result.Key, folder);
        shown.Done(stage, result, folder);
    }

    public void Interrupted(StageInstance stage)
    {
        log.Warning("{Stage} stopped on request", stage.Name);
        shown.Interrupted(stage);
    }

    public void Failed(StageInstance stage)
    {
        log.Error("{Stage} failed", stage.Name);
        shown.Failed(stage);
    }

    public void Ended() => shown.Ended();
}
