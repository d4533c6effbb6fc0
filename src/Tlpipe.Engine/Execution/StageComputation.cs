// One stage's computation with everything around it: a child process if it needs one, retries, and the explanation of a failure.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>A stage failed.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Diagnostic">Why.</param>
/// <param name="Cause">The exception behind it.</param>
internal sealed record StageFailure(StageInstance Stage, Diagnostic Diagnostic, Exception Cause)
{
    /// <summary>Whether the user can fix it: data, a condition, the device.</summary>
    public bool IsUsers => Diagnostic.Code is not
        (ErrorCode.StageFailed or ErrorCode.OutOfMemory or ErrorCode.Store or ErrorCode.Transient or ErrorCode.ProcessCrashed);
}

/// <summary>A computation ended without a result.</summary>
internal sealed class ComputationFailedException(Failed failure, Exception cause) : Exception(failure.Message, cause)
{
    public Failed Failure { get; } = failure;
}

/// <summary>Computes stages.</summary>
/// <param name="store">The store with the results.</param>
/// <param name="catalog">The stage kinds.</param>
/// <param name="versions">Names and versions of the libraries that compute, for the results' records.</param>
/// <param name="child">How to start a process that computes one stage.</param>
/// <param name="retries">Which failures are retried.</param>
/// <param name="explain">Explains an exception of a stage to the user; null if it cannot.</param>
internal sealed class StageComputation(
    ResultStore store, StageCatalog catalog, IReadOnlyDictionary<string, string> versions, ChildCommand child, Retries retries, Func<Exception, Failed?> explain)
{
    /// <summary>Computes a stage, and retries it after a transient failure.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="request">The computation.</param>
    /// <param name="gpu">The only GPU that its process sees; null for all of them.</param>
    /// <param name="report">Receives what the stage reports.</param>
    /// <param name="interruption">Ends it.</param>
    /// <exception cref="ComputationFailedException">It failed, and would fail again.</exception>
    /// <exception cref="DamagedResultException">An input is damaged; the stage that made it has to run again.</exception>
    /// <exception cref="OperationCanceledException">The user asked to stop.</exception>
    public StoredResult Compute(StageInstance stage, StageRequest request, string? gpu, Action<StageEvent> report, Interruption interruption)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return ComputeOnce(stage, request, gpu, report, interruption);
            }
            catch (Exception e) when (e is not (OperationCanceledException or DamagedResultException) && Explained(e) is { } failure)
            {
                if (!retries.Allow(failure, tries) || interruption.Stopping.IsCancellationRequested)
                    throw new ComputationFailedException(failure, e);
                var delay = retries.DelayAfter(tries);
                report(new Warned($"{failure.Message}; this may be transient: try {tries + 1} of {retries.Most + 1} follows in {delay.TotalSeconds:0.#} s"));
                interruption.Stopping.WaitHandle.WaitOne(delay);
                interruption.Stopping.ThrowIfCancellationRequested();
            }
        }
    }

    private StoredResult ComputeOnce(StageInstance stage, StageRequest request, string? gpu, Action<StageEvent> report, Interruption interruption)
    {
        if (!stage.Kind.UsesTensors)
            return new StageExecution(catalog, versions, report).Execute(request, interruption.Stopping);
        var command = gpu is null ? child : child with { Gpu = gpu };
        return new ChildProcess(command, store, report).Compute(request, interruption);
    }

    private Failed? Explained(Exception exception) => exception switch
    {
        ChildFailedException failed => failed.Failure,
        _ => explain(exception),
    };
}
