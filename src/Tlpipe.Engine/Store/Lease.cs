// The right to compute a result, which one process at a time has.
using Microsoft.Win32.SafeHandles;

namespace Tlpipe.Engine.Store;

/// <summary>
/// A lock on lease/&lt;key&gt;. It ends when it is disposed or its process dies, however it dies; the process that computes
/// takes it itself. The file stays: deleting it would let one process lock the old file and another a new one.
/// </summary>
public sealed class Lease : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);
    private readonly SafeFileHandle handle;

    private Lease(SafeFileHandle handle) => this.handle = handle;

    internal static Lease? TryTake(string path)
    {
        var handle = Posix.OpenForLock(path);
        if (Posix.TryLock(handle))
            return new Lease(handle);
        handle.Dispose();
        return null;
    }

    internal static Lease Take(string path, Action onWaiting, CancellationToken cancellation)
    {
        for (var waited = false; ; waited = true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryTake(path) is { } lease)
                return lease;
            if (!waited)
                onWaiting();
            cancellation.WaitHandle.WaitOne(PollInterval);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (handle.IsClosed)
            return;
        Posix.Unlock(handle);
        handle.Dispose();
    }
}
