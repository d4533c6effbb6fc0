// A folder under the store's tmp/ that belongs to one process. Others delete it once that process is gone.
using Microsoft.Win32.SafeHandles;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>
/// A new folder on the store's file system, deleted when it is disposed. Its owner holds a lock on it. So the leftovers of a killed
/// process can be told from a running one's folder, even if process numbers were reused. If locks are unreliable,
/// it counts as left behind two months after it was made, by the file system's own clock.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    // Marks this folder as owned without a lock, also for machines that hold the same store's leases by lock.
    private const string Unlocked = ".unlocked";
    private static readonly TimeSpan LongestUse = TimeSpan.FromDays(60);
    private readonly SafeFileHandle? handle;
    private bool disposed;

    private ScratchFolder(string path, SafeFileHandle? handle)
    {
        Path = path;
        this.handle = handle;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    internal static ScratchFolder Create(string tmp, LeaseKind kind, string? key = null)
    {
        while (true)
        {
            var path = System.IO.Path.Combine(tmp, (key is null ? "" : $"{key}-") + Guid.NewGuid().ToString("n") + (kind.Silence is null ? "" : Unlocked));
            Directory.CreateDirectory(path);
            if (kind.Silence is not null)
                return new ScratchFolder(path, handle: null);
            // Until it is locked, another process may take it for an abandoned one and delete it; then the next attempt decides.
            if (TryOwn(path) is { } handle)
                return new ScratchFolder(path, handle);
        }
    }

    /// <summary>
    /// Deletes the folders of a key's former computations, for the holder of its lease, where no lock tells that their owners are gone.
    /// </summary>
    internal static void ClearOf(string key, string tmp, LeaseKind kind)
    {
        if (kind.Silence is null)
            return;
        foreach (var path in Directory.GetDirectories(tmp, $"{key}-*{Unlocked}"))
        {
            try
            {
                Directory.Delete(path, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Its owner wakes up just now, or is another user.
            }
        }
    }

    /// <summary>Deletes the folders whose owners are gone.</summary>
    internal static void ClearStale(string tmp, LeaseKind kind)
    {
        foreach (var path in Directory.GetDirectories(tmp))
        {
            try
            {
                if (kind.Silence is not null || path.EndsWith(Unlocked, StringComparison.Ordinal))
                    ClearIfOld(path, tmp);
                else if (TryOwn(path) is { } handle)
                    new ScratchFolder(path, handle).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In a shared store it may be another user's, who must delete it.
            }
        }
    }

    /// <summary>The names of the folders whose owners are alive.</summary>
    internal static IReadOnlyList<string> Live(string tmp, LeaseKind kind)
    {
        ClearStale(tmp, kind);
        return [.. Directory.GetDirectories(tmp).Select(d => System.IO.Path.GetFileName(d))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        try
        {
            // The lock is held until the folder is gone: the next holder finds no folder.
            if (Directory.Exists(Path))
                Directory.Delete(Path, recursive: true);
        }
        finally
        {
            if (handle is not null)
            {
                Posix.Unlock(handle);
                handle.Dispose();
            }
        }
    }

    // The time of a file just written is the server's, like the folder's, so this machine's clock does not matter.
    private static void ClearIfOld(string path, string tmp)
    {
        var probe = System.IO.Path.Combine(tmp, $"clock-{Guid.NewGuid():n}");
        File.WriteAllBytes(probe, []);
        var now = File.GetLastWriteTimeUtc(probe);
        File.Delete(probe);
        if (now - Directory.GetLastWriteTimeUtc(path) > LongestUse)
            Directory.Delete(path, recursive: true);
    }

    private static SafeFileHandle? TryOwn(string path)
    {
        SafeFileHandle handle;
        try
        {
            handle = Posix.OpenFolder(path);
        }
        catch (IOException) when (!Directory.Exists(path))
        {
            return null;
        }
        if (Posix.TryLock(handle) && Directory.Exists(path))
            return handle;
        handle.Dispose();
        return null;
    }
}
