// The content of a store, as housekeeping sees it: one look at all records, blobs, runs and pins.
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Housekeeping;

/// <summary>A result and the records of its use.</summary>
/// <param name="Result">The result.</param>
/// <param name="RecordBytes">The size of its record.</param>
/// <param name="Stored">When it was put into the store, UTC.</param>
public sealed record InventoryEntry(StoredResult Result, long RecordBytes, DateTime Stored)
{
    /// <summary>The newest run that used it; null if none is recorded.</summary>
    public RecordedRun? LastRun { get; init; }

    /// <summary>The stage instance that it was the result of in that run; the stage's kind if none is recorded.</summary>
    public string Stage { get; init; } = "";

    /// <summary>Whether it is pinned.</summary>
    public bool IsPinned => Pin is not null;

    /// <summary>Its pin; null if it has none.</summary>
    public Pin? Pin { get; init; }

    /// <summary>Whether a blob of it is missing or has the wrong size, so that it must be computed again.</summary>
    public bool IsIncomplete { get; init; }

    /// <summary>Its blobs, each once.</summary>
    public IEnumerable<StoredFile> Blobs => Result.Outputs.Values.SelectMany(o => o.Files).DistinctBy(f => f.Sha256);

    /// <summary>The bytes of all its files, including those shared with other results.</summary>
    public long Bytes => RecordBytes + Blobs.Sum(f => f.Size);

    /// <summary>When it was last used, as far as that is recorded: when the run began, else when it was stored.</summary>
    public DateTimeOffset LastUsed => LastRun?.Note.Started is { } used && used > Stored ? used : Stored;
}

/// <summary>A store at one moment. Reading it changes nothing; other processes may change the store meanwhile.</summary>
public sealed class Inventory
{
    private Inventory(ResultStore store) => Store = store;

    public ResultStore Store { get; }

    /// <summary>The results whose records are sound.</summary>
    public required IReadOnlyList<InventoryEntry> Entries { get; init; }

    /// <summary>The size of each blob on the disk, by its SHA-256.</summary>
    public required IReadOnlyDictionary<string, long> Blobs { get; init; }

    /// <summary>The recorded runs, the newest first.</summary>
    public required IReadOnlyList<RecordedRun> Runs { get; init; }

    /// <summary>The pinned keys.</summary>
    public required IReadOnlyList<Pin> Pins { get; init; }

    /// <summary>The bytes of records and blobs, and of checkpoints.</summary>
    public long Bytes => Blobs.Values.Sum() + Entries.Sum(e => e.RecordBytes) + DiskUse.Of(Store.Folder("partial"));

    /// <summary>Looks at a store.</summary>
    public static Inventory Of(ResultStore store) => store.Guarded("read", () =>
    {
        // Blobs before records: a record that is published meanwhile then makes its blobs known, not unused.
        var blobs = BlobFiles(store).ToDictionary(b => b.Sha256, b => b.Size, StringComparer.Ordinal);
        var runs = store.Runs();
        var pins = PinnedResults.All(store);
        var uses = new Dictionary<string, (RecordedRun Run, string Stage)>(StringComparer.Ordinal);
        foreach (var run in runs)
            foreach (var rooted in run.Keys)
                uses.TryAdd(rooted.Key, (run, rooted.Stage));
        var pinned = pins.ToDictionary(p => p.Key, StringComparer.Ordinal);
        var entries = Records(store).Select(r =>
        {
            var used = uses.TryGetValue(r.Result.Key, out var use);
            var incomplete = r.Result.Outputs.Values.SelectMany(o => o.Files).Any(f => !blobs.TryGetValue(f.Sha256, out var size) || size != f.Size);
            return r with
            {
                LastRun = used ? use.Run : null,
                Stage = used ? use.Stage : r.Result.Document.Stage,
                Pin = pinned.GetValueOrDefault(r.Result.Key),
                // A result published after the blobs were listed may have newer blobs.
                IsIncomplete = incomplete && !r.Result.Outputs.Values.SelectMany(o => o.Files).All(f => IsThere(store, f)),
            };
        }).ToList();
        return new Inventory(store) { Entries = entries, Blobs = blobs, Runs = runs, Pins = pins };
    });

    /// <summary>The results whose records are sound, without the records of their use.</summary>
    internal static IEnumerable<InventoryEntry> Records(ResultStore store)
    {
        foreach (var path in Directory.EnumerateFiles(store.Folder("results"), "*.json", SearchOption.AllDirectories))
        {
            if (Record(path) is { } entry)
                yield return entry;
        }
    }

    /// <summary>The blobs on the disk. Files whose name is not a blob's are left out.</summary>
    internal static IEnumerable<(string Sha256, long Size)> BlobFiles(ResultStore store) =>
        new DirectoryInfo(store.Folder("cas")).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => StoreNames.IsSha256(f.Name) && f.Directory!.Name == f.Name[..2])
            .Select(f => (f.Name, SizeOf(f)));

    private static InventoryEntry? Record(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            var key = Path.GetFileNameWithoutExtension(path);
            return StoreNames.IsSha256(key) && RecordRules.Read(bytes, key, kinds: null) is { } result
                ? new InventoryEntry(result, bytes.Length, File.GetLastWriteTimeUtc(path))
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // A collection has moved it away since it was listed.
            return null;
        }
    }

    private static bool IsThere(ResultStore store, StoredFile file) =>
        new FileInfo(store.BlobPath(file)) is { Exists: true } blob && blob.Length == file.Size;

    private static long SizeOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
