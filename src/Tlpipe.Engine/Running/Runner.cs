// Runs a pipeline: every wanted stage after the ones it depends on, reusing what the store has.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>What a person asks of a run.</summary>
/// <param name="Targets">The stages or instances wanted, with all they depend on; empty means all.</param>
/// <param name="Forced">The stages or instances to compute even where the store has their result.</param>
/// <param name="OutputFolder">Where results are shown, in a folder for each instance.</param>
public sealed record RunWishes(IReadOnlyList<string> Targets, IReadOnlyList<string> Forced, string OutputFolder)
{
    /// <summary>What is wished for content from elsewhere.</summary>
    public OriginWishes Origins { get; init; } = new();

    /// <summary>What was given with <c>-p</c>, for the store's record of the run.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];
}

/// <summary>Runs pipelines.</summary>
/// <param name="store">Where results are.</param>
/// <param name="catalog">The stage kinds.</param>
/// <param name="versions">Names and versions of the libraries that compute, for the results' records.</param>
/// <param name="child">How to start a process that computes one stage.</param>
/// <param name="explain">Says what an exception of a stage means to a person; null lets it pass.</param>
/// <param name="reporter">Is told what happens.</param>
public sealed class Runner(
    ResultStore store,
    StageCatalog catalog,
    IReadOnlyDictionary<string, string> versions,
    ChildCommand child,
    Func<Exception, Failed?> explain,
    IRunReporter reporter)
{
    private const int MaxRepairs = 3;
    private readonly OutputView view = new(store);

    /// <summary>Runs a pipeline.</summary>
    /// <returns>The results of the wanted instances and of all they depend on.</returns>
    /// <exception cref="PipelineException">The user has to change something.</exception>
    /// <exception cref="StageFailedException">A stage failed for another reason.</exception>
    /// <exception cref="OperationCanceledException">Somebody asked to stop.</exception>
    public IReadOnlyDictionary<string, StoredResult> Run(Pipeline pipeline, RunWishes wishes, Interruption interruption)
    {
        var wanted = Selection.Wanted(pipeline, wishes.Targets);
        var forced = Selection.Named(pipeline, wishes.Forced).Select(s => s.Name).ToHashSet();
        var origins = new Origins(pipeline, wishes.Origins, reporter.News, interruption.Stopping);
        if (wanted.SelectMany(InstanceKeys.MissingFiles).Concat(origins.Mistakes(wanted)).ToList() is { Count: > 0 } missing)
            throw new PipelineException(missing);

        var told = new HashSet<string>(StringComparer.Ordinal);
        reporter.Started(pipeline, wanted);
        using var root = store.BeginRun(RunNote.Now(pipeline.Name, Path.GetFullPath(pipeline.ConfigPath), wishes.Properties));
        try
        {
            for (var repairs = 0; ; repairs++)
            {
                try
                {
                    return RunOnce(pipeline, wanted, forced, told, origins, root, wishes.OutputFolder, interruption);
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
        finally
        {
            reporter.Ended();
        }
    }

    /// <param name="pipeline">The pipeline.</param>
    /// <param name="wanted">The instances to have results of.</param>
    /// <param name="forced">Those still to be computed even where the store has their result.</param>
    /// <param name="told">Those reported already: a run that begins anew after a repair does not report them twice.</param>
    /// <param name="origins">Where content from elsewhere is.</param>
    /// <param name="root">Where the store keeps what this run uses.</param>
    /// <param name="outputFolder">Where results are shown.</param>
    /// <param name="interruption">Ends the run.</param>
    private IReadOnlyDictionary<string, StoredResult> RunOnce(
        Pipeline pipeline, IReadOnlyList<StageInstance> wanted, HashSet<string> forced, HashSet<string> told, Origins origins, RunRoot root,
        string outputFolder, Interruption interruption)
    {
        var resolution = new Resolution(pipeline, store, origins, root);
        foreach (var stage in wanted)
        {
            interruption.Stopping.ThrowIfCancellationRequested();
            var status = resolution.Resolve(stage, fetch: true);
            var folder = Path.Combine(outputFolder, stage.Name);
            var force = forced.Remove(stage.Name);
            if (status is { State: StageState.Reused, Result: { } stored } && !force)
            {
                view.Show(stored, folder);
                if (told.Add(stage.Name))
                    reporter.Reused(stage, stored);
                continue;
            }
            // A file that was there when the run began may be gone by now.
            if (status.Mistakes is { } mistakes)
                throw new PipelineException(mistakes);
            var document = status.Document ?? throw new InvalidOperationException($"'{stage.Name}' has no key although its inputs are there");
            var result = Compute(stage, Request(pipeline, stage, document, resolution, force) with { Origin = status.Origin?.Details }, interruption);
            resolution.Add(stage, result);
            view.Show(result, folder);
            told.Add(stage.Name);
            reporter.Done(stage, result, folder);
            WarnOfSurprises(stage, result);
        }
        return resolution.Results;
    }

    private StageRequest Request(Pipeline pipeline, StageInstance stage, KeyDocument document, Resolution resolution, bool force) => new(
        stage.Name,
        store.Root,
        document,
        OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: false, references: true),
        OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: true),
        stage.Inputs.Select(i => i.Input.Stage).Distinct().ToDictionary(name => name, name => resolution.Results[name].Key),
        pipeline.Runtime.Device,
        pipeline.Numerics.Word,
        pipeline.Runtime.Threads ?? Environment.ProcessorCount,
        pipeline.Runtime.CheckpointEvery,
        force);

    private StoredResult Compute(StageInstance stage, StageRequest request, Interruption interruption)
    {
        reporter.Running(stage);
        void Tell(StageEvent news) => reporter.News(stage, news);
        try
        {
            if (stage.Kind.UsesTensors)
                return new ChildProcess(child, store, Tell).Compute(request, interruption);
            return new StageExecution(catalog, versions, Tell).Execute(request, interruption.Stopping);
        }
        catch (OperationCanceledException)
        {
            reporter.Interrupted(stage);
            throw;
        }
        catch (DamagedResultException)
        {
            reporter.News(stage, new Warned("a stored file that it reads is damaged; the stage that made it runs again"));
            throw;
        }
        catch (Exception e) when (Explained(e) is { } failure)
        {
            reporter.Failed(stage);
            var diagnostic = new Diagnostic(stage.Location, failure.Code, $"stage '{stage.Name}': {failure.Message}");
            // What is left is the user's to change: data, a condition, the device.
            if (failure.Code is not (ErrorCode.StageFailed or ErrorCode.OutOfMemory or ErrorCode.Store or ErrorCode.Unreachable or ErrorCode.BadDownload or ErrorCode.DownloadFolder))
                throw new PipelineException([diagnostic]);
            throw new StageFailedException(diagnostic, e);
        }
    }

    private Failed? Explained(Exception exception) => exception switch
    {
        ChildFailedException child => child.Failure,
        _ => explain(exception),
    };

    private void WarnOfSurprises(StageInstance stage, StoredResult result)
    {
        foreach (var (output, expectations) in stage.Expected)
            foreach (var (name, expected) in expectations.Values)
                if (result.Outputs[output].Facts.TryGetValue(name, out var actual) && actual != expected)
                    reporter.News(stage, new Warned($"{name} is {actual:N0} where the config expects {expected:N0}"));
    }
}
