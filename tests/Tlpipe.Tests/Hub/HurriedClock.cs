// A clock on which every wait is over at once.
namespace Tlpipe.Tests.Hub;

/// <summary>Every timer is due at once; what it was asked to wait is remembered.</summary>
internal sealed class HurriedClock : TimeProvider
{
    /// <summary>The waits that were asked for.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (Waits)
            Waits.Add(dueTime);
        return base.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
    }
}
