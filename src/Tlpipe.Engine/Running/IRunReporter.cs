// Who is told what happens during a run.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>Shows a run to somebody. Calls come one at a time.</summary>
public interface IRunReporter
{
    /// <summary>A run begins.</summary>
    void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages);

    /// <summary>A stage's result was in the store.</summary>
    void Reused(StageInstance stage, StoredResult result);

    /// <summary>A stage begins to compute.</summary>
    void Running(StageInstance stage);

    /// <summary>A running stage tells something.</summary>
    void News(StageInstance stage, StageEvent news);

    /// <summary>A stage has computed its result, or another process has in the meantime.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="result">Its result.</param>
    /// <param name="folder">Where its outputs can be looked at.</param>
    void Done(StageInstance stage, StoredResult result, string folder);

    /// <summary>A stage stopped because somebody asked it to.</summary>
    void Interrupted(StageInstance stage);

    /// <summary>A stage could not go on.</summary>
    void Failed(StageInstance stage);

    /// <summary>The run is over, however it ended.</summary>
    void Ended();
}
