// Places at which a test makes a process die, to check the state that a crash there leaves behind.
using System.Diagnostics;
#if DEBUG
using System.Globalization;
#endif

namespace Tlpipe.Engine.Files;

/// <summary>
/// Each is a moment between two steps whose order matters. If the environment variable <c>TLPIPE_TEST_CRASH_AT</c> names it, the process
/// kills itself there with SIGKILL: <c>publish.blob-named</c> at the first passing, <c>publish.blob-named:3</c> at the third. Only tests of
/// the store set it, and only a Debug build looks at it: a Release build has no call of <see cref="Pass"/>.
/// </summary>
internal static class CrashPoint
{
    /// <summary>A blob's bytes are on the disk, but it has no name in cas/.</summary>
    public const string BlobSynced = "publish.blob-synced";

    /// <summary>A blob has its name in cas/, but is not synced yet.</summary>
    public const string BlobNamed = "publish.blob-named";

    /// <summary>All blobs and their names are on the disk; there is no record.</summary>
    public const string BlobsSynced = "publish.blobs-synced";

    /// <summary>The record is on the disk, but not under its name.</summary>
    public const string RecordWritten = "publish.record-written";

    /// <summary>The record has its name: the result is published.</summary>
    public const string RecordNamed = "publish.record-named";

    /// <summary>The record's name is on the disk; the checkpoints are still there.</summary>
    public const string RecordSynced = "publish.record-synced";

    /// <summary>The checkpoints of a published result are gone; the view does not show it yet.</summary>
    public const string PartialDiscarded = "publish.partial-discarded";

    /// <summary>A view's marker names files that are not all in place.</summary>
    public const string ViewMarked = "view.marked";

    /// <summary>A view has all its files, but its marker does not name the result yet.</summary>
    public const string ViewPlaced = "view.placed";

    /// <summary>A checkpoint's files are written, but not synced, and it has no manifest.</summary>
    public const string CheckpointWritten = "checkpoint.written";

    /// <summary>A checkpoint's files and manifest are on the disk, but not under its name.</summary>
    public const string CheckpointSealed = "checkpoint.sealed";

    /// <summary>A checkpoint has its name, but is not synced yet.</summary>
    public const string CheckpointNamed = "checkpoint.named";

    /// <summary>A checkpoint counts; those that it makes superfluous are still there.</summary>
    public const string CheckpointSynced = "checkpoint.synced";

    /// <summary>A collection has moved one record to the trash; its blobs are still in cas/.</summary>
    public const string TrashRecordMoved = "gc.record-moved";

    /// <summary>A collection has moved all its records, and restored those that came back into use.</summary>
    public const string TrashRecordsMoved = "gc.records-moved";

    /// <summary>A collection has moved one blob to the trash.</summary>
    public const string TrashBlobMoved = "gc.blob-moved";

    /// <summary>A collection has moved everything and recorded that.</summary>
    public const string TrashLabelled = "gc.labelled";

    /// <summary>The trash is about to be deleted; results that came back into use have been restored.</summary>
    public const string TrashChecked = "gc.checked";

    /// <summary>The results that one collection moved are deleted.</summary>
    public const string TrashDeleted = "gc.deleted";

    /// <summary>An import has put one blob into cas/.</summary>
    public const string ImportBlobAdded = "import.blob-added";

    /// <summary>An import has all blobs on the disk and no record.</summary>
    public const string ImportBlobsSynced = "import.blobs-synced";

    /// <summary>An import has published one of its records.</summary>
    public const string ImportRecordNamed = "import.record-named";

#if DEBUG
    private static readonly string? Wanted;
    private static readonly int WantedPassing;
    private static int passed;

    static CrashPoint()
    {
        var parts = Environment.GetEnvironmentVariable("TLPIPE_TEST_CRASH_AT")?.Split(':');
        Wanted = parts?[0];
        WantedPassing = parts is { Length: > 1 } ? int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture) : 1;
    }

#endif

    /// <summary>Passes a point, or dies there.</summary>
    [Conditional("DEBUG")]
    public static void Pass(string point)
    {
#if DEBUG
        if (Wanted is null || point != Wanted || Interlocked.Increment(ref passed) != WantedPassing)
            return;
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
#endif
    }
}
