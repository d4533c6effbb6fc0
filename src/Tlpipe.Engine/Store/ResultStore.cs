// The store of results: found by key, checked when used, whole or absent.
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Store;

/// <summary>
/// A folder of results: <c>FORMAT cas/ab/&lt;sha256&gt; results/ab/&lt;key&gt;.json partial/&lt;key&gt;/ lease/&lt;key&gt; tmp/ roots/ quarantine/ trash/</c>.
/// Any number of threads and processes may use it at once.
/// </summary>
/// <remarks>
/// The order in which things reach the disk, on which everything else rests:
/// 1. A name in cas/ is given only to bytes that are complete and synced, and that hash to it.
/// 2. A record is named only after the names of all its blobs are synced. Its rename is what publishes a result.
/// 3. A partial folder is discarded only after the record is synced.
/// 4. Removal goes the other way: the record first, then blobs that no record names.
/// So a crash leaves at worst unused blobs, a scratch folder, or checkpoints of a result that is already there.
/// </remarks>
public sealed class ResultStore
{
    /// <summary>The version of the layout that this code reads and writes.</summary>
    public const int Format = 1;

    private const string FormatPrefix = "tlpipe store ";
    private readonly BlobStore blobs;
    private readonly IStoreFiles files;
    private readonly StageCatalog? kinds;
    private readonly ConcurrentDictionary<string, bool> verified = new(StringComparer.Ordinal);
    private LeaseKind leases = LeaseKind.Flock;

    private ResultStore(string root, IStoreFiles files, StageCatalog? kinds)
    {
        Root = root;
        this.kinds = kinds;
        this.files = files;
        Trash = new Trash(root);
        blobs = new BlobStore(Folder("cas"), Folder("quarantine"), Trash, files);
    }

    /// <summary>The store's folder.</summary>
    public string Root { get; }

    internal Trash Trash { get; }

    internal BlobStore Blobs => blobs;

    /// <summary>Opens a store, creating it if needed, and removes what killed processes left in tmp/.</summary>
    /// <param name="path">The store's folder.</param>
    /// <param name="kinds">The stage kinds, whose records must have their outputs; null accepts any.</param>
    /// <exception cref="PipelineException">It has a newer format, or is some other folder.</exception>
    public static ResultStore Open(string path, StageCatalog? kinds = null) => Open(path, PosixFiles.Instance, kinds);

    /// <summary>Opens a store on a test's file system.</summary>
    internal static ResultStore Open(string path, IStoreFiles files, StageCatalog? kinds = null)
    {
        if (!OperatingSystem.IsLinux())
            throw new PipelineException(null, ErrorCode.Store, "the store needs Linux's file locks; run tlpipe on Linux or in WSL");
        var store = new ResultStore(Path.GetFullPath(path), files, kinds);
        store.Guarded("opened", () =>
        {
            Posix.ShareAs(store.Root);
            store.CheckFormat();
            store.CreateFolders();
            store.leases = LeaseKind.Of(store.Root);
            ScratchFolder.ClearStale(store.Folder("tmp"), store.leases);
        });
        return store;
    }

    /// <summary>
    /// The result of that key; null unless its record is sound and each of its blobs is there with the right size. A damaged
    /// record is moved aside. The blobs' bytes are checked when they are used.
    /// </summary>
    /// <exception cref="PipelineException">The store cannot be read.</exception>
    public StoredResult? Find(string key) => Guarded("read", () =>
    {
        var path = RecordPath(key);
        byte[] record;
        try
        {
            record = files.Read(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // It is still needed: restore it from the trash.
            return Trash.Restore(RecordName(key)) ? Find(key) : null;
        }
        catch (Exception e) when (Directory.Exists(path) || e is IOException { HResult: Posix.InputOutputError })
        {
            // While it keeps its name, no record can be written there.
            blobs.Quarantine(path);
            return null;
        }
        if (ReadRecord(record, key) is not { } result)
        {
            blobs.Quarantine(path);
            return null;
        }
        // Every blob is checked, so that all damaged ones are moved aside before the result is computed again.
        var missing = result.Outputs.Values.SelectMany(o => o.Files).Count(f => !blobs.Has(f));
        return missing == 0 ? result : null;
    });

    /// <summary>All results of a stage kind whose records can be read, in no particular order; their files are not checked.</summary>
    public IEnumerable<StoredResult> ResultsOf(string kind)
    {
        // Most records are of other kinds: those are not worth parsing.
        var needle = Encoding.UTF8.GetBytes($"\"stage\": \"{kind}\"");
        foreach (var path in Directory.EnumerateFiles(Folder("results"), "*.json", SearchOption.AllDirectories))
            if (ReadIfThere(path) is { } record && record.AsSpan().IndexOf(needle) >= 0
                && ReadRecord(record, Path.GetFileNameWithoutExtension(path)) is { } result && result.Document.Stage == kind)
                yield return result;
    }

    /// <summary>
    /// Puts a result into the store. If the store already has an intact one of that key, that one stays and is returned:
    /// others may already depend on its digests.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="document">The description of its computation; its hash is the key.</param>
    /// <param name="outputs">The outputs. Their files are moved if possible, so the folders must not be used afterwards.</param>
    /// <param name="measured">The measurements taken while it was made.</param>
    /// <param name="provenance">How it came about.</param>
    /// <param name="replace">Whether to replace an intact one, because the user asked for it.</param>
    /// <exception cref="PipelineException">The store cannot be written to.</exception>
    public StoredResult Publish(
        string key, KeyDocument document, IReadOnlyList<ProducedOutput> outputs, IReadOnlyDictionary<string, double> measured, Provenance provenance,
        bool replace = false)
    {
        if (document.Key != StoreNames.CheckKey(key))
            throw new ArgumentException("the document's hash is not the key", nameof(document));
        if (!replace && Find(key) is { } present)
            return present;
        return Guarded("written", () =>
        {
            using var scratch = CreateScratch();
            var stored = outputs.ToDictionary(o => o.Name, o => Add(o, scratch));
            // Invariant 2: the names of the blobs before the record's.
            blobs.Sync(stored.Values.SelectMany(o => o.Files).Select(f => f.Sha256));
            CrashPoint.Pass(CrashPoint.BlobsSynced);
            var result = new StoredResult(key, document, stored, measured, provenance);
            return WriteRecord(result, scratch, replace);
        });
    }

    /// <summary>
    /// Places links to an output's files in a folder, under their names, for a stage that only reads them.
    /// All are checked against their SHA-256 first; links from an earlier laying are replaced.
    /// </summary>
    /// <exception cref="DamagedResultException">
    /// A file is not what it was; it has been moved aside, and <see cref="Find"/> no longer finds the result.
    /// </exception>
    public void Lay(StoredResult result, string output, string folder)
    {
        var files = result.Outputs[output].Files;
        foreach (var file in files)
            Verify(result.Key, output, file);
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(path);
            File.CreateSymbolicLink(path, BlobPath(file));
        }
    }

    /// <summary>Checks a file's bytes against its SHA-256.</summary>
    /// <exception cref="DamagedResultException">They are others, or it is missing.</exception>
    public void Verify(string key, string output, StoredFile file)
    {
        if (!Guarded("read", () => blobs.Verify(file)))
            throw new DamagedResultException(key, file.Sha256, $"{output}/{file.Path}");
    }

    /// <summary>
    /// The file in the store that holds a file's bytes, for a command that reads it, after a check of all its bytes; null if it is missing.
    /// A file that this process has checked is not read again.
    /// </summary>
    /// <exception cref="DamagedResultException">It is damaged.</exception>
    public string? CheckedPath(string key, string output, StoredFile file)
    {
        if (!File.Exists(BlobPath(file)))
            return null;
        if (!verified.ContainsKey(file.Sha256))
            Verify(key, output, file);
        verified.TryAdd(file.Sha256, true);
        return BlobPath(file);
    }

    /// <summary>The read-only file in the store that holds a file's bytes.</summary>
    public string BlobPath(StoredFile file) => blobs.PathOf(file.Sha256);

    /// <summary>The file that holds a file's bytes in the store of that folder. The store is not opened, so the file may be missing.</summary>
    public static string BlobPath(string root, StoredFile file) => Path.Combine(root, BlobStore.NameOf(file.Sha256));

    /// <summary>A new folder on the store's file system, from which publishing moves files rather than copies them.</summary>
    public ScratchFolder CreateScratch() => Guarded("written", () => ScratchFolder.Create(Folder("tmp"), leases));

    /// <summary>The scratch folder of the computation of a key, for the holder of its lease; those of former holders go.</summary>
    internal ScratchFolder CreateScratch(string key) => Guarded("written", () =>
    {
        ScratchFolder.ClearOf(StoreNames.CheckKey(key), Folder("tmp"), leases);
        return ScratchFolder.Create(Folder("tmp"), leases, key);
    });

    /// <summary>The names of the scratch folders of live processes.</summary>
    internal IReadOnlyList<string> LiveScratch() => ScratchFolder.Live(Folder("tmp"), leases);

    /// <summary>Begins to record which results a run uses. Dispose it when the run is over.</summary>
    public RunRoot BeginRun(RunNote note) => Guarded("written", () => RunRoot.Begin(Path.Combine(Folder("roots"), "runs"), note));

    /// <summary>The recorded runs, the newest first, including active ones.</summary>
    public IReadOnlyList<RecordedRun> Runs() => Guarded("read", () => RecordedRun.ReadAll(Path.Combine(Folder("roots"), "runs")));

    /// <summary>The right to compute that key's result; null if another process or thread has it.</summary>
    public Lease? TryTake(string key) => WithLease(key, (path, kind) => Lease.TryTake(path, kind));

    /// <summary>Whether any process has the right to compute that key's result.</summary>
    public bool IsTaken(string key)
    {
        if (leases.Silence is not null)
            return HeartbeatLease.IsHeld(LeasePath(key));
        if (!File.Exists(LeasePath(key)))
            return false;
        using var lease = TryTake(key);
        return lease is null;
    }

    /// <summary>Waits for the right to compute that key's result. Look for the result again once it is there.</summary>
    /// <param name="key">The key.</param>
    /// <param name="onNews">Receives another holder's message (<see cref="Lease.Tell"/>), "" at first if there is none yet.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended.</exception>
    public Lease Take(string key, Action<string> onNews, CancellationToken cancellation) =>
        WithLease(key, (path, kind) => Lease.Take(path, kind, onNews, cancellation));

    /// <summary>Whatever is in the place of a lease and cannot be one is moved aside.</summary>
    private T WithLease<T>(string key, Func<string, LeaseKind, T> action) => Guarded("written", () =>
    {
        leases = leases.Now(Root);
        var path = LeasePath(key);
        try
        {
            return action(path, leases);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && ClearLease(path))
        {
            return action(path, leases);
        }
    });

    private bool ClearLease(string path)
    {
        var held = HeartbeatLease.FolderOf(path);
        var odd = Directory.Exists(path) || new FileInfo(path).LinkTarget is not null ? path
            : new FileInfo(held) is { Exists: true } or { LinkTarget: not null } ? held : null;
        return odd is not null && blobs.Quarantine(odd) is not null;
    }

    /// <summary>The checkpoints of that key's computation. Only the holder of its lease may use them.</summary>
    /// <param name="key">The key.</param>
    /// <param name="interval">How often to write one.</param>
    /// <param name="lease">The lease, which is asked before anything is removed; null if nobody else can have it.</param>
    public ICheckpoints Checkpoints(string key, TimeSpan interval, Lease? lease = null)
    {
        if (!Directory.Exists(PartialPath(key)))
            Trash.Restore(Path.Combine("partial", key));
        return new PartialFolder(PartialPath(key), interval, files, lease);
    }

    /// <summary>The checkpoints of that key's computation that do not count; for the holder of its lease.</summary>
    internal IReadOnlyList<string> DamagedCheckpoints(string key) => new PartialFolder(PartialPath(key), TimeSpan.Zero, files).Damaged();

    /// <summary>Records that the computation resumes from a checkpoint after an interruption; for the holder of its lease.</summary>
    /// <returns>The steps of all its resumptions, this one's last.</returns>
    internal IReadOnlyList<long> Resume(string key, string checkpoint) =>
        new PartialFolder(PartialPath(key), TimeSpan.Zero, files).Resume(PartialFolder.StepOf(checkpoint));

    /// <summary>Deletes the checkpoints of that key's computation; for the holder of its lease, once the result is published.</summary>
    public void Discard(string key, Lease? lease = null)
    {
        // Whoever has taken the lease over finds the result at the end; until then it needs its checkpoints.
        if (lease is { IsLost: true } || !Directory.Exists(PartialPath(key)))
            return;
        try
        {
            files.DeleteFolder(PartialPath(key));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && lease is { IsLost: true })
        {
            // The result is published; what is left belongs to another process.
        }
    }

    private StoredOutput Add(ProducedOutput output, ScratchFolder scratch)
    {
        if (!StoreNames.IsRelative(output.Name) || output.Name.Contains('/'))
            throw new ArgumentException($"'{output.Name}' is not a name for an output", nameof(output));
        var files = ContentDigest.FilesBelow(output.Folder).ToList()
            .Select(path => blobs.Add(path, Path.Combine(output.Folder, path), scratch)).ToList();
        return new StoredOutput(output.Digest ?? ContentDigest.OfNames(files.Select(f => (f.Path, f.Sha256))), files, output.Facts);
    }

    internal StoredResult WriteRecord(StoredResult result, ScratchFolder scratch, bool replace)
    {
        var path = RecordPath(result.Key);
        // A name for this record alone: it stays as a second name of the record's file.
        var draft = Path.Combine(scratch.Path, $"record-{Guid.NewGuid():n}.json");
        files.Write(draft, ResultRecord.Write(result));
        files.Sync(draft);
        var shard = Path.GetDirectoryName(path)!;
        files.CreateLastingFolder(shard);
        CrashPoint.Pass(CrashPoint.RecordWritten);
        // A link never replaces: if two processes publish at once, the first one's result stays, also for later ones.
        if (replace || !files.TryLink(draft, path))
        {
            if (!replace && Find(result.Key) is { } first)
                return first;
            files.Rename(draft, path);
        }
        CrashPoint.Pass(CrashPoint.RecordNamed);
        files.Sync(shard);
        CrashPoint.Pass(CrashPoint.RecordSynced);
        return result;
    }

    private void CreateFolders()
    {
        var missing = ((string[])["cas", "results", "partial", "lease", "tmp", "roots", "quarantine"]).Select(Folder).Where(f => !Directory.Exists(f)).ToList();
        foreach (var folder in missing)
            files.CreateFolder(folder);
        if (missing.Count > 0)
            files.Sync(Root);
    }

    /// <summary>Reads a record, also one from elsewhere; null if it may not be used.</summary>
    internal StoredResult? ReadRecord(byte[] record, string key) => RecordRules.Read(record, key, kinds);

    private byte[]? ReadIfThere(string path) => Guarded("read", () =>
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    });

    private void CheckFormat()
    {
        var path = Path.Combine(Root, "FORMAT");
        if (!File.Exists(path))
            Found(path);
        var text = File.ReadAllText(path);
        if (!text.StartsWith(FormatPrefix, StringComparison.Ordinal)
            || !int.TryParse(text.AsSpan(FormatPrefix.Length).TrimEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var format)
            || format < 1)
        {
            throw new PipelineException(null, ErrorCode.Store,
                $"{path} is not what tlpipe writes; if {Root} is a store of tlpipe, write '{FormatPrefix}{Format}' into it, else give another folder as the store");
        }
        if (format > Format)
        {
            throw new PipelineException(null, ErrorCode.Store,
                $"the store {Root} has format {format}, and this tlpipe knows formats up to {Format}; update tlpipe or use another store");
        }
    }

    // FORMAT is a store's first file, so that a half-created store is still recognised.
    private void Found(string path)
    {
        files.CreateLastingFolder(Root);
        var foreign = Directory.EnumerateFileSystemEntries(Root).Select(e => Path.GetFileName(e))
            .FirstOrDefault(e => !e.StartsWith("FORMAT", StringComparison.Ordinal));
        // Another process may have created the store since FORMAT was looked for.
        if (foreign is not null && !File.Exists(path))
        {
            throw new PipelineException(null, ErrorCode.Store,
                $"{Root} is not a store and holds other things ('{foreign}'); give an empty or new folder as the store");
        }
        var draft = $"{path}.{Guid.NewGuid():n}";
        files.Write(draft, Encoding.UTF8.GetBytes($"{FormatPrefix}{Format}\n"));
        files.Sync(draft);
        files.Rename(draft, path);
        files.Sync(Root);
    }

    internal void Guarded(string done, Action action) => Guarded(done, () =>
    {
        action();
        return true;
    });

    internal T Guarded<T>(string done, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.Store, $"the store {Root} cannot be {done}: {e.Message}");
        }
    }

    internal string Folder(string name) => Path.Combine(Root, name);

    internal string RecordPath(string key) => Path.Combine(Root, RecordName(key));

    /// <summary>A record's name relative to the store.</summary>
    internal static string RecordName(string key) => Path.Combine("results", StoreNames.CheckKey(key)[..2], $"{key}.json");

    private string LeasePath(string key) => Path.Combine(Root, "lease", StoreNames.CheckKey(key));

    private string PartialPath(string key) => Path.Combine(Root, "partial", StoreNames.CheckKey(key));
}
