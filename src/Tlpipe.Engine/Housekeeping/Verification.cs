// Reads everything in a store once and moves aside files that do not match their names.
using System.Collections.Concurrent;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Housekeeping;

/// <summary>A fault in a store.</summary>
/// <param name="Name">The file or folder, relative to the store.</param>
/// <param name="What">The fault, and the repair.</param>
/// <param name="Mended">Whether it is repaired now.</param>
public sealed record StoreProblem(string Name, string What, bool Mended);

/// <summary>The findings of a verification.</summary>
/// <param name="Results">Records checked.</param>
/// <param name="Blobs">Blobs read.</param>
/// <param name="Bytes">Bytes read.</param>
/// <param name="Problems">What is wrong, by name.</param>
/// <param name="Lost">The results that must be computed again.</param>
public sealed record VerificationReport(int Results, int Blobs, long Bytes, IReadOnlyList<StoreProblem> Problems, IReadOnlyList<RootedKey> Lost);

/// <summary>Verifies a store. It may be used meanwhile.</summary>
public sealed class Verification
{
    private const int Looks = 3;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private readonly ResultStore store;
    private readonly ConcurrentBag<StoreProblem> problems = [];
    private readonly Dictionary<string, string> stages = new(StringComparer.Ordinal);
    private readonly List<RootedKey> lost = [];
    private long bytes;

    private Verification(ResultStore store) => this.store = store;

    /// <summary>Reads all records, blobs, checkpoints, recorded runs and pins.</summary>
    /// <param name="store">The store.</param>
    /// <param name="read">Receives the bytes read so far, from several threads.</param>
    /// <param name="cancellation">Ends it.</param>
    public static VerificationReport Run(ResultStore store, Action<long> read, CancellationToken cancellation) =>
        store.Guarded("read", () => new Verification(store).Run(read, cancellation));

    private VerificationReport Run(Action<long> read, CancellationToken cancellation)
    {
        foreach (var run in store.Runs())
            foreach (var rooted in run.Keys)
                stages.TryAdd(rooted.Key, $"{run.Note.Name}/{rooted.Stage}");
        CheckFolders();
        var results = CheckRecords();
        var blobs = CheckBlobs(read, cancellation);
        foreach (var result in results)
        {
            // Damaged ones have been moved aside by now; one that a collection moved meanwhile is restored.
            if (result.Outputs.Values.SelectMany(o => o.Files).Count(f => !store.Blobs.Has(f)) > 0 && File.Exists(store.RecordPath(result.Key)))
                lost.Add(Named(result.Key, result.Document.Stage));
        }
        CheckPartials();
        CheckRoots();
        return new VerificationReport(results.Count, blobs, bytes, [.. problems.OrderBy(p => p.Name, StringComparer.Ordinal)], [.. lost.DistinctBy(l => l.Key)]);
    }

    private void CheckFolders()
    {
        foreach (var folder in Directory.EnumerateDirectories(store.Root, "*", SearchOption.AllDirectories).Prepend(store.Root))
        {
            if (Relative(folder).Split('/')[0] is "trash" or "tmp" or "quarantine" or "machines")
                continue;
            Mend(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, "its owner cannot write to it");
        }
    }

    private List<StoredResult> CheckRecords()
    {
        var results = new List<StoredResult>();
        foreach (var path in Directory.EnumerateFiles(store.Folder("results"), "*", SearchOption.AllDirectories))
        {
            Mend(path, UnixFileMode.UserRead, "its owner cannot read it");
            if (TryRead(path) is not { } content)
                continue;
            var key = Path.GetFileNameWithoutExtension(path);
            if (!StoreNames.IsSha256(key) || Relative(path) != ResultStore.RecordName(key))
                Aside(path, "is no record's name");
            else if (store.ReadRecord(content, key) is { } result)
                results.Add(result);
            else if (Aside(path, "is not the record that was written"))
                lost.Add(Named(key, ""));
            Interlocked.Add(ref bytes, content.Length);
        }
        return results;
    }

    private int CheckBlobs(Action<long> read, CancellationToken cancellation)
    {
        var count = 0;
        var files = Directory.EnumerateFiles(store.Folder("cas"), "*", SearchOption.AllDirectories).ToList();
        Parallel.ForEach(files, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation }, path =>
        {
            var name = Path.GetFileName(path);
            if (!StoreNames.IsSha256(name) || Relative(path) != BlobStore.NameOf(name))
            {
                Aside(path, "is no blob's name");
                return;
            }
            Mend(path, UnixFileMode.UserRead, "its owner cannot read it");
            if (new FileInfo(path) is not { Exists: true } blob)
                return;
            var length = blob.Length;
            if (!store.Blobs.Verify(new StoredFile(name, name, length)) && !File.Exists(path))
                problems.Add(new StoreProblem(Relative(path), "its bytes are not what its name promises; moved to quarantine", false));
            else
                MakeReadOnly(path);
            Interlocked.Increment(ref count);
            read(Interlocked.Add(ref bytes, length));
        });
        return count;
    }

    private void CheckPartials()
    {
        foreach (var partial in Directory.EnumerateDirectories(store.Folder("partial")))
        {
            var key = Path.GetFileName(partial);
            if (!StoreNames.IsSha256(key))
            {
                Aside(partial, "is no key");
                continue;
            }
            // Another process is computing it and writing there; that process checks its checkpoints itself.
            using var lease = store.TryTake(key);
            foreach (var checkpoint in lease is null ? [] : store.DamagedCheckpoints(key))
                Aside(checkpoint, "is not a complete checkpoint; the computation resumes from an earlier one");
        }
    }

    private void CheckRoots()
    {
        foreach (var path in Files(Path.Combine(store.Folder("roots"), "runs")).Where(IsNoRun))
            Aside(path, "is not the record of a run");
        foreach (var path in Files(PinnedResults.FolderOf(store)).Where(p => !StoreNames.IsSha256(Path.GetFileName(p))))
            Aside(path, "is no pin");
        var keys = Directory.EnumerateFiles(store.Folder("results"), "*.json", SearchOption.AllDirectories).Select(Path.GetFileNameWithoutExtension).ToHashSet();
        foreach (var pin in PinnedResults.All(store).Where(p => !keys.Contains(p.Key) && store.Find(p.Key) is null && lost.All(l => l.Key != p.Key)))
        {
            problems.Add(new StoreProblem($"roots/pins/{pin.Key}", "the pinned result is not in the store", false));
            lost.Add(Named(pin.Key, ""));
        }
    }

    // A run that begins just now has made its file; then it locks it and writes its first line.
    private static bool IsNoRun(string path)
    {
        for (var look = 0; look < Looks; look++)
        {
            if (RecordedRun.Read(path) is not null || !File.Exists(path) || RecordedRun.IsLocked(path))
                return false;
            Thread.Sleep(BetweenLooks);
        }
        return File.Exists(path);
    }

    private bool Aside(string path, string what)
    {
        if (store.Blobs.Quarantine(path) is null)
            return false;
        problems.Add(new StoreProblem(Relative(path), $"{what}; moved to quarantine", false));
        return true;
    }

    // The store acts as its owner; a file that its owner cannot read or write is as good as lost.
    private void Mend(string path, UnixFileMode wanted, string what)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        try
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & wanted) == wanted)
                return;
            File.SetUnixFileMode(path, mode | wanted);
            problems.Add(new StoreProblem(Relative(path), $"{what}; its mode is changed", true));
        }
        catch (UnauthorizedAccessException)
        {
            problems.Add(new StoreProblem(Relative(path), $"{what}, and it belongs to somebody else", false));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Gone since it was listed.
        }
    }

    private void MakeReadOnly(string blob)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        try
        {
            if ((File.GetUnixFileMode(blob) & Writable) == 0)
                return;
            Posix.SetWritable(blob, false);
            problems.Add(new StoreProblem(Relative(blob), "could be written to; made read-only", true));
        }
        catch (FileNotFoundException)
        {
            // Gone since it was read.
        }
        catch (UnauthorizedAccessException)
        {
            problems.Add(new StoreProblem(Relative(blob), "can be written to, and belongs to somebody else", false));
        }
    }

    private RootedKey Named(string key, string kind) => new(key, stages.GetValueOrDefault(key, kind));

    private string Relative(string path) => Path.GetRelativePath(store.Root, path);

    private static byte[]? TryRead(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
}
