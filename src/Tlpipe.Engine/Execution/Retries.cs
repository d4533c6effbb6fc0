// Which failures are retried, and when.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Execution;

/// <summary>
/// A transient failure (an error of the disk or the network that can pass, a process that a signal ended) is retried from the last checkpoint. A
/// failure that would only repeat itself (wrong input, a value out of range, a defect, a full disk) is not. A stage that ran out of memory runs
/// once more alone if other stages ran beside it; otherwise it is not retried.
/// </summary>
/// <param name="Most">The most retries. Default: 2.</param>
/// <param name="Delay">The wait before the first retry; each later wait is five times as long. Default: 1 s.</param>
public sealed record Retries(int Most, TimeSpan Delay)
{
    private const double Growth = 5;

    public static Retries Default { get; } = new(2, TimeSpan.FromSeconds(1));

    /// <summary>Whether to retry a failure after that many tries.</summary>
    internal bool Allow(Failed failure, int triesSoFar) =>
        failure.Code is ErrorCode.Transient or ErrorCode.ProcessCrashed && triesSoFar <= Most;

    /// <summary>The wait after that many tries.</summary>
    internal TimeSpan DelayAfter(int tries) => Delay * Math.Pow(Growth, tries - 1);
}
