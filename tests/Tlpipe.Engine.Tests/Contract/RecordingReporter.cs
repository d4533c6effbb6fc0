// Remembers what happened in a run.
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Contract;

/// <summary>Names of instances by their final state.</summary>
internal sealed class RecordingReporter
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

    public void Hear(RunEvent happened)
    {
        switch (happened)
        {
            case StageReused e:
                ReusedStages.Add(e.Stage.Name);
                break;
            case StageWaiting e:
                WaitedFor.Add(e.Stage.Name);
                OnWaiting();
                break;
            case StageReported e:
                Heard.Add((e.Stage.Name, e.News));
                OnNews(e.News);
                break;
            case StageComputed e:
                Computed.Add(e.Stage.Name);
                OnDone(e.Stage.Name);
                break;
            case StageFailed e:
                FailedStages.Add(e.Stage.Name);
                OnFailed();
                break;
            case StageSkipped e:
                SkippedStages.Add((e.Stage.Name, e.Because.Name));
                break;
            case RunEnded e:
                Outcome = e.Outcome;
                break;
        }
    }
}
