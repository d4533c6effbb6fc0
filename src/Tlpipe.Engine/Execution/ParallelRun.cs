// One pass over the wanted stages: reuses stored results and computes the others, as many at a time as the machine has room for.
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>The part of a run that stays the same when it starts over after a repair.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Wanted">The wanted instances, each after all that it needs.</param>
/// <param name="Forced">Those that are still to be computed although the store has their result.</param>
/// <param name="Reported">Those whose end has been reported: it is not reported twice.</param>
/// <param name="Origins">The origins of fetched content.</param>
/// <param name="Root">The store's record of the keys that this run uses.</param>
/// <param name="Shared">A store that is shared with other machines; null for none.</param>
/// <param name="Options">The user's options.</param>
/// <param name="Interruption">Ends the run.</param>
internal sealed record RunTask(
    Pipeline Pipeline, IReadOnlyList<StageInstance> Wanted, HashSet<string> Forced, HashSet<string> Reported, Origins Origins, RunRoot Root, SharedStore? Shared,
    RunOptions Options, Interruption Interruption);

/// <summary>
/// Decides in one thread, computes in others. All decisions are made in <see cref="Run"/>'s thread. The other threads only compute and hand over
/// the outcome, so no lock is needed.
/// </summary>
internal sealed class ParallelRun(RunTask task, ResultStore store, OutputView view, StageComputation computation, Machine machine, Action<RunEvent> report)
{
    private readonly ReadyStages ready = new(task.Wanted);
    private readonly Resolution resolution = new(task.Pipeline, store, task.Origins, task.Root, task.Shared);
    private readonly History history = new(store);
    private readonly Budget budget = new(machine, task.Options.MaxParallel);
    private readonly BlockingCollection<Ended> endings = [];
    private readonly Dictionary<string, Begun> begun = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StageStatus> resolved = new(StringComparer.Ordinal);
    private readonly HashSet<string> mustBeAlone = new(StringComparer.Ordinal);
    private readonly List<StageFailure> failures = [];
    private Exception? end;
    private int done;

    /// <summary>A stage that was begun. Without a grant it waits for another process or fetches content.</summary>
    private sealed record Begun(StageInstance Stage, StageStatus Status, Grant? Grant, bool Force)
    {
        public string? Key { get; } = Status.Document?.Key;

        /// <summary>Whether another process was quicker.</summary>
        public bool WasThere { get; set; }
    }

    /// <summary>How it ended: with a result, with an exception, or with neither if it must be looked up again.</summary>
    private sealed record Ended(Begun Begun, StoredResult? Result, Exception? Problem);

    /// <summary>Whether no more stages begin. Running ones finish.</summary>
    private bool IsClosing =>
        end is not null || task.Interruption.Stopping.IsCancellationRequested || (failures.Count > 0 && !task.Options.KeepGoing);

    /// <summary>Runs to the end.</summary>
    /// <exception cref="DamagedResultException">A stored file is damaged: the pass has to start over.</exception>
    /// <exception cref="PipelineException">The user has to change something.</exception>
    /// <exception cref="StageFailedException">A stage failed for another reason.</exception>
    /// <exception cref="OperationCanceledException">The user asked to stop.</exception>
    public IReadOnlyDictionary<string, StoredResult> Run()
    {
        Decide(BeginAll);
        while (begun.Count > 0)
        {
            var ended = endings.Take();
            Decide(() => Conclude(ended));
            Decide(BeginAll);
        }
        if (failures.Count > 0)
            throw Failure();
        if (end is not null)
            ExceptionDispatchInfo.Throw(end);
        // Counting results would not do: a forced stage has its former one until the new one is computed.
        if (done < task.Wanted.Count)
            task.Interruption.Stopping.ThrowIfCancellationRequested();
        return resolution.Results;
    }

    /// <summary>An exception in a decision (a request to stop, a full disk) ends the run once the running stages have ended.</summary>
    private void Decide(Action decision)
    {
        try
        {
            decision();
        }
        catch (Exception e)
        {
            end ??= e;
        }
    }

    private void BeginAll()
    {
        var toCompute = new List<(StageInstance Stage, StageStatus Status)>();
        while (!IsClosing && ready.TryTake(out var stage))
            if (Resolve(stage!) is { } status)
                toCompute.Add((stage!, status));
        for (var i = 0; i < toCompute.Count; i++)
            if (IsClosing || !TryBegin(toCompute[i].Stage, toCompute[i].Status, toCompute.Count - i))
                ready.Add(toCompute[i].Stage);
    }

    /// <summary>The status of a stage that must be computed; null if it has ended, successfully or not.</summary>
    private StageStatus? Resolve(StageInstance stage)
    {
        try
        {
            if (!resolved.TryGetValue(stage.Name, out var status))
                resolved[stage.Name] = status = resolution.Resolve(stage);
            // A file may have been deleted since the run began.
            if (status.Mistakes is { } mistakes)
                throw new PipelineException(mistakes);
            if (status is not { State: StageState.Reused, Result: { } stored } || task.Forced.Contains(stage.Name))
                return status;
            if (task.Shared is not null && store.Find(stored.Key) is null)
                TakeRemote(stage, status, stored);
            else
                Reuse(stage, stored, show: true);
        }
        catch (PipelineException e)
        {
            Fail(stage, e.Diagnostics[0], e);
        }
        catch (DamagedResultException e)
        {
            end ??= e;
        }
        return null;
    }

    private void Reuse(StageInstance stage, StoredResult stored, bool show)
    {
        if (show)
            Show(stage, stored);
        if (task.Reported.Add(stage.Name))
            report(new StageReused(stage, stored));
        MarkDone(stage);
    }

    /// <summary>Downloads a result that only the shared store has, if the user asked for it. A stage downloads its inputs when it begins.</summary>
    private void TakeRemote(StageInstance stage, StageStatus status, StoredResult stored)
    {
        if (task.Shared!.BringsAll || IsAskedFor(stage))
            Begin(new Begun(stage, status, Grant: null, Force: false), _ => Bring(stored));
        else
            Reuse(stage, stored, show: false);
    }

    private StoredResult? Bring(StoredResult stored)
    {
        task.Shared!.Bring(stored);
        // The next lookup finds it in the store, or finds that the shared store no longer has it.
        return null;
    }

    private bool IsAskedFor(StageInstance stage) => task.Options.Targets.Count > 0
        ? Selection.Named(task.Pipeline, task.Options.Targets).Contains(stage)
        : task.Wanted.All(other => !other.Needs.Contains(stage.Name));

    private bool TryBegin(StageInstance stage, StageStatus status, int contenders)
    {
        if (status.Document is not { } document)
        {
            report(new StageStarted(stage));
            Begin(new Begun(stage, status, Grant: null, Force: false), Fetch);
            return true;
        }
        // Only one of several stages with the same key computes. The others find its result at their next lookup.
        if (begun.Values.Any(b => b.Key == document.Key))
        {
            resolved.Remove(stage.Name);
            return false;
        }
        using (var lease = store.TryTake(document.Key))
        {
            if (lease is null)
            {
                report(new StageWaiting(stage));
                Begin(new Begun(stage, status, Grant: null, Force: false), WaitForOther);
                return true;
            }
        }
        if (budget.TryTake(DemandOf(stage), contenders) is not { } grant)
            return false;
        var request = Request(stage, document, grant) with { Origin = status.Origin?.Details };
        report(new StageStarted(stage));
        var inputs = request.InputKeys.Keys.Select(name => (name, resolution.Results[name])).ToList();
        Begin(new Begun(stage, status, grant, task.Forced.Remove(stage.Name)), b => Compute(b, request with { Force = b.Force }, inputs));
        return true;
    }

    private void Begin(Begun stage, Func<Begun, StoredResult?> work)
    {
        begun.Add(stage.Stage.Name, stage);
        new Thread(() => endings.Add(Attempt(stage, work))) { IsBackground = true, Name = stage.Stage.Name }.Start();
    }

    private static Ended Attempt(Begun stage, Func<Begun, StoredResult?> work)
    {
        try
        {
            return new Ended(stage, work(stage), null);
        }
        catch (Exception e)
        {
            // The deciding thread raises it again.
            return new Ended(stage, null, e);
        }
    }

    private StoredResult? WaitForOther(Begun stage)
    {
        LeaseNews.TakeLease(store, stage.Key!, news => report(new StageReported(stage.Stage, news)), task.Interruption.Stopping).Dispose();
        return null;
    }

    /// <summary>Fetches content whose digest is unknown. Only after that does the stage have a key.</summary>
    private StoredResult? Fetch(Begun stage)
    {
        task.Origins.Of(stage.Stage, fetch: true);
        return null;
    }

    private StoredResult Compute(Begun stage, StageRequest request, IEnumerable<(string Name, StoredResult Result)> inputs)
    {
        if (task.Shared is { } shared && inputs.FirstOrDefault(i => !shared.Bring(i.Result)) is { Name: { } missing })
            throw new MissingRemotelyException(missing);
        DiskSpace.Check(store.Root, stage.Status.Work?.Bytes ?? 0, $"stage '{stage.Stage.Name}'");
        void Hear(StageEvent news)
        {
            if (news is AlreadyThere)
                stage.WasThere = true;
            else
                report(new StageReported(stage.Stage, news));
        }
        // A machine with one GPU needs no choice among them.
        var gpu = machine.Gpus.Count > 1 ? stage.Grant!.Gpu : null;
        var result = computation.Compute(stage.Stage, request, gpu, Hear, task.Interruption);
        Show(stage.Stage, result);
        task.Shared?.Push(result);
        return result;
    }

    /// <summary>Shows a result under outputs/. A full disk there is no reason to give up what is in the store.</summary>
    private void Show(StageInstance stage, StoredResult result)
    {
        try
        {
            view.Show(result, Folder(stage));
        }
        catch (PipelineException e)
        {
            report(new StageReported(stage, new Warned($"{e.Diagnostics[0].Message}; the result is in the store, and the same command shows it once that is mended")));
        }
    }

    private void Conclude(Ended ended)
    {
        var (stage, grant) = (ended.Begun.Stage, ended.Begun.Grant);
        begun.Remove(stage.Name);
        resolved.Remove(stage.Name);
        if (grant is not null)
            budget.Return(grant);
        // It is still to be computed: alone, or after its input has been computed again.
        if (ended.Begun.Force && ended.Result is null)
            task.Forced.Add(stage.Name);
        switch (ended.Problem)
        {
            case null when ended.Result is { } result:
                Done(ended.Begun, result);
                break;
            case null:
                ready.Add(stage);
                break;
            case OperationCanceledException:
                report(new StageStopped(stage));
                end ??= ended.Problem;
                break;
            case MissingRemotelyException missing:
                report(new StageReported(stage, new Warned($"the files of '{missing.Stage}' are no longer in the shared store; the stage runs here")));
                end ??= ended.Problem;
                break;
            case DamagedResultException:
                report(new StageReported(stage, new Warned("a stored file that it reads is damaged; the stage that made it runs again")));
                end ??= ended.Problem;
                break;
            case ComputationFailedException { Failure.Code: ErrorCode.OutOfMemory } when grant!.HadCompany && mustBeAlone.Add(stage.Name):
                report(new StageReported(stage, new Warned("memory ran out while other stages ran beside it; it runs again by itself")));
                ready.Add(stage);
                break;
            case ComputationFailedException failed:
                Fail(stage, new Diagnostic(stage.Location, failed.Failure.Code, $"stage '{stage.Name}': {failed.Failure.Message}"), failed.InnerException!);
                break;
            case PipelineException mistakes:
                Fail(stage, mistakes.Diagnostics[0], mistakes);
                break;
            default:
                end = ended.Problem;
                break;
        }
    }

    private void Done(Begun begun, StoredResult result)
    {
        var stage = begun.Stage;
        resolution.Add(stage, result);
        task.Reported.Add(stage.Name);
        if (begun.WasThere)
        {
            report(new StageReused(stage, result));
        }
        else
        {
            report(new StageComputed(stage, result, Folder(stage)));
            WarnOfSurprises(stage, result);
            if (result.Provenance.ResumedAtSteps.Count == 0)
                history.Add(task.Pipeline, stage, result, begun.Status.Work);
        }
        MarkDone(stage);
    }

    private void MarkDone(StageInstance stage)
    {
        done++;
        ready.Done(stage);
    }

    private void Fail(StageInstance stage, Diagnostic why, Exception cause)
    {
        failures.Add(new StageFailure(stage, why, cause));
        report(new StageFailed(stage, why));
        if (task.Options.KeepGoing)
            foreach (var behind in ready.Behind(stage))
                if (task.Reported.Add(behind.Name))
                    report(new StageSkipped(behind, stage));
    }

    private Exception Failure()
    {
        var diagnostics = failures.Select(f => f.Diagnostic).ToList();
        return failures.All(f => f.IsUsers) ? new PipelineException(diagnostics) : new StageFailedException(diagnostics, failures[0].Cause);
    }

    private Demand DemandOf(StageInstance stage)
    {
        var runtime = task.Pipeline.Runtime;
        var alone = mustBeAlone.Contains(stage.Name);
        // Integer results do not depend on the number of threads; sums of floats do. So a training's threads never depend on what runs beside it.
        if (!stage.Kind.UsesTensors)
            return new Demand(1, Elastic: true, Alone: alone);
        var gpus = Gpus(runtime.Device);
        var sharers = Math.Max(1, Math.Max(task.Options.MaxParallel ?? 1, gpus.Count));
        return new Demand(
            Math.Min(runtime.Threads ?? Math.Max(1, machine.Cores / sharers), machine.Cores),
            Memory: history.PeakMemory(task.Pipeline, stage), Gpus: gpus, Alone: alone);
    }

    /// <summary>The GPUs that a device's name may mean.</summary>
    private IReadOnlyList<string> Gpus(string device)
    {
        if (device is "auto" or "cuda")
            return machine.Gpus;
        return device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device.AsSpan(5), out var number) ? [.. machine.Gpus.Skip(number).Take(1)] : [];
    }

    private StageRequest Request(StageInstance stage, KeyDocument document, Grant grant) => new(
        stage.Name,
        store.Root,
        document,
        OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: false, references: true),
        OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: true),
        stage.Inputs.Select(i => i.Input.Stage).Distinct().ToDictionary(name => name, name => resolution.Results[name].Key),
        // A process that sees only one GPU calls it the first.
        grant.Gpu is not null && machine.Gpus.Count > 1 ? "cuda:0" : task.Pipeline.Runtime.Device,
        task.Pipeline.Numerics.Word,
        task.Pipeline.Runtime.Threads ?? grant.Cores,
        task.Pipeline.Runtime.CheckpointEvery,
        Force: false);

    private void WarnOfSurprises(StageInstance stage, StoredResult result)
    {
        foreach (var (output, expectations) in stage.Expected)
            foreach (var (name, expected) in expectations.Values)
                if (result.Outputs[output].Facts.TryGetValue(name, out var actual) && actual != expected)
                    report(new StageReported(stage, new Warned($"{name} is {actual:N0} where the config expects {expected:N0}")));
    }

    private string Folder(StageInstance stage) => Path.Combine(task.Options.OutputFolder, stage.Name);
}
