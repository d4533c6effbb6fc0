// Runs one pipeline, and carries it with a host once there is something to carry.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;
using Tlpipe.Stages;

namespace Tlpipe.Hosting;

/// <summary>
/// Runs a pipeline. The host, with its answer to Ctrl-C and the log file, is started when the first stage begins to compute: a run that finds everything
/// in the store is over sooner than a host has started. Until then Ctrl-C just ends the process, and nothing is lost by it.
/// </summary>
internal sealed class RunService(Pipeline pipeline, ResultStore store, RunWishes wishes, IReadOnlyList<IRunReporter> reporters)
{
    private Runner? runner;

    /// <summary>What went to and from a shared store, once the run has ended; null where there is none.</summary>
    public RemoteTraffic? Traffic => runner?.Traffic;

    /// <summary>Runs to the end.</summary>
    /// <returns>The results.</returns>
    public IReadOnlyDictionary<string, StoredResult> Run()
    {
        using var interruption = new Interruption();
        using var host = new RunHost(pipeline, wishes, interruption);
        runner = new Runner(
            store, StageKinds.Catalog, Versions.OfThisProgram, ThisProgram.Child,
            e => StageFailures.Explain(e) ?? StageFailures.Defect(e), new Engine.Runs.Reporters([host, .. reporters]), ThisMachine.Resources(pipeline.Runtime));
        try
        {
            return runner.Run(pipeline, wishes, interruption);
        }
        catch (Exception e)
        {
            host.Log?.Error("the run of {Config} ended: {Error}", pipeline.ConfigPath, Secret.Redact(e.ToString()));
            throw;
        }
    }
}
