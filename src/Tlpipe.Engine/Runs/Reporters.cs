// Tells several reporters.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Runs;

/// <summary>Passes everything on to each of several reporters, in their order.</summary>
public sealed class Reporters(params IReadOnlyList<IRunReporter> all) : IRunReporter
{
    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages) => Each(r => r.Started(pipeline, stages));

    public void Reused(StageInstance stage, StoredResult result) => Each(r => r.Reused(stage, result));

    public void Waiting(StageInstance stage) => Each(r => r.Waiting(stage));

    public void Running(StageInstance stage) => Each(r => r.Running(stage));

    public void News(StageInstance stage, StageEvent news) => Each(r => r.News(stage, Secret.Redact(news)));

    public void Done(StageInstance stage, StoredResult result, string folder) => Each(r => r.Done(stage, result, folder));

    public void Interrupted(StageInstance stage) => Each(r => r.Interrupted(stage));

    public void Failed(StageInstance stage, Diagnostic why) => Each(r => r.Failed(stage, why with { Message = Secret.Redact(why.Message) }));

    public void Skipped(StageInstance stage, StageInstance because) => Each(r => r.Skipped(stage, because));

    public void Ended(RunOutcome outcome) => Each(r => r.Ended(outcome));

    private void Each(Action<IRunReporter> tell)
    {
        foreach (var reporter in all)
            tell(reporter);
    }
}
