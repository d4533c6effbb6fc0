// The news that a process shows, through the key's lease, to others that wait for the same result.
using System.Diagnostics;
using System.Text.Json;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>The process that has a lease, and what its stage reported last. Written into the lease as JSON.</summary>
/// <param name="Host">Its machine.</param>
/// <param name="Process">Its number there.</param>
/// <param name="News">What its stage reported last; null before its first news.</param>
internal sealed record LeaseNews(string Host, int Process, StageEvent? News)
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(0.5);

    // Attribute caches of network file systems last up to a minute (nfs(5), acregmax and acdirmax).
    private static readonly TimeSpan LongestLag = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(0.5);

    /// <summary>Waits for a key's lease. While another process has it, its news are passed on.</summary>
    /// <exception cref="OperationCanceledException">The user asked to stop.</exception>
    public static Lease TakeLease(ResultStore store, string key, Action<StageEvent> report, CancellationToken stopping)
    {
        var introduced = false;
        var waited = false;
        var lease = store.Take(key, Hear, stopping);
        // Its holder has published since, and this machine may see that later than it sees the end of the lease.
        var since = Stopwatch.GetTimestamp();
        while (waited && lease.FollowsPublication && store.Find(key) is null && Stopwatch.GetElapsedTime(since) < LongestLag)
            if (stopping.WaitHandle.WaitOne(BetweenLooks))
                break;
        Write(lease, null);
        return lease;

        void Hear(string text)
        {
            waited = true;
            var holder = Parse(text);
            if (!introduced && holder is not null)
                report(new Note($"process {holder.Process} on {holder.Host} computes the same result; waiting for it"));
            introduced |= holder is not null;
            if (holder?.News is { } news)
                report(news);
        }
    }

    /// <summary>Reports news, and shows those that change by the second to the processes that wait for the lease.</summary>
    public static Action<StageEvent> Shared(Lease lease, Action<StageEvent> report)
    {
        var last = 0L;
        return news =>
        {
            report(news);
            if (news is not (Progress or EpochEnded) || (last != 0 && Stopwatch.GetElapsedTime(last) < LeastInterval))
                return;
            last = Stopwatch.GetTimestamp();
            Write(lease, news);
        };
    }

    private static void Write(Lease lease, StageEvent? news) =>
        lease.Tell(JsonSerializer.Serialize(
            new LeaseNews(Environment.MachineName, Environment.ProcessId, news?.Redacted()), RunningJson.Default.LeaseNews));

    private static LeaseNews? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonSerializer.Deserialize(text, RunningJson.Default.LeaseNews);
        }
        catch (JsonException)
        {
            // A newer tlpipe may report more than this one understands.
            return null;
        }
    }
}
