// The right to compute a result, held by one process at a time.
using Tlpipe.Engine.Files;

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
    internal static Lease? TryTake(string path, LeaseKind kind) =>
        kind.Silence is { } silence ? HeartbeatLease.TryTake(path, silence) : FlockLease.TryTake(path);

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

    /// <summary>Call it before any action that only the holder may take, since a process can be stopped for any length of time.</summary>
    /// <exception cref="LeaseLostException">Another process took it for dead and has the lease now.</exception>
    public abstract void ThrowIfLost();

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>This process was silent for so long that another one took it for dead, and computes what it was computing.</summary>
public sealed class LeaseLostException() : Exception("another process has taken the computation over");

/// <summary>How leases are held in a store.</summary>
/// <param name="Silence">The silence after which a holder counts as dead; null if flock tells which holders are alive.</param>
internal sealed record LeaseKind(TimeSpan? Silence)
{
    /// <summary>Names a kind, for stores on file systems that are detected wrongly: <c>flock</c>, <c>heartbeat</c> or <c>heartbeat:SECONDS</c>.</summary>
    public const string Variable = "TLPIPE_LEASES";

    public static readonly LeaseKind Flock = new((TimeSpan?)null);
    public static readonly LeaseKind Heartbeat = new(TimeSpan.FromSeconds(60));

    /// <summary>
    /// Flock on file systems of this machine. On those of a network it is emulated or local to a machine, by their versions and mount options
    /// (flock(2), "NFS details" and "CIFS details"), so only files that all machines see are reliable.
    /// </summary>
    public static LeaseKind For(string folder)
    {
        var wanted = Environment.GetEnvironmentVariable(Variable);
        if (wanted == "flock")
            return Flock;
        if (wanted == "heartbeat")
            return Heartbeat;
        if (wanted?.StartsWith("heartbeat:", StringComparison.Ordinal) == true
            && double.TryParse(wanted["heartbeat:".Length..], System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > 0)
            return new LeaseKind(TimeSpan.FromSeconds(seconds));
        return Posix.IsLocal(folder) ? Flock : Heartbeat;
    }
}
