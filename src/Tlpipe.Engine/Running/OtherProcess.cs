// What a process that computes a result tells others that want the same one, through the key's lease.
using System.Diagnostics;
using System.Text.Json;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>Who has a lease, and what its stage told last.</summary>
internal sealed record HolderNews(string Host, int Process, StageEvent? News);

/// <summary>Two processes, one of which computes while the other looks on.</summary>
internal static class OtherProcess
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromSeconds(0.5);

    /// <summary>Waits for a key's lease. While another process has it, its news are passed on.</summary>
    /// <exception cref="OperationCanceledException">Somebody asked to stop.</exception>
    public static Lease TakeLease(ResultStore store, string key, Action<StageEvent> report, CancellationToken stopping)
    {
        var introduced = false;
        var lease = store.Take(key, Hear, stopping);
        Say(lease, null);
        return lease;

        void Hear(string said)
        {
            var news = Parse(said);
            if (!introduced && news is not null)
                report(new Note($"process {news.Process} on {news.Host} computes the same; waiting for it"));
            introduced |= news is not null;
            if (news?.News is { } heard)
                report(heard);
        }
    }

    /// <summary>Reports news, and shows those that change by the second to other processes, too.</summary>
    public static Action<StageEvent> Telling(Lease lease, Action<StageEvent> report)
    {
        var last = 0L;
        return news =>
        {
            report(news);
            if (news is not (Progress or EpochEnded) || (last != 0 && Stopwatch.GetElapsedTime(last) < LeastInterval))
                return;
            last = Stopwatch.GetTimestamp();
            Say(lease, news);
        };
    }

    private static void Say(Lease lease, StageEvent? news) =>
        lease.Tell(JsonSerializer.Serialize(new HolderNews(Environment.MachineName, Environment.ProcessId, news is null ? null : Secret.Redact(news)), RunningJson.Default.HolderNews));

    private static HolderNews? Parse(string said)
    {
        try
        {
            return said.Length == 0 ? null : JsonSerializer.Deserialize(said, RunningJson.Default.HolderNews);
        }
        catch (JsonException)
        {
            // A newer tlpipe may say more than this one understands.
            return null;
        }
    }
}
