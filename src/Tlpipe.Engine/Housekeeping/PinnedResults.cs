// Results that the user has excluded from garbage collection.
using System.Text.Json;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Housekeeping;

/// <summary>A pinned result.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Pinned">When, UTC.</param>
/// <param name="Note">The user's reason for the pin; may be empty.</param>
/// <param name="Name">Its name at that time, <c>pipeline/stage</c>: the records of the runs that used it may be deleted. May be empty.</param>
public sealed record Pin(string Key, DateTimeOffset Pinned, string Note = "", string Name = "");

/// <summary>roots/pins/&lt;key&gt;: a JSON file for each pinned result.</summary>
public static class PinnedResults
{
    /// <summary>All pins, the newest first.</summary>
    public static IReadOnlyList<Pin> All(ResultStore store) => store.Guarded<IReadOnlyList<Pin>>("read", () =>
    {
        var folder = FolderOf(store);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder).Where(f => StoreNames.IsSha256(Path.GetFileName(f))).Select(Read).OrderByDescending(p => p.Pinned)]
            : [];
    });

    /// <summary>Pins a result. A second pin replaces the first one's note.</summary>
    public static void Add(ResultStore store, Pin pin) => store.Guarded("written", () =>
    {
        using var scratch = store.CreateScratch();
        var draft = Path.Combine(scratch.Path, "pin.json");
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(pin, RecordedRun.Json));
        Posix.Sync(draft);
        Directory.CreateDirectory(FolderOf(store));
        Posix.Rename(draft, PathOf(store, pin.Key));
        Posix.Sync(FolderOf(store));
    });

    /// <summary>Removes a pin; false if it did not exist.</summary>
    public static bool Remove(ResultStore store, string key) => store.Guarded("written", () =>
    {
        var path = PathOf(store, key);
        var there = File.Exists(path);
        File.Delete(path);
        return there;
    });

    internal static string FolderOf(ResultStore store) => Path.Combine(store.Folder("roots"), "pins");

    // A pin's file name is the pinned key, so a pin with damaged content still counts.
    private static Pin Read(string path)
    {
        var key = Path.GetFileName(path);
        try
        {
            if (JsonSerializer.Deserialize<Pin>(File.ReadAllBytes(path), RecordedRun.Json) is { } pin)
                return pin with { Key = key };
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException)
        {
            // The name is what counts.
        }
        return new Pin(key, DateTimeOffset.UnixEpoch);
    }

    private static string PathOf(ResultStore store, string key) => Path.Combine(FolderOf(store), StoreNames.CheckKey(key));
}
