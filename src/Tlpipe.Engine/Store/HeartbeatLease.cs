// A lease for file systems that several machines share: held by a file that changes all the time.
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Tlpipe.Engine.Store;

/// <summary>
/// lease/&lt;key&gt;.held/ has a file for each time the lease was taken, named by a number one higher than the last; the highest one counts. Its
/// holder rewrites it several times within the time after which silence means death, and says <c>free</c> or <c>published</c> in it when it is done.
/// </summary>
/// <remarks>
/// Clocks are never compared. A waiting process measures with its own monotonic clock how long the file has not changed. It counts at most
/// a second between two polls, so that a time in which it was stopped itself is not held against the holder.
/// A lease is taken by creating the next number's file, which only one process can (O_EXCL). So a holder that comes back after a long stop finds a
/// higher number than its own and knows that it lost the lease. Between a check and the next action it may be stopped again; that action
/// is harmless, since the first process publishes the result, and a checkpoint is either whole or ignored.
/// </remarks>
internal sealed class HeartbeatLease : Lease
{
    private const string Free = "free";
    private const string PublishedWord = "published";
    private const int BeatsInSilence = 6;
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, Watch> Watches = new(StringComparer.Ordinal);

    private readonly string folder;
    private readonly long number;
    private readonly string owner = Guid.NewGuid().ToString("n");
    private readonly Lock writing = new();
    private readonly ManualResetEventSlim ended = new();
    private readonly Thread beating;
    private string news = "";
    private string lastWord;
    private long beats;

    private HeartbeatLease(string folder, long number, TimeSpan silence, string lastWord)
    {
        (this.folder, this.number, this.lastWord) = (folder, number, lastWord);
        Write();
        beating = new Thread(() => Beat(silence / BeatsInSilence)) { IsBackground = true, Name = "lease" };
        beating.Start();
    }

    private string Own => PathOf(folder, number);

    public static HeartbeatLease? TryTake(string path, TimeSpan silence)
    {
        var folder = FolderOf(path);
        while (true)
        {
            Directory.CreateDirectory(folder);
            var newest = Newest(folder);
            if (newest > 0 && !IsOver(PathOf(folder, newest), silence))
                return null;
            var word = newest > 0 && Content(PathOf(folder, newest)) == PublishedWord ? PublishedWord : Free;
            if (!TryCreate(PathOf(folder, newest + 1)))
                continue;
            // Another process may have taken and freed it since the check, and its files may have been removed.
            if (Newest(folder) != newest + 1)
            {
                File.Delete(PathOf(folder, newest + 1));
                continue;
            }
            foreach (var old in Numbers(folder).Where(n => n <= newest))
                File.Delete(PathOf(folder, old));
            return new HeartbeatLease(folder, newest + 1, silence, word);
        }
    }

    /// <summary>Whether a process took it and has not released it. A holder that died silently counts, because one check cannot tell.</summary>
    public static bool IsHeld(string path) => Newest(FolderOf(path)) is > 0 and var newest && Content(PathOf(FolderOf(path), newest)) is not (null or Free or PublishedWord);

    /// <summary>The holder's last message.</summary>
    public static string Read(string path)
    {
        var folder = FolderOf(path);
        return Content(PathOf(folder, Newest(folder))) is { } text && text.Split('\n') is [_, var said, ""] ? said : "";
    }

    public override void Tell(string news)
    {
        if (news.Length > LongestNews)
            throw new ArgumentException("that is too long to tell", nameof(news));
        lock (writing)
        {
            this.news = news;
            if (!ended.IsSet && !IsLost)
                Write();
        }
    }

    public override bool IsLost => Newest(folder) != number;

    internal override bool FollowsPublication => lastWord == PublishedWord;

    internal override void Computing() => lastWord = Free;

    internal override void Published() => lastWord = PublishedWord;

    public override void ThrowIfLost()
    {
        if (IsLost)
            throw new LeaseLostException();
    }

    public override void Dispose()
    {
        lock (writing)
        {
            if (ended.IsSet)
                return;
            ended.Set();
        }
        beating.Join();
        if (!IsLost)
            File.WriteAllText(Own, lastWord);
    }

    private void Beat(TimeSpan interval)
    {
        while (!ended.Wait(interval))
        {
            lock (writing)
            {
                if (ended.IsSet)
                    return;
                try
                {
                    if (IsLost)
                        return;
                    Write();
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // A server that does not answer may recover before the silence is too long; otherwise the lease is lost, and that is noticed.
                }
            }
        }
    }

    private void Write() => File.WriteAllText(Own, string.Create(CultureInfo.InvariantCulture, $"{owner} {beats++}\n{news}\n"));

    private static bool IsOver(string file, TimeSpan silence)
    {
        if (Content(file) is not { } content)
            return false;
        if (content is Free or PublishedWord)
        {
            Watches.TryRemove(file, out _);
            return true;
        }
        var watch = Watches.AddOrUpdate(file, _ => Watch.Begin(content), (_, seen) => seen.Look(content));
        if (watch.Unchanged < silence)
            return false;
        Watches.TryRemove(file, out _);
        return true;
    }

    private static string? Content(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static bool TryCreate(string file)
    {
        try
        {
            File.Open(file, FileMode.CreateNew, FileAccess.Write).Dispose();
            return true;
        }
        catch (IOException) when (File.Exists(file))
        {
            return false;
        }
    }

    private static long Newest(string folder) => Numbers(folder).DefaultIfEmpty(0).Max();

    private static IEnumerable<long> Numbers(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder).Select(f => long.TryParse(Path.GetFileName(f), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).Where(n => n > 0)]
        : [];

    public static string FolderOf(string path) => $"{path}.held";

    private static string PathOf(string folder, long number) => Path.Combine(folder, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The time for which a file has not changed.</summary>
    private sealed record Watch(string Content, long LastLook, TimeSpan Unchanged)
    {
        public static Watch Begin(string content) => new(content, Stopwatch.GetTimestamp(), TimeSpan.Zero);

        public Watch Look(string content)
        {
            if (content != Content)
                return Begin(content);
            var since = Stopwatch.GetElapsedTime(LastLook);
            return this with { LastLook = Stopwatch.GetTimestamp(), Unchanged = Unchanged + (since < LongestLook ? since : LongestLook) };
        }
    }
}
