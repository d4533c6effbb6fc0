// Concurrent garbage collection: moves unreferenced results to the trash and restores any that come back into use.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Housekeeping;

/// <summary>The effect of a collection.</summary>
/// <param name="Results">Results moved to the trash.</param>
/// <param name="Bytes">Bytes moved to the trash.</param>
/// <param name="DeletedBytes">Bytes deleted for good, after more than the grace period in the trash.</param>
/// <param name="HeldBytes">Bytes in the trash that were due but kept, because writing processes may still need them.</param>
/// <param name="TrashBytes">Bytes in the trash now.</param>
public sealed record GarbageCollectionOutcome(int Results, long Bytes, long DeletedBytes, long HeldBytes, long TrashBytes);

/// <summary>Collects garbage.</summary>
/// <remarks>
/// These rules make it safe beside runs, even if either is stopped or killed at any time:
/// 1. It moves and does not delete. A process that misses a result or a blob looks in the trash and restores it from there.
/// 2. A record goes before its blobs, and only blobs that no record names are moved. So every blob of a remaining record is in cas/ or in the trash.
/// 3. A run records a key before it looks for the result. After the move the runs are read again, and results that came into use are restored.
///    A run that records its key later looks even later, and finds the result in the trash or not at all.
/// 4. The trash is deleted only when every process that wrote while it was filled has ended: one of them may have been about to publish a record
///    of a blob that was moved. Before the deletion, blobs that records name by then are restored.
/// Clocks decide how long the trash is kept, never what is deleted.
/// </remarks>
public static class GarbageCollector
{
    /// <summary>Carries out a plan, as far as it still holds.</summary>
    /// <exception cref="PipelineException">Another collection is running, or the store cannot be written to.</exception>
    public static GarbageCollectionOutcome Run(GarbageCollectionPlan plan)
    {
        var store = plan.Inventory.Store;
        return Alone(store, () =>
        {
            var deleted = Expire(store, plan.Wishes.Grace).Deleted;
            if (plan.IsEmpty)
                return new GarbageCollectionOutcome(0, 0, deleted, 0, TrashBytes(store));
            var bag = store.Trash.Create();
            var moved = Fill(bag, plan);
            var bytes = bag.Bytes;
            bag.Close(new TrashLabel(DateTimeOffset.UtcNow, store.LiveScratch()));
            CrashPoint.Pass(CrashPoint.TrashLabelled);
            var (now, held) = Expire(store, plan.Wishes.Grace);
            return new GarbageCollectionOutcome(moved, bytes, deleted + now, held, TrashBytes(store));
        });
    }

    /// <summary>Restores the results of the last collection that are still in the trash.</summary>
    /// <returns>Results and bytes restored.</returns>
    /// <exception cref="PipelineException">Another collection is running, or there is nothing to restore.</exception>
    public static (int Results, long Bytes) Undo(ResultStore store) => Alone(store, () =>
    {
        if (store.Trash.Bags() is not [var bag, ..])
            throw new PipelineException(null, ErrorCode.NothingToUndo, "the trash is empty; there is no collection to undo");
        var results = bag.Names("results").Count;
        var bytes = bag.Bytes;
        foreach (var name in bag.Names("cas").Concat(bag.Partials()).Concat(bag.Names("quarantine")).Concat(bag.Names("roots")).Concat(bag.Names("results")))
            bag.Restore(name);
        store.Trash.Delete(bag);
        return (results, bytes);
    });

    private static T Alone<T>(ResultStore store, Func<T> action) => store.Guarded("written", () =>
    {
        Directory.CreateDirectory(store.Trash.Folder);
        using var handle = Posix.OpenForLock(LockPath(store));
        if (!Posix.TryLock(handle))
            throw new PipelineException(null, ErrorCode.StoreBusy, $"another collection is at work in {store.Root}; run this again once it is done");
        try
        {
            return action();
        }
        finally
        {
            Posix.Unlock(handle);
        }
    });

    private static int Fill(TrashBag bag, GarbageCollectionPlan plan)
    {
        var store = plan.Inventory.Store;
        var moved = new List<string>();
        foreach (var result in plan.Results)
        {
            // A process that computes it again holds its lease, and must not lose the published result.
            using var lease = store.TryTake(result.Entry.Result.Key);
            if (lease is not null && bag.Take(ResultStore.RecordName(result.Entry.Result.Key)))
                moved.Add(result.Entry.Result.Key);
            CrashPoint.Pass(CrashPoint.TrashRecordMoved);
        }
        SyncShards(store, "results", moved);
        var used = GarbageCollectionPlan.LastRuns(store.Runs(), plan.Wishes.KeepLast).SelectMany(r => r.Keys).Select(k => k.Key)
            .Concat(PinnedResults.All(store).Select(p => p.Key)).ToHashSet();
        foreach (var key in moved.Where(used.Contains))
            bag.Restore(ResultStore.RecordName(key));
        CrashPoint.Pass(CrashPoint.TrashRecordsMoved);

        var named = NamedBlobs(store);
        var candidates = plan.Results.SelectMany(r => r.Entry.Blobs).Select(b => b.Sha256).Concat(plan.UnusedBlobs.Keys).Distinct();
        foreach (var sha256 in candidates.Where(s => !named.Contains(s)))
        {
            bag.Take(BlobStore.NameOf(sha256));
            CrashPoint.Pass(CrashPoint.TrashBlobMoved);
        }
        foreach (var key in plan.Partials.Keys.Where(k => !used.Contains(k)))
        {
            using var lease = store.TryTake(key);
            if (lease is not null)
                bag.Take(Path.Combine("partial", key));
        }
        foreach (var name in plan.Quarantined.Keys)
            bag.Take(Path.Combine("quarantine", name));
        foreach (var run in plan.FormerRuns)
            bag.Take(Path.GetRelativePath(store.Root, run.Path));
        return moved.Count(k => !used.Contains(k));
    }

    private static (long Deleted, long Held) Expire(ResultStore store, TimeSpan grace)
    {
        store.Trash.ClearDeleted();
        var (deleted, held) = (0L, 0L);
        foreach (var bag in store.Trash.Bags())
        {
            var label = bag.Label;
            if (label is null)
            {
                // Its collection was killed. Nothing more will be added to it.
                bag.Close(label = new TrashLabel(DateTimeOffset.UtcNow, store.LiveScratch()));
            }
            if (DateTimeOffset.UtcNow - label.Moved < grace)
                continue;
            if (store.LiveScratch().Intersect(label.Writers).Any())
            {
                held += bag.Bytes;
                continue;
            }
            GiveBackWhatIsUsed(store, bag);
            CrashPoint.Pass(CrashPoint.TrashChecked);
            deleted += bag.Bytes;
            store.Trash.Delete(bag);
            CrashPoint.Pass(CrashPoint.TrashDeleted);
        }
        return (deleted, held);
    }

    private static void GiveBackWhatIsUsed(ResultStore store, TrashBag bag)
    {
        var used = store.Runs().Where(r => r.IsLive).SelectMany(r => r.Keys).Select(k => ResultStore.RecordName(k.Key))
            .Concat(PinnedResults.All(store).Select(p => ResultStore.RecordName(p.Key))).ToHashSet();
        foreach (var name in bag.Names("results").Where(used.Contains))
            bag.Restore(name);
        var named = NamedBlobs(store);
        foreach (var name in bag.Names("cas").Where(n => named.Contains(Path.GetFileName(n))))
            bag.Restore(name);
    }

    private static HashSet<string> NamedBlobs(ResultStore store) => Inventory.Records(store).SelectMany(e => e.Blobs).Select(b => b.Sha256).ToHashSet();

    private static long TrashBytes(ResultStore store) => store.Trash.Bags().Sum(b => b.Bytes);

    private static void SyncShards(ResultStore store, string part, IEnumerable<string> names)
    {
        foreach (var shard in names.Select(n => Path.Combine(store.Folder(part), n[..2])).Distinct().Where(Directory.Exists))
            Posix.Sync(shard);
    }

    private static string LockPath(ResultStore store) => Path.Combine(store.Trash.Folder, "lock");
}
