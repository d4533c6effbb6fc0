// The right to compute a result, held by one process at a time.

namespace Tlpipe.Engine.Store;

/// <summary>
/// One process's right to compute a key. It ends when it is disposed or its process dies in any way; the process that computes takes it
/// itself.
/// </summary>
public abstract class Lease : IDisposable
{
    private protected const int LongestNews = 1 << 16;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <param name="path">The lease's file, or what its files' names begin with.</param>
    /// <param name="kind">How it is held there.</param>
    internal static Lease? TryTake(string path, LeaseKind kind)
    {
        if (kind.Silence is not { } silence)
            return FlockLease.TryTake(path);
        // A process that opened the store before it went over to heartbeats.
        return FlockLease.IsHeld(path) ? null : HeartbeatLease.TryTake(path, silence);
    }

    /// <param name="path">The lease's file, or what its files' names begin with.</param>
    /// <param name="kind">How it is held there.</param>
    /// <param name="onNews">Receives the holder's message, "" at first if it has none yet, and again each time it changes.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static Lease Take(string path, LeaseKind kind, Action<string> onNews, CancellationToken cancellation)
    {
        for (string? told = null; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryTake(path, kind) is { } lease)
                return lease;
            var news = kind.Silence is null ? FlockLease.Read(path) : HeartbeatLease.Read(path);
            if (news != told)
                onNews(told = news);
            cancellation.WaitHandle.WaitOne(PollInterval);
        }
    }

    /// <summary>Replaces the message shown to waiting processes: one line, without a line break.</summary>
    public abstract void Tell(string news);

    /// <summary>Whether another process took it for dead and has the lease now.</summary>
    public virtual bool IsLost => false;

    /// <summary>
    /// Whether the former holder's last word was that it had published: a file system that shows files late may not have the record yet.
    /// </summary>
    internal virtual bool FollowsPublication => false;

    /// <summary>The holder begins to compute, so that the former holder's last word no longer holds.</summary>
    internal virtual void Computing()
    {
    }

    /// <summary>The holder has published the result.</summary>
    internal virtual void Published()
    {
    }

    /// <summary>Call it before any action that only the holder may take, since a process can be stopped for any length of time.</summary>
    /// <exception cref="LeaseLostException">Another process took it for dead and has the lease now.</exception>
    public abstract void ThrowIfLost();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>This process was silent for so long that another one took it for dead, and computes what it was computing.</summary>
public sealed class LeaseLostException() : Exception("another process has taken the computation over");
