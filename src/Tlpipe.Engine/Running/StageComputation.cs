// One stage's computation with everything around it: a process of its own where it needs one, further tries, and what a failure means.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>A stage failed.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Diagnostic">Why.</param>
/// <param name="Cause">The exception behind it.</param>
internal sealed record StageFailure(StageInstance Stage, Diagnostic Diagnostic, Exception Cause)
{
    /// <summary>Whether it is the user's to change: data, a condition, the device.</summary>
    public bool IsUsers => Diagnostic.Code is not
        (ErrorCode.StageFailed or ErrorCode.OutOfMemory or ErrorCode.Store or ErrorCode.Transient or ErrorCode.ProcessCrashed);
}

/// <summary>How a computation ended without a result.</summary>
internal sealed class ComputationFailedException(Failed failure, Exception cause) : Exception(failure.Message, cause)
{
    public Failed Failure { get; } = failure;
}

/// <summary>Computes stages.</summary>
/// <param name="store">Where results are.</param>
/// <param name="catalog">The stage kinds.</param>
/// <param name="versions">Names and versions of the libraries that compute, for the results' records.</param>
/// <param name="child">How to start a process that computes one stage.</param>
/// <param name="retries">What is tried again.</param>
/// <param name="explain">Says what an exception of a stage means to a person; null lets it pass.</param>
internal sealed class StageComputation(
    ResultStore store, StageCatalog catalog, IReadOnlyDictionary<string, string> versions, ChildCommand child, Retries retries, Func<Exception, Failed?> explain)
{
    /// <summary>Computes a stage, and tries again where a failure may have been chance.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="request">What is to be computed.</param>
    /// <param name="gpu">The GPU that its process is to see; null leaves it all of them.</param>
    /// <param name="tell">Hears what the stage tells.</param>
    /// <param name="interruption">Ends it.</param>
    /// <exception cref="ComputationFailedException">It failed, and would fail again.</exception>
    /// <exception cref="DamagedResultException">It met a damaged input; its maker has to run again.</exception>
    /// <exception cref="OperationCanceledException">Somebody asked to stop.</exception>
    public StoredResult Compute(StageInstance stage, StageRequest request, string? gpu, Action<StageEvent> tell, Interruption interruption)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return ComputeOnce(stage, request, gpu, tell, interruption);
            }
            catch (Exception e) when (e is not (OperationCanceledException or DamagedResultException) && Explained(e) is { } failure)
            {
                if (!retries.Allow(failure, tries) || interruption.Stopping.IsCancellationRequested)
                    throw new ComputationFailedException(failure, e);
                var delay = retries.DelayAfter(tries);
                tell(new Warned($"{failure.Message}; that may pass: try {tries + 1} of {retries.Most + 1} follows in {delay.TotalSeconds:0.#} s"));
                interruption.Stopping.WaitHandle.WaitOne(delay);
                interruption.Stopping.ThrowIfCancellationRequested();
            }
        }
    }

    private StoredResult ComputeOnce(StageInstance stage, StageRequest request, string? gpu, Action<StageEvent> tell, Interruption interruption)
    {
        if (!stage.Kind.UsesTensors)
            return new StageExecution(catalog, versions, tell).Execute(request, interruption.Stopping);
        var command = gpu is null ? child : child with { Gpu = gpu };
        return new ChildProcess(command, store, tell).Compute(request, interruption);
    }

    private Failed? Explained(Exception exception) => exception switch
    {
        ChildFailedException failed => failed.Failure,
        _ => explain(exception),
    };
}
