// Who is told what happens during a run.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>How a run ended.</summary>
public enum RunOutcome
{
    /// <summary>Every wanted result is there.</summary>
    Done,

    /// <summary>A stage failed, or met something that the user has to change.</summary>
    Failed,

    /// <summary>Somebody asked to stop.</summary>
    Interrupted,
}

/// <summary>Shows a run to somebody. Calls come one at a time.</summary>
public interface IRunReporter
{
    /// <summary>A run begins.</summary>
    void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages);

    /// <summary>A stage's result was in the store.</summary>
    void Reused(StageInstance stage, StoredResult result);

    /// <summary>Another process computes the same result: this one waits for it. Until then the stage's news are that process's.</summary>
    void Waiting(StageInstance stage);

    /// <summary>A stage begins to compute.</summary>
    void Running(StageInstance stage);

    /// <summary>A running stage tells something.</summary>
    void News(StageInstance stage, StageEvent news);

    /// <summary>A stage has computed its result.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="result">Its result.</param>
    /// <param name="folder">Where its outputs can be looked at.</param>
    void Done(StageInstance stage, StoredResult result, string folder);

    /// <summary>A stage stopped because somebody asked it to.</summary>
    void Interrupted(StageInstance stage);

    /// <summary>A stage could not go on.</summary>
    void Failed(StageInstance stage, Diagnostic why);

    /// <summary>A stage is not computed, because one that it needs failed.</summary>
    void Skipped(StageInstance stage, StageInstance because);

    /// <summary>The run is over.</summary>
    void Ended(RunOutcome outcome);
}
