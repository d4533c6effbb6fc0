// The right to compute a result, which one process at a time has.
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Tlpipe.Engine.Store;

/// <summary>
/// A lock on lease/&lt;key&gt;. It ends when it is disposed or its process dies, however it dies; the process that computes
/// takes it itself. The file stays: deleting it would let one process lock the old file and another a new one.
/// </summary>
public sealed class Lease : IDisposable
{
    private const int LongestNews = 1 << 16;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private readonly SafeFileHandle handle;

    private Lease(SafeFileHandle handle) => this.handle = handle;

    internal static Lease? TryTake(string path)
    {
        var handle = Posix.OpenForLock(path);
        if (Posix.TryLock(handle))
        {
            // What a killed holder said last is over.
            RandomAccess.SetLength(handle, 0);
            return new Lease(handle);
        }
        handle.Dispose();
        return null;
    }

    /// <param name="path">The lease's file.</param>
    /// <param name="onNews">Told what the holder says, "" at first where it has said nothing, and again each time it says something else.</param>
    /// <param name="cancellation">Ends the wait.</param>
    internal static Lease Take(string path, Action<string> onNews, CancellationToken cancellation)
    {
        for (string? told = null; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryTake(path) is { } lease)
                return lease;
            var news = Read(path);
            if (news != told)
                onNews(told = news);
            cancellation.WaitHandle.WaitOne(PollInterval);
        }
    }

    /// <summary>Says something to those who wait, in place of what was said before: one line, without a line break.</summary>
    public void Tell(string news)
    {
        var line = Encoding.UTF8.GetBytes(news + "\n");
        if (line.Length > LongestNews)
            throw new ArgumentException("that is too long to tell", nameof(news));
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, line, 0);
    }

    private static string Read(string path)
    {
        // A FileStream would take a lock of its own.
        using var file = Posix.OpenToRead(path);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestNews)];
        var text = Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
        // Half a line, met while the holder writes, is none; the next look finds the whole.
        return text.EndsWith('\n') ? text[..^1] : "";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        RandomAccess.SetLength(handle, 0);
        Posix.Unlock(handle);
        handle.Dispose();
    }
}
