// A lock that lets one process at a time fetch a file.
using Tlpipe.Engine.Stages;

namespace Tlpipe.Stages.Hub;

/// <summary>
/// A lock on a file, by flock as Python's filelock takes it, so that huggingface_hub and tlpipe wait for one another. It ends with its process; the
/// file stays, for deleting it would let one process lock the old file and another a new one.
/// </summary>
internal static class FetchLock
{
    private const int HeldByAnother = 11;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the lock.</summary>
    /// <param name="path">The file, in an existing folder.</param>
    /// <param name="shown">What is fetched, for the note about waiting.</param>
    /// <param name="folder">The folder that it is fetched into, for messages.</param>
    /// <param name="variable">The environment variable that names another folder.</param>
    /// <param name="report">Receives notes about waiting.</param>
    /// <param name="stopping">Ends the waiting.</param>
    public static async Task<IDisposable> Take(string path, string shown, string folder, string variable, Action<StageEvent> report, CancellationToken stopping)
    {
        for (var waited = false; ; waited = true)
        {
            try
            {
                // FileShare.None is flock(LOCK_EX | LOCK_NB) on Unix.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (e.HResult == HeldByAnother)
            {
                if (!waited)
                    report(new Note($"waiting for another process that fetches {shown}"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw DownloadFolder.Failure(folder, variable, e);
            }
            await Task.Delay(PollInterval, stopping);
        }
    }
}
