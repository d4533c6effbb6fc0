// Results that a garbage collection took out of the store and has not deleted yet. A result that is asked for again is restored.
using System.Globalization;
using System.Text.Json;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>
/// trash/&lt;number&gt;-&lt;id&gt;/ holds what one collection moved away, under the names it had in the store: results/ab/&lt;key&gt;.json,
/// cas/ab/&lt;sha256&gt;, partial/&lt;key&gt;/, roots/… Names are moved one by one and each in one step, so a thing is in the store or in the trash.
/// </summary>
internal sealed class Trash(string store)
{
    private const string DeletingPrefix = "deleting-";

    public string Folder { get; } = Path.Combine(store, "trash");

    /// <summary>The bags of past collections, the newest first.</summary>
    public IReadOnlyList<TrashBag> Bags() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateDirectories(Folder).Where(d => TrashBag.NumberOf(d) > 0).Select(d => new TrashBag(store, d)).OrderByDescending(b => b.Number)]
        : [];

    /// <summary>A new bag for a collection that begins.</summary>
    public TrashBag Create()
    {
        var number = Bags().Select(b => b.Number).DefaultIfEmpty(0).Max() + 1;
        var path = Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"{number:d8}-{Guid.NewGuid():n}"));
        Directory.CreateDirectory(path);
        return new TrashBag(store, path);
    }

    /// <summary>Puts a file or folder back that a collection moved away.</summary>
    /// <param name="name">Its name relative to the store.</param>
    /// <returns>Whether it was in the trash.</returns>
    public bool Restore(string name) => Bags().Any(bag => bag.Restore(name));

    /// <summary>Deletes a bag for good.</summary>
    public void Delete(TrashBag bag)
    {
        // Renamed first: from then on nothing is found in it, so no incomplete result is restored.
        var doomed = Path.Combine(Folder, DeletingPrefix + Path.GetFileName(bag.Path));
        Posix.Rename(bag.Path, doomed);
        Directory.Delete(doomed, recursive: true);
    }

    /// <summary>Deletes what a killed process had begun to delete.</summary>
    public void ClearDeleted()
    {
        foreach (var path in Directory.GetDirectories(Folder, DeletingPrefix + "*"))
            Directory.Delete(path, recursive: true);
    }
}

/// <summary>The files that one collection moved away.</summary>
internal sealed class TrashBag(string store, string path)
{
    private const string LabelName = "label.json";

    public string Path { get; } = path;

    public long Number { get; } = NumberOf(path);

    /// <summary>The label of a bag once its collection has moved everything; null before.</summary>
    public TrashLabel? Label
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<TrashLabel>(File.ReadAllBytes(System.IO.Path.Combine(Path, LabelName)), RecordedRun.Json);
            }
            catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
            {
                return null;
            }
        }
    }

    public static long NumberOf(string path) => RecordedRun.NumberOf(path);

    /// <summary>Records when everything was moved, and which processes were writing to the store then.</summary>
    public void Close(TrashLabel label)
    {
        var draft = System.IO.Path.Combine(Path, LabelName + ".draft");
        File.WriteAllBytes(draft, JsonSerializer.SerializeToUtf8Bytes(label, RecordedRun.Json));
        Posix.Sync(draft);
        Posix.Rename(draft, System.IO.Path.Combine(Path, LabelName));
        Posix.Sync(Path);
    }

    /// <summary>Moves a file or folder of the store here; false if it is gone.</summary>
    public bool Take(string name)
    {
        var from = System.IO.Path.Combine(store, name);
        var to = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
        try
        {
            Posix.Rename(from, to);
            return true;
        }
        catch (IOException) when (!System.IO.Path.Exists(from))
        {
            return false;
        }
    }

    /// <summary>Puts a file or folder back unless its old path is taken again; false if it is not here.</summary>
    public bool Restore(string name)
    {
        var from = System.IO.Path.Combine(Path, name);
        if (!System.IO.Path.Exists(from))
            return false;
        var to = System.IO.Path.Combine(store, name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(to)!);
        try
        {
            if (Directory.Exists(from))
            {
                if (!Directory.Exists(to))
                    Posix.Rename(from, to);
            }
            else
            {
                Posix.MoveUnlessThere(from, to);
            }
            return true;
        }
        catch (IOException) when (!System.IO.Path.Exists(from))
        {
            // Another process has just done the same, or the bag is deleted.
            return System.IO.Path.Exists(to);
        }
    }

    /// <summary>The names, relative to the store, of the files in a part of the bag: <c>results</c>, <c>cas</c>, <c>roots</c>, <c>quarantine</c>.</summary>
    public IReadOnlyList<string> Names(string part)
    {
        var folder = System.IO.Path.Combine(Path, part);
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(f => System.IO.Path.GetRelativePath(Path, f))]
            : [];
    }

    /// <summary>The names, relative to the store, of the checkpoint folders in the bag.</summary>
    public IReadOnlyList<string> Partials()
    {
        var folder = System.IO.Path.Combine(Path, "partial");
        return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(f => System.IO.Path.GetRelativePath(Path, f))] : [];
    }

    /// <summary>The bytes of all its files.</summary>
    public long Bytes => DiskUse.Of(Path);
}

/// <summary>The label of a full bag.</summary>
/// <param name="Moved">When its collection had moved everything, UTC.</param>
/// <param name="Writers">
/// The scratch folders of the processes that were writing to the store then: one of them may be about to publish a result of a blob that is in the bag.
/// </param>
internal sealed record TrashLabel(DateTimeOffset Moved, IReadOnlyList<string> Writers);

/// <summary>How much room files take.</summary>
internal static class DiskUse
{
    /// <summary>The bytes of a file, or of all files below a folder; 0 if there is nothing.</summary>
    public static long Of(string path)
    {
        if (new FileInfo(path) is { Exists: true } file)
            return file.Length;
        if (!Directory.Exists(path))
            return 0;
        var sum = 0L;
        foreach (var found in new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            try
            {
                sum += found.Length;
            }
            catch (FileNotFoundException)
            {
                // Gone since it was listed.
            }
        }
        return sum;
    }
}
