// A lease that the kernel ends with its process.
using System.Text;
using Microsoft.Win32.SafeHandles;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>
/// A lock on lease/&lt;key&gt;. The file stays: deleting it would let one process lock the old file and another a new one. A process that is
/// stopped keeps it, and others wait.
/// </summary>
internal sealed class FlockLease : Lease
{
    private readonly SafeFileHandle handle;

    private FlockLease(SafeFileHandle handle) => this.handle = handle;

    public static FlockLease? TryTake(string path)
    {
        var handle = Posix.OpenForLock(path);
        if (Posix.TryLock(handle))
        {
            // The last message of a killed holder no longer applies.
            RandomAccess.SetLength(handle, 0);
            return new FlockLease(handle);
        }
        handle.Dispose();
        return null;
    }

    /// <summary>Whether another process holds it.</summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(path))
            return false;
        using var handle = Posix.OpenForLock(path);
        if (!Posix.TryLock(handle))
            return true;
        Posix.Unlock(handle);
        return false;
    }

    /// <summary>The holder's last message.</summary>
    public static string Read(string path)
    {
        // A FileStream would take a lock of its own.
        using var file = Posix.OpenToRead(path);
        var bytes = new byte[Math.Min(RandomAccess.GetLength(file), LongestNews)];
        var text = Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(file, bytes, 0));
        // Ignore a partially written line; the next poll sees all of it.
        return text.EndsWith('\n') ? text[..^1] : "";
    }

    public override void Tell(string news)
    {
        var line = Encoding.UTF8.GetBytes(news + "\n");
        if (line.Length > LongestNews)
            throw new ArgumentException("that is too long to tell", nameof(news));
        RandomAccess.SetLength(handle, 0);
        RandomAccess.Write(handle, line, 0);
    }

    public override void ThrowIfLost()
    {
    }

    public override void Dispose()
    {
        if (handle.IsClosed)
            return;
        RandomAccess.SetLength(handle, 0);
        Posix.Unlock(handle);
        handle.Dispose();
    }
}
