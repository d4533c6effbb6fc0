// Runs a pipeline: every wanted stage after the ones it depends on. Stored results are reused.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>The user's options for a run.</summary>
/// <param name="Targets">The wanted stages or instances, with all that they depend on; empty for all.</param>
/// <param name="Forced">The stages or instances to compute although the store has their result.</param>
/// <param name="OutputFolder">The folder that shows results, in a folder for each instance.</param>
public sealed record RunOptions(IReadOnlyList<string> Targets, IReadOnlyList<string> Forced, string OutputFolder)
{
    /// <summary>The most stages at once. Default: as many as the machine has room for; a training takes all cores.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Whether a failure stops only the stages that depend on the failed one. Default: false.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>The options for fetched content.</summary>
    public OriginOptions Origins { get; init; } = new();

    /// <summary>The <c>-p</c> arguments, for the store's record of the run.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>A store that is shared with other machines; null for none.</summary>
    public RemoteOptions? Remote { get; init; }

    /// <summary>Which failures are retried.</summary>
    public Retries Retries { get; init; } = Retries.Default;
}

/// <summary>Runs pipelines.</summary>
/// <param name="store">The store with the results.</param>
/// <param name="catalog">The stage kinds.</param>
/// <param name="versions">Names and versions of the libraries that compute, for the results' records.</param>
/// <param name="child">How to start a process that computes one stage.</param>
/// <param name="explain">Explains an exception of a stage to the user; null if it cannot.</param>
/// <param name="report">Receives the events, one at a time, without the value of any secret.</param>
/// <param name="machine">The resources that the stages may take together.</param>
public sealed class Runner(
    ResultStore store,
    StageCatalog catalog,
    IReadOnlyDictionary<string, string> versions,
    ChildCommand child,
    Func<Exception, Failed?> explain,
    Action<RunEvent> report,
    Machine machine)
{
    /// <summary>How often one file is repaired in a run: a disk that damages it each time would never end.</summary>
    private const int MaxRepairs = 3;
    private readonly OutputView view = new(store);
    private readonly Lock reporting = new();

    /// <summary>The run's downloads from and uploads to a shared store; null if it has none.</summary>
    public RemoteTraffic? Traffic { get; private set; }

    /// <summary>Runs a pipeline.</summary>
    /// <returns>The results of the wanted instances and of all they depend on.</returns>
    /// <exception cref="PipelineException">The user has to change something.</exception>
    /// <exception cref="StageFailedException">A stage failed for another reason.</exception>
    /// <exception cref="OperationCanceledException">The user asked to stop.</exception>
    public IReadOnlyDictionary<string, StoredResult> Run(Pipeline pipeline, RunOptions options, Interruption interruption)
    {
        var wanted = Selection.Wanted(pipeline, options.Targets);
        var forced = Selection.Named(pipeline, options.Forced).Select(s => s.Name).ToHashSet();
        var origins = new Origins(pipeline, options.Origins, (stage, news) => Report(new StageReported(stage, news)), interruption.Stopping);
        if (wanted.SelectMany(InstanceKeys.MissingFiles).Concat(origins.Mistakes(wanted)).ToList() is { Count: > 0 } missing)
            throw new PipelineException(missing);

        var outcome = RunOutcome.Failed;
        Report(new RunStarted(pipeline, wanted));
        using var root = store.BeginRun(RunNote.Now(pipeline.Name, Path.GetFullPath(pipeline.ConfigPath), options.Properties));
        using var shared = options.Remote is { } remote
            ? new SharedStore(store, remote, text => Report(new StageReported(wanted[0], new Warned(text))), interruption.Stopping)
            : null;
        try
        {
            var results = Repairing(new RunTask(pipeline, wanted, forced, [], origins, root, shared, options, interruption));
            shared?.Finish();
            Traffic = shared?.Traffic;
            outcome = RunOutcome.Done;
            return results;
        }
        catch (OperationCanceledException)
        {
            outcome = RunOutcome.Interrupted;
            throw;
        }
        finally
        {
            Report(new RunEnded(outcome));
        }
    }

    /// <summary>Runs until no stored file turns out to be damaged or missing: the stage that made such a file counts as not computed then.</summary>
    private IReadOnlyDictionary<string, StoredResult> Repairing(RunTask task)
    {
        var computation = new StageComputation(store, catalog, versions, child, task.Options.Retries, explain);
        var repairs = new Dictionary<string, int>(StringComparer.Ordinal);
        while (true)
        {
            try
            {
                return new ParallelRun(task, store, view, computation, machine, Report).Run();
            }
            catch (MissingRemotelyException)
            {
                // Not counted: the shared store is not asked for that file again, so the loop ends.
            }
            catch (DamagedResultException e) when (repairs.GetValueOrDefault(e.Message) < MaxRepairs)
            {
                // The store has moved the damaged file aside. The message names the file and its result.
                repairs[e.Message] = repairs.GetValueOrDefault(e.Message) + 1;
            }
            catch (DamagedResultException e)
            {
                throw new PipelineException(null, ErrorCode.Store, $"{e.Message}, although it was computed again {MaxRepairs} times; check the disk of {store.Root}");
            }
        }
    }

    /// <summary>Stages run beside each other and report from threads of their own.</summary>
    private void Report(RunEvent happened)
    {
        lock (reporting)
            report(happened.Redacted());
    }
}
