// Which failures are worth another try.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Running;

/// <summary>
/// What may have been chance is tried again, from its last checkpoint: an error of the disk or the network that can pass, and a process
/// that a signal ended. What would only fail again is not: wrong input, a value out of range, a defect, a full disk. Memory that ran out is tried
/// again once by itself if other stages ran beside it, and not at all with nothing changed.
/// </summary>
/// <param name="Most">Further tries after the first. Default: 2.</param>
/// <param name="Delay">The wait before the first of them; five times as long before each one after it. Default: 1 s.</param>
public sealed record Retries(int Most, TimeSpan Delay)
{
    private const double Growth = 5;

    public static Retries Default { get; } = new(2, TimeSpan.FromSeconds(1));

    /// <summary>Whether a failure of that class is worth another try after so many.</summary>
    internal bool Allow(Failed failure, int triesSoFar) =>
        failure.Code is ErrorCode.Transient or ErrorCode.ProcessCrashed && triesSoFar <= Most;

    /// <summary>The wait after so many tries.</summary>
    internal TimeSpan DelayAfter(int tries) => Delay * Math.Pow(Growth, tries - 1);
}
