// Remembers what a run told.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Contract;

/// <summary>Names of instances by what became of them.</summary>
internal sealed class RecordingReporter : IRunReporter
{
    public List<string> Computed { get; } = [];

    public List<string> ReusedStages { get; } = [];

    public List<string> WaitedFor { get; } = [];

    public List<string> FailedStages { get; } = [];

    public List<(string Stage, string Because)> SkippedStages { get; } = [];

    public List<(string Stage, StageEvent News)> Heard { get; } = [];

    public RunOutcome? Outcome { get; private set; }

    /// <summary>Called when a stage begins to wait for another process.</summary>
    public Action OnWaiting { get; set; } = () => { };

    /// <summary>Called when a stage is done.</summary>
    public Action<string> OnDone { get; set; } = _ => { };

    /// <summary>Called when a stage has failed.</summary>
    public Action OnFailed { get; set; } = () => { };

    /// <summary>Called with each stage's news.</summary>
    public Action<StageEvent> OnNews { get; set; } = _ => { };

    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages)
    {
    }

    public void Reused(StageInstance stage, StoredResult result) => ReusedStages.Add(stage.Name);

    public void Waiting(StageInstance stage)
    {
        WaitedFor.Add(stage.Name);
        OnWaiting();
    }

    public void Running(StageInstance stage)
    {
    }

    public void News(StageInstance stage, StageEvent news)
    {
        Heard.Add((stage.Name, news));
        OnNews(news);
    }

    public void Done(StageInstance stage, StoredResult result, string folder)
    {
        Computed.Add(stage.Name);
        OnDone(stage.Name);
    }

    public void Interrupted(StageInstance stage)
    {
    }

    public void Failed(StageInstance stage, Diagnostic why)
    {
        FailedStages.Add(stage.Name);
        OnFailed();
    }

    public void Skipped(StageInstance stage, StageInstance because) => SkippedStages.Add((stage.Name, because.Name));

    public void Ended(RunOutcome outcome) => Outcome = outcome;
}
