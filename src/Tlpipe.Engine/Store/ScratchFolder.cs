// A folder under the store's tmp/ that belongs to one process and is cleared away by others once that process is gone.
using Microsoft.Win32.SafeHandles;

namespace Tlpipe.Engine.Store;

/// <summary>
/// A new folder on the store's file system, deleted when it is disposed. Its owner holds a lock on it, so that what a killed
/// process left behind can be told from what a running one still needs, whatever became of process numbers.
/// </summary>
public sealed class ScratchFolder : IDisposable
{
    private readonly SafeFileHandle handle;

    private ScratchFolder(string path, SafeFileHandle handle)
    {
        Path = path;
        this.handle = handle;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    internal static ScratchFolder Create(string tmp)
    {
        while (true)
        {
            var path = System.IO.Path.Combine(tmp, Guid.NewGuid().ToString("n"));
            Directory.CreateDirectory(path);
            // Until it is locked, another process may take it for a dead one's and delete it; then the next try decides.
            if (TryOwn(path) is { } handle)
                return new ScratchFolder(path, handle);
        }
    }

    /// <summary>Deletes the folders whose owners are gone.</summary>
    internal static void ClearStale(string tmp)
    {
        foreach (var path in Directory.GetDirectories(tmp))
        {
            try
            {
                if (TryOwn(path) is { } handle)
                    new ScratchFolder(path, handle).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In a shared store it may be another person's, and then it is theirs to clear away.
            }
        }
    }

    /// <summary>The names of the folders whose owners live.</summary>
    internal static IReadOnlyList<string> Live(string tmp)
    {
        ClearStale(tmp);
        return [.. Directory.GetDirectories(tmp).Select(d => System.IO.Path.GetFileName(d))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        try
        {
            // The lock is held until the folder is gone: whoever gets it after that finds no folder.
            if (Directory.Exists(Path))
                Directory.Delete(Path, recursive: true);
        }
        finally
        {
            Posix.Unlock(handle);
            handle.Dispose();
        }
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
