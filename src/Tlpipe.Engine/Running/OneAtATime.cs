// Lets one thread at a time speak to a reporter.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>Stages that run beside each other tell their news from threads of their own.</summary>
internal sealed class OneAtATime(IRunReporter reporter) : IRunReporter
{
    private readonly Lock speaking = new();

    public void Started(Pipeline pipeline, IReadOnlyList<StageInstance> stages)
    {
        lock (speaking)
            reporter.Started(pipeline, stages);
    }

    public void Reused(StageInstance stage, StoredResult result)
    {
        lock (speaking)
            reporter.Reused(stage, result);
    }

    public void Waiting(StageInstance stage)
    {
        lock (speaking)
            reporter.Waiting(stage);
    }

    public void Running(StageInstance stage)
    {
        lock (speaking)
            reporter.Running(stage);
    }

    public void News(StageInstance stage, StageEvent news)
    {
        lock (speaking)
            reporter.News(stage, news);
    }

    public void Done(StageInstance stage, StoredResult result, string folder)
    {
        lock (speaking)
            reporter.Done(stage, result, folder);
    }

    public void Interrupted(StageInstance stage)
    {
        lock (speaking)
            reporter.Interrupted(stage);
    }

    public void Failed(StageInstance stage, Diagnostic why)
    {
        lock (speaking)
            reporter.Failed(stage, why);
    }

    public void Skipped(StageInstance stage, StageInstance because)
    {
        lock (speaking)
            reporter.Skipped(stage, because);
    }

    public void Ended(RunOutcome outcome)
    {
        lock (speaking)
            reporter.Ended(outcome);
    }
}
