// The results that a garbage collection would remove, and why the rest stays.
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Housekeeping;

/// <summary>The user's options for a collection.</summary>
public sealed record GarbageCollectionOptions
{
    /// <summary>The number of each config's last runs whose results stay. Runs that used exactly the same results count once. Default 5.</summary>
    public int KeepLast { get; init; } = 5;

    /// <summary>Results that were stored or used within this time stay. Default 1 day.</summary>
    public TimeSpan KeepWithin { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The collection stops once the store has this size in bytes; null removes all unreferenced results. Default null.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>How long removed results can be restored. Default 1 day.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(1);
}

/// <summary>Why a result stays.</summary>
public enum KeepReason
{
    /// <summary>An active run uses it, or a process computes it.</summary>
    Live,

    /// <summary>One of the last runs of a config used it.</summary>
    Run,

    /// <summary>It is pinned.</summary>
    Pinned,

    /// <summary>It was stored or used lately.</summary>
    Recent,

    /// <summary>The store is small enough without taking it.</summary>
    Fits,
}

/// <summary>A result that a collection would take.</summary>
/// <param name="Entry">The result.</param>
/// <param name="FreedBytes">The bytes that only it still holds at that point.</param>
public sealed record CollectedResult(InventoryEntry Entry, long FreedBytes)
{
    /// <summary>Seconds that it took to compute.</summary>
    public double Seconds => Entry.Result.Provenance.Seconds;
}

/// <summary>The effect that a collection would have.</summary>
public sealed class GarbageCollectionPlan
{
    private GarbageCollectionPlan(Inventory inventory, GarbageCollectionOptions wishes)
    {
        Inventory = inventory;
        Wishes = wishes;
    }

    public Inventory Inventory { get; }

    public GarbageCollectionOptions Wishes { get; }

    /// <summary>The results it would take, the one that costs the least time a byte first.</summary>
    public required IReadOnlyList<CollectedResult> Results { get; init; }

    /// <summary>How many results stay, by the first reason that holds.</summary>
    public required IReadOnlyDictionary<KeepReason, int> Kept { get; init; }

    /// <summary>The runs whose results stay.</summary>
    public required IReadOnlyList<RecordedRun> KeptRuns { get; init; }

    /// <summary>Records of runs that no longer count.</summary>
    public required IReadOnlyList<RecordedRun> FormerRuns { get; init; }

    /// <summary>Blobs without a result, left behind by crashes.</summary>
    public required IReadOnlyDictionary<string, long> UnusedBlobs { get; init; }

    /// <summary>Checkpoints of computations that nothing keeps, and their bytes, by key.</summary>
    public required IReadOnlyDictionary<string, long> Partials { get; init; }

    /// <summary>Damaged files that were moved aside, and their bytes, by their names in quarantine/.</summary>
    public required IReadOnlyDictionary<string, long> Quarantined { get; init; }

    /// <summary>The bytes it would take.</summary>
    public long Bytes => Results.Sum(r => r.FreedBytes) + UnusedBlobs.Values.Sum() + Partials.Values.Sum() + Quarantined.Values.Sum();

    /// <summary>The seconds that it would take to compute the removed results again.</summary>
    public double Seconds => Results.Sum(r => r.Seconds);

    /// <summary>Whether there is nothing to take.</summary>
    public bool IsEmpty => Results.Count == 0 && UnusedBlobs.Count == 0 && Partials.Count == 0 && Quarantined.Count == 0;

    /// <summary>Plans a collection. Changes nothing.</summary>
    public static GarbageCollectionPlan Of(ResultStore store, GarbageCollectionOptions wishes) => store.Guarded("read", () =>
    {
        var inventory = Inventory.Of(store);
        var keptRuns = LastRuns(inventory.Runs, wishes.KeepLast);
        var reasons = Reasons(inventory, keptRuns, wishes);
        var kept = inventory.Entries.Where(e => reasons.ContainsKey(e.Result.Key)).GroupBy(e => reasons[e.Result.Key]).ToDictionary(g => g.Key, g => g.Count());
        var unused = new Dictionary<string, long>(inventory.Blobs, StringComparer.Ordinal);
        foreach (var blob in inventory.Entries.SelectMany(e => e.Blobs))
            unused.Remove(blob.Sha256);
        var partials = Directory.EnumerateDirectories(store.Folder("partial")).Select(p => Path.GetFileName(p))
            .Where(key => StoreNames.IsSha256(key) && !reasons.ContainsKey(key))
            .ToDictionary(key => key, key => DiskUse.Of(Path.Combine(store.Folder("partial"), key)));
        var quarantined = Directory.EnumerateFileSystemEntries(store.Folder("quarantine"))
            .ToDictionary(path => Path.GetFileName(path), DiskUse.Of);
        var before = unused.Values.Sum() + partials.Values.Sum();
        var results = Cheapest(inventory, reasons, wishes.MaxBytes is { } max ? inventory.Bytes - before - max : long.MaxValue);
        if (inventory.Entries.Count - kept.Values.Sum() - results.Count is > 0 and var fit)
            kept[KeepReason.Fits] = fit;
        return new GarbageCollectionPlan(inventory, wishes)
        {
            Results = results,
            Kept = kept,
            KeptRuns = keptRuns,
            FormerRuns = [.. inventory.Runs.Except(keptRuns).Where(r => !r.IsLive)],
            UnusedBlobs = unused,
            Partials = partials,
            Quarantined = quarantined,
        };
    });

    /// <summary>Each config's last runs that used different results, and all active runs.</summary>
    internal static IReadOnlyList<RecordedRun> LastRuns(IReadOnlyList<RecordedRun> runs, int count) =>
    [
        .. runs.GroupBy(r => (r.Note.Host, r.Note.Config))
            .SelectMany(config => config.Where(r => !r.IsLive)
                .DistinctBy(r => string.Join('\n', r.Keys.Select(k => k.Key).Distinct().Order(StringComparer.Ordinal))).Take(count)
                .Concat(config.Where(r => r.IsLive))),
    ];

    /// <summary>The keys that must stay, including unfinished computations, with the first reason that holds.</summary>
    internal static Dictionary<string, KeepReason> Reasons(Inventory inventory, IReadOnlyList<RecordedRun> keptRuns, GarbageCollectionOptions wishes)
    {
        var reasons = new Dictionary<string, KeepReason>(StringComparer.Ordinal);
        foreach (var key in keptRuns.Where(r => r.IsLive).SelectMany(r => r.Keys))
            reasons.TryAdd(key.Key, KeepReason.Live);
        foreach (var key in inventory.Entries.Select(e => e.Result.Key).Concat(PartialKeys(inventory.Store)).Where(key => inventory.Store.IsTaken(key)))
            reasons.TryAdd(key, KeepReason.Live);
        foreach (var pin in inventory.Pins)
            reasons.TryAdd(pin.Key, KeepReason.Pinned);
        foreach (var key in keptRuns.SelectMany(r => r.Keys))
            reasons.TryAdd(key.Key, KeepReason.Run);
        var recent = DateTimeOffset.UtcNow - wishes.KeepWithin;
        foreach (var entry in inventory.Entries.Where(e => wishes.KeepWithin > TimeSpan.Zero && e.LastUsed >= recent))
            reasons.TryAdd(entry.Result.Key, KeepReason.Recent);
        return reasons;
    }

    private static IEnumerable<string> PartialKeys(ResultStore store) =>
        Directory.EnumerateDirectories(store.Folder("partial")).Select(p => Path.GetFileName(p)).Where(StoreNames.IsSha256);

    private static List<CollectedResult> Cheapest(Inventory inventory, Dictionary<string, KeepReason> reasons, long wantedBytes)
    {
        var owners = inventory.Entries.SelectMany(e => e.Blobs).GroupBy(b => b.Sha256).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        var taken = new List<CollectedResult>();
        var freed = 0L;
        // A blob shared by several results counts for each with its share.
        foreach (var entry in inventory.Entries.Where(e => !reasons.ContainsKey(e.Result.Key))
            .OrderBy(e => e.Result.Provenance.Seconds / (e.RecordBytes + e.Blobs.Sum(b => (double)b.Size / owners[b.Sha256])))
            .ThenBy(e => e.LastUsed).ThenBy(e => e.Result.Key, StringComparer.Ordinal))
        {
            if (freed >= wantedBytes)
                break;
            var bytes = entry.RecordBytes + entry.Blobs.Where(b => --owners[b.Sha256] == 0).Sum(b => inventory.Blobs.GetValueOrDefault(b.Sha256));
            taken.Add(new CollectedResult(entry, bytes));
            freed += bytes;
        }
        return taken;
    }
}
