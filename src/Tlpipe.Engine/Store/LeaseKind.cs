// How the processes that share a store hold its leases.
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>
/// How leases are held in a store. The store's file <c>leases</c> says it, because two processes with two kinds would not see each other's: one
/// machine may have the store on its own disk and another one over the network. Heartbeats work for both, so once they are in use they stay.
/// </summary>
/// <param name="Silence">The silence after which a holder counts as dead; null if flock tells which holders are alive.</param>
internal sealed record LeaseKind(TimeSpan? Silence)
{
    /// <summary>Names a kind, for stores on file systems that are detected wrongly: <c>flock</c>, <c>heartbeat</c> or <c>heartbeat:SECONDS</c>.</summary>
    public const string Variable = "TLPIPE_LEASES";

    public static readonly LeaseKind Flock = new((TimeSpan?)null);
    public static readonly LeaseKind Heartbeat = new(TimeSpan.FromSeconds(60));

    private const string FileName = "leases";
    private const string FlockWord = "flock";
    private const string HeartbeatWord = "heartbeat";
    private const double LeastSilence = 0.1;
    private const double MostSilence = 86_400;

    /// <summary>The kind of the store in a folder; records it there if it is new.</summary>
    /// <exception cref="PipelineException">The variable has none of the allowed values.</exception>
    public static LeaseKind Of(string root)
    {
        var wanted = Wanted();
        var recorded = Recorded(root);
        if (recorded?.Silence is not null)
            return recorded;
        var here = wanted ?? For(root);
        if (recorded is not null && here.Silence is null)
            return recorded;
        Record(root, here);
        return Recorded(root) ?? here;
    }

    /// <summary>As this one, unless the store went over to heartbeats since.</summary>
    public LeaseKind Now(string root) => Silence is null && Recorded(root) is { } recorded ? recorded : this;

    /// <summary>
    /// Flock on file systems of this machine. On those of a network it is emulated or local to a machine, by their versions and mount options
    /// (flock(2), "NFS details" and "CIFS details"), so only files that all machines see are reliable. Some have no flock at all.
    /// </summary>
    private static LeaseKind For(string folder) => Posix.IsLocal(folder) && Posix.HasLocks(folder) ? Flock : Heartbeat;

    private static LeaseKind? Wanted()
    {
        var wanted = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(wanted))
            return null;
        return Parse(wanted) ?? throw new PipelineException(
            null, ErrorCode.Store,
            $"{Variable} is '{wanted.ReplaceLineEndings(" ")}'; it has to be {FlockWord}, {HeartbeatWord}, or {HeartbeatWord}:SECONDS with {LeastSilence.ToString(CultureInfo.InvariantCulture)} to {MostSilence.ToString(CultureInfo.InvariantCulture)} seconds");
    }

    private static LeaseKind? Recorded(string root)
    {
        try
        {
            return Parse(File.ReadAllText(Path.Combine(root, FileName)).TrimEnd());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static LeaseKind? Parse(string text)
    {
        if (text == FlockWord)
            return Flock;
        if (text == HeartbeatWord)
            return Heartbeat;
        return text.StartsWith(HeartbeatWord + ":", StringComparison.Ordinal)
            && double.TryParse(text[(HeartbeatWord.Length + 1)..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= LeastSilence and <= MostSilence
            ? new LeaseKind(TimeSpan.FromSeconds(seconds))
            : null;
    }

    private static void Record(string root, LeaseKind kind)
    {
        var path = Path.Combine(root, FileName);
        var draft = $"{path}.{Guid.NewGuid():n}";
        try
        {
            File.WriteAllText(draft, kind.Silence is { } silence ? string.Create(CultureInfo.InvariantCulture, $"{HeartbeatWord}:{silence.TotalSeconds}\n") : $"{FlockWord}\n");
            Posix.Sync(draft);
            // Flock never replaces heartbeats that another process has just recorded.
            if (kind.Silence is null && Parse(File.Exists(path) ? File.ReadAllText(path).TrimEnd() : "") is null && File.Exists(path))
                File.Delete(path);
            if (kind.Silence is null)
                Posix.MoveUnlessThere(draft, path);
            else
                Posix.Rename(draft, path);
            Posix.Sync(root);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A store that this user may only read: leases are of no use there.
        }
    }
}
