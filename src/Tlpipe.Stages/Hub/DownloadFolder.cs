// Errors of the folder for downloads.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Formats.Units;

namespace Tlpipe.Stages.Hub;

/// <summary>A folder on this machine for fetched files.</summary>
internal static class DownloadFolder
{
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    /// <summary>Runs an action that writes into a folder.</summary>
    /// <param name="folder">The folder, for the message.</param>
    /// <param name="variable">The environment variable that names another one.</param>
    /// <param name="write">What to do.</param>
    /// <exception cref="PipelineException">The folder cannot be written to, or the disk is full.</exception>
    public static void Writing(string folder, string variable, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failure(folder, variable, e);
        }
    }

    /// <summary>Checks that the disk has room for more bytes.</summary>
    /// <exception cref="PipelineException">The disk has less room.</exception>
    public static void Reserve(string folder, string variable, long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (bytes > free)
            throw new PipelineException(
                null, ErrorCode.DownloadFolder,
                $"the disk of {folder} has {ByteSize.Text(free)} left and {ByteSize.Text(bytes)} are to be fetched; free some, or set {variable} to a folder on another disk");
    }

    public static PipelineException Failure(string folder, string variable, Exception e) => new(
        null, ErrorCode.DownloadFolder,
        e.HResult is NoSpaceLeft or QuotaExceeded
            ? $"the disk of {folder} is full; free some, or set {variable} to a folder on another disk; what was fetched so far is kept"
            : $"{folder} cannot be written to ({e.Message.TrimEnd('.')}); make it writable, or set {variable} to another folder");
}
