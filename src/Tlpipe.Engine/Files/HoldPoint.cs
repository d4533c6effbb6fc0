// A place at which a test makes a training wait, so that a signal reliably reaches it in the middle.
using System.Diagnostics;
#if DEBUG
using System.Globalization;
#endif

namespace Tlpipe.Engine.Files;

/// <summary>
/// With the environment variable <c>TLPIPE_TEST_HOLD_AT=30</c> a training waits after its first checkpoint of step 30 or later until it is
/// asked to stop; with <c>30:FILE</c> it also continues once that file exists. Only tests set it, and only a Debug build looks at it.
/// </summary>
internal static class HoldPoint
{
#if DEBUG
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);
    private static readonly long WantedStep;
    private static readonly string? Release;
    private static bool passed;

    static HoldPoint()
    {
        var parts = Environment.GetEnvironmentVariable("TLPIPE_TEST_HOLD_AT")?.Split(':', 2);
        WantedStep = parts is null ? long.MaxValue : long.Parse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture);
        Release = parts is [_, var file] ? file : null;
    }

#endif

    /// <summary>Passes a checkpoint, or waits there.</summary>
    [Conditional("DEBUG")]
    public static void Pass(long step, CancellationToken stopping)
    {
#if DEBUG
        if (step < WantedStep || passed)
            return;
        passed = true;
        while (!File.Exists(Release) && !stopping.WaitHandle.WaitOne(BetweenLooks))
        {
        }
#endif
    }
}
