// The hosted service that runs one pipeline and then ends the host.
using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Hosting;
using Serilog;
using Tlpipe.Commands;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Store;

namespace Tlpipe.Hosting;

/// <summary>Runs the pipeline on a thread of its own, so that the host can listen to signals meanwhile.</summary>
internal sealed class RunService(
    Pipeline pipeline, ResultStore store, RunWishes wishes, Interruption interruption, IRunReporter reporter, IHostApplicationLifetime lifetime, ILogger log)
    : BackgroundService
{
    private Runner? runner;
    private ExceptionDispatchInfo? failure;
    private IReadOnlyDictionary<string, StoredResult>? results;

    /// <summary>What went to and from a shared store, once the host has ended; null where there is none.</summary>
    public RemoteTraffic? Traffic => runner?.Traffic;

    /// <summary>The results, once the host has ended; or raises what stopped the run.</summary>
    public IReadOnlyDictionary<string, StoredResult> Conclude()
    {
        failure?.Throw();
        return results ?? throw new InvalidOperationException("the run has neither results nor a failure");
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Run(
        () =>
        {
            try
            {
                runner = new Runner(
                    store, PipelineArguments.Catalog, Versions.OfThisProgram, ThisProgram.Child,
                    e => StageFailures.Explain(e) ?? StageFailures.Defect(e), reporter, ThisMachine.Resources(pipeline.Runtime));
                results = runner.Run(pipeline, wishes, interruption);
            }
            catch (Exception e)
            {
                log.Error(e, "the run of {Config} ended", pipeline.ConfigPath);
                failure = ExceptionDispatchInfo.Capture(e);
            }
            lifetime.StopApplication();
        },
        CancellationToken.None);
}
