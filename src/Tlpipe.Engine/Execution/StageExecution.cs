// Computes one stage instance from its request and publishes the result; the same code in the parent and in a child process.
using System.Diagnostics;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>Carries out a <see cref="StageRequest"/>.</summary>
/// <param name="catalog">The stage kinds.</param>
/// <param name="versions">Names and versions of the libraries that compute, for the result's record.</param>
/// <param name="report">Receives what the stage reports.</param>
public sealed class StageExecution(StageCatalog catalog, IReadOnlyDictionary<string, string> versions, Action<StageEvent> report)
{
    /// <summary>
    /// Takes the key's lease, computes, and publishes. If another process published the same result while this one waited for the lease, returns
    /// that result.
    /// </summary>
    /// <exception cref="OperationCanceledException">The user asked to stop; a checkpoint holds the state.</exception>
    /// <exception cref="DamagedResultException">An input's file in the store is damaged; the stage that made it has to run again.</exception>
    public StoredResult Execute(StageRequest request, CancellationToken stopping)
    {
        var store = ResultStore.Open(request.Store, catalog);
        var document = request.Document;
        var key = document.Key;
        if (!catalog.TryGet(document.Stage, out var kind))
            throw new ArgumentException($"there is no stage kind '{document.Stage}'");
        // The program may have been replaced during the run. Its results belong under another key now.
        if (kind.Version != document.Version)
            throw new PipelineException(
                null, ErrorCode.StageFailed, $"tlpipe was replaced while it ran: {kind.Kind} has version {kind.Version} and not {document.Version}; run again");
        while (true)
        {
            using var lease = LeaseNews.TakeLease(store, key, report, stopping);
            if (!request.Force && store.Find(key) is { } published)
            {
                report(new AlreadyThere());
                return published;
            }
            try
            {
                return Compute(request, kind, store, lease, stopping);
            }
            // Who took it over has removed what this process was working with.
            catch (Exception e) when (e is LeaseLostException || (e is IOException or UnauthorizedAccessException or PipelineException && lease.IsLost))
            {
                report(new Warned("this process was paused for so long that another one took over the computation; waiting for it"));
            }
        }
    }

    private StoredResult Compute(StageRequest request, StageKind kind, ResultStore store, Lease lease, CancellationToken stopping)
    {
        var document = request.Document;
        var key = document.Key;
        var options = OptionsDocument.Read(kind.Options, request.Options, request.ExecutionOptions);
        // A stage with an origin checks its own content: its paths may be names on a server.
        var files = kind.HasOrigin ? null : WatchedFiles.Of(kind.Options, options, document, StatCache.OfThisUser);
        var started = DateTimeOffset.UtcNow;
        var watch = Stopwatch.StartNew();
        lease.Computing();
        using var run = new LocalStageRun(request, kind, store, key, lease, LeaseNews.Shared(lease, report), stopping);
        kind.Run(options, run);
        files?.CheckUnchanged();
        var provenance = new Provenance(
            started, watch.Elapsed.TotalSeconds, Environment.MachineName, versions.GetValueOrDefault("tlpipe", ""), request.Threads, run.UsedDevice ?? "cpu", versions)
        {
            ResumedAtSteps = run.ResumedAtSteps,
            PeakMemory = kind.UsesTensors ? PeakMemory() : null,
        };
        lease.ThrowIfLost();
        var result = store.Publish(key, document, run.Outputs(), run.Measured, provenance, replace: request.Force);
        lease.Published();
        store.Discard(key, lease);
        CrashPoint.Pass(CrashPoint.PartialDiscarded);
        return result;
    }

    // Only a stage with tensors has a process of its own, whose peak memory is the stage's.
    private static long PeakMemory()
    {
        using var process = Process.GetCurrentProcess();
        return process.PeakWorkingSet64;
    }
}
