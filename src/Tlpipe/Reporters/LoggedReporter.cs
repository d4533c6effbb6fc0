// Writes a run's news to its log file.
using Serilog;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Reporters;

/// <summary>A line of the log for everything that it is told.</summary>
internal sealed class LoggedReporter(ILogger log) : IRunReporter
{
    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages) =>
        log.Information("run of {Config}: {Stages}", pipeline.ConfigPath, stages.Select(s => s.Name));

    public void Reused(StageInstance stage, StoredResult result) =>
        log.Information("{Stage} reused, key {Key}", stage.Name, result.Key);

    public void Waiting(StageInstance stage) =>
        log.Information("{Stage} waits for another process that computes the same", stage.Name);

    public void Running(StageInstance stage) =>
        log.Information("{Stage} runs as {Kind}", stage.Name, stage.Kind.Kind);

    public void News(StageInstance stage, StageEvent news) =>
        log.Information("{Stage} {News}", stage.Name, news);

    public void Done(StageInstance stage, StoredResult result, string folder) =>
        log.Information("{Stage} done in {Seconds:0.0} s, key {Key}, in {Folder}", stage.Name, result.Provenance.Seconds, result.Key, folder);

    public void Interrupted(StageInstance stage) =>
        log.Warning("{Stage} stopped on request", stage.Name);

    public void Failed(StageInstance stage, Diagnostic why) =>
        log.Error("{Stage} failed: {Why}", stage.Name, why);

    public void Skipped(StageInstance stage, StageInstance because) =>
        log.Warning("{Stage} skipped, because {Failed} failed", stage.Name, because.Name);

    public void Ended(RunOutcome outcome) =>
        log.Information("the run ended: {Outcome}", outcome);
}
