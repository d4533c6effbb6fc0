// Runs a pipeline: every wanted stage after the ones it depends on, reusing what the store has.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>What a person asks of a run.</summary>
/// <param name="Targets">The stages or instances wanted, with all they depend on; empty means all.</param>
/// <param name="Forced">The stages or instances to compute even where the store has their result.</param>
/// <param name="OutputFolder">Where results are shown, in a folder for each instance.</param>
public sealed record RunWishes(IReadOnlyList<string> Targets, IReadOnlyList<string> Forced, string OutputFolder)
{
    /// <summary>At most so many stages at once. Default: as many as the machine has room for, where a training takes all cores.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Whether to go on, after a failure, with what does not depend on the stage that failed. Default: false.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>What is wished for content from elsewhere.</summary>
    public OriginWishes Origins { get; init; } = new();

    /// <summary>What was given with <c>-p</c>, for the store's record of the run.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>A store that is shared with other machines; null for none.</summary>
    public RemoteOptions? Remote { get; init; }

    /// <summary>What is tried again.</summary>
    public Retries Retries { get; init; } = Retries.Default;
}

/// <summary>Runs pipelines.</summary>
/// <param name="store">Where results are.</param>
/// <param name="catalog">The stage kinds.</param>
/// <param name="versions">Names and versions of the libraries that compute, for the results' records.</param>
/// <param name="child">How to start a process that computes one stage.</param>
/// <param name="explain">Says what an exception of a stage means to a person; null lets it pass.</param>
/// <param name="reporter">Is told what happens.</param>
/// <param name="machine">What the stages may take together.</param>
public sealed class Runner(
    ResultStore store,
    StageCatalog catalog,
    IReadOnlyDictionary<string, string> versions,
    ChildCommand child,
    Func<Exception, Failed?> explain,
    IRunReporter reporter,
    Machine machine)
{
    private const int MaxRepairs = 3;
    private readonly OutputView view = new(store);

    /// <summary>What the run took from a shared store and gave to it; null where there was none.</summary>
    public RemoteTraffic? Traffic { get; private set; }

    /// <summary>Runs a pipeline.</summary>
    /// <returns>The results of the wanted instances and of all they depend on.</returns>
    /// <exception cref="PipelineException">The user has to change something.</exception>
    /// <exception cref="StageFailedException">A stage failed for another reason.</exception>
    /// <exception cref="OperationCanceledException">Somebody asked to stop.</exception>
    public IReadOnlyDictionary<string, StoredResult> Run(Pipeline pipeline, RunWishes wishes, Interruption interruption)
    {
        var wanted = Selection.Wanted(pipeline, wishes.Targets);
        var forced = Selection.Named(pipeline, wishes.Forced).Select(s => s.Name).ToHashSet();
        var told = new OneAtATime(reporter);
        var origins = new Origins(pipeline, wishes.Origins, told.News, interruption.Stopping);
        if (wanted.SelectMany(InstanceKeys.MissingFiles).Concat(origins.Mistakes(wanted)).ToList() is { Count: > 0 } missing)
            throw new PipelineException(missing);

        var outcome = RunOutcome.Failed;
        told.Started(pipeline, wanted);
        using var root = store.BeginRun(RunNote.Now(pipeline.Name, Path.GetFullPath(pipeline.ConfigPath), wishes.Properties));
        using var shared = wishes.Remote is { } remote
            ? new SharedStore(store, remote, text => told.News(wanted[0], new Warned(text)), interruption.Stopping)
            : null;
        try
        {
            var results = Repairing(new RunTask(pipeline, wanted, forced, [], origins, root, shared, wishes, interruption), told);
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
            told.Ended(outcome);
        }
    }

    private IReadOnlyDictionary<string, StoredResult> Repairing(RunTask task, IRunReporter told)
    {
        var computation = new StageComputation(store, catalog, versions, child, task.Wishes.Retries, explain);
        for (var repairs = 0; ; repairs++)
        {
            try
            {
                return new ParallelRun(task, store, view, computation, machine, told).Run();
            }
            catch (MissingRemotelyException)
            {
                // The shared store counts as not having it from now on, so this cannot go on for ever.
                repairs--;
            }
            catch (DamagedResultException) when (repairs < MaxRepairs)
            {
                // The store has put the damaged file aside, so the stage that made it now counts as not computed.
            }
            catch (DamagedResultException e)
            {
                throw new PipelineException(null, ErrorCode.Store, $"{e.Message}, and was so {MaxRepairs} times; check the disk of {store.Root}");
            }
        }
    }
}
