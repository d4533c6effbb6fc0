// Runs one pipeline, and carries it with a host once there is something to carry.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Store;
using Tlpipe.Stages;

namespace Tlpipe.Hosting;

/// <summary>
/// Runs a pipeline. The host, which handles Ctrl-C and writes the log file, starts when the first stage begins to compute: a run that finds all results
/// in the store ends before a host would have started. Until then Ctrl-C ends the process, which loses nothing.
/// </summary>
internal sealed class RunService(Pipeline pipeline, ResultStore store, RunOptions options, Action<RunEvent> report)
{
    private Runner? runner;

    /// <summary>The downloads from and uploads to a shared store, once the run has ended; null if it has none.</summary>
    public RemoteTraffic? Traffic => runner?.Traffic;

    /// <summary>Runs to the end.</summary>
    /// <returns>The results.</returns>
    public IReadOnlyDictionary<string, StoredResult> Run()
    {
        using var interruption = new Interruption();
        using var host = new RunHost(pipeline, options, interruption);
        runner = new Runner(
            store, StageKinds.Catalog, Versions.OfThisProgram, ThisProgram.Child,
            e => StageFailures.Explain(e) ?? StageFailures.Defect(e), host.Hear + report, ThisMachine.Resources(pipeline.Runtime));
        try
        {
            return runner.Run(pipeline, options, interruption);
        }
        catch (Exception e)
        {
            host.Log?.Error("the run of {Config} ended: {Error}", pipeline.ConfigPath, Secret.Redact(e.ToString()));
            throw;
        }
    }
}
