// A result's files where the user looks for them: a view of the store that can be deleted or edited without harm.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>
/// Shows results under <c>outputs/</c>. Files are clones if the file system supports them, else copies if they are small,
/// else read-only hard links. A change to one is noticed when the result is next used.
/// </summary>
/// <remarks>
/// A file is the view's own only while it is unchanged. Any other file is the user's: it is never deleted, and
/// if it is in the way it is renamed to <c>name.edited</c>.
/// </remarks>
/// <param name="store">The store.</param>
/// <param name="copyLimit">Results of at most this many bytes are copied rather than linked.</param>
public sealed class OutputView(ResultStore store, long copyLimit = OutputView.DefaultCopyLimit)
{
    /// <summary>64 MiB.</summary>
    public const long DefaultCopyLimit = 64L << 20;

    private const string DraftPrefix = ".tlpipe-draft-";

    /// <summary>Makes <c>folder/output/…</c> show each output of a result, in place of what was shown there before.</summary>
    /// <returns>False if the folder showed it already.</returns>
    /// <exception cref="DamagedResultException">A file in the store is not what it was; the folder still shows what it showed.</exception>
    /// <exception cref="PipelineException">The folder cannot be written to.</exception>
    public bool Show(StoredResult result, string folder)
    {
        try
        {
            return ShowLocked(result, folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PipelineException(null, ErrorCode.Store, $"the outputs cannot be shown in {folder}: {e.Message}");
        }
    }

    private bool ShowLocked(StoredResult result, string folder)
    {
        Directory.CreateDirectory(folder);
        using var handle = Posix.OpenFolder(folder);
        Posix.Lock(handle);
        try
        {
            var before = ViewMarker.Read(folder);
            if (before.Shows(result) && before.Files.All(f => f.IsAsLaid(folder) && (IsSmall(before.Files) || IsStored(f, folder))))
                return false;
            Update(result, folder, before);
            return true;
        }
        finally
        {
            Posix.Unlock(handle);
        }
    }

    /// <summary>The key of the result that a stage's folder shows; null if it shows none, or changes just now.</summary>
    public static string? KeyShownIn(string folder) => ViewMarker.Read(folder).Key;

    private void Update(StoredResult result, string folder, ViewMarker before)
    {
        foreach (var abandoned in Directory.GetDirectories(folder, DraftPrefix + "*"))
            Directory.Delete(abandoned, recursive: true);
        var wanted = ViewMarker.FilesOf(result).ToDictionary(f => f.Path);
        var kept = before.Files.Distinct()
            .Where(f => wanted.TryGetValue(f.Path, out var w) && w.Sha256 == f.Sha256 && f.IsAsLaid(folder) && (IsSmall(before.Files) || IsStored(f, folder))).ToList();
        var keptPaths = kept.Select(f => f.Path).ToHashSet();

        var draft = Directory.CreateDirectory(Path.Combine(folder, DraftPrefix + Guid.NewGuid().ToString("n"))).FullName;
        try
        {
            var small = wanted.Values.Sum(f => f.Size) <= copyLimit;
            var laid = new List<(ViewFile File, string Draft)>();
            foreach (var file in wanted.Values.Where(f => !keptPaths.Contains(f.Path)))
            {
                var path = Path.Combine(draft, $"{laid.Count}");
                laid.Add((Lay(result.Key, file, path, small), path));
            }
            // Named before the files are in place: if the process dies between the two, they are still recognised as the view's own.
            new ViewMarker(null, [.. before.Files, .. laid.Select(l => l.File)]).Write(folder);
            CrashPoint.Pass(CrashPoint.ViewMarked);
            foreach (var (file, path) in laid)
                Place(folder, file, path, before);
            CrashPoint.Pass(CrashPoint.ViewPlaced);
            RemoveFormer(folder, before.Files.Where(f => !wanted.ContainsKey(f.Path)));
            new ViewMarker(result.Key, [.. kept, .. laid.Select(l => l.File)]).Write(folder);
        }
        finally
        {
            Directory.Delete(draft, recursive: true);
        }
    }

    // Small results are copied, so that there are no links.
    private bool IsSmall(IEnumerable<ViewFile> files) => files.Sum(f => f.Size) <= copyLimit;

    // A link to a file that was found damaged since shows the damaged bytes: size and time are the same. Only a link is read-only.
    private bool IsStored(ViewFile file, string folder)
    {
        var path = Path.Combine(folder, file.Path);
        if (Posix.IsWritable(path))
            return true;
        var blob = store.BlobPath(new StoredFile(file.Path, file.Sha256, file.Size));
        return !File.Exists(blob) || Posix.IsSameFile(path, blob);
    }

    private ViewFile Lay(string key, StoredFile file, string path, bool small)
    {
        var slash = file.Path.IndexOf('/');
        store.Verify(key, file.Path[..slash], file with { Path = file.Path[(slash + 1)..] });
        var blob = store.BlobPath(file);
        var shared = false;
        if (!Posix.TryClone(blob, path))
        {
            shared = !small && Posix.TryHardLink(blob, path);
            if (!shared)
                File.Copy(blob, path);
        }
        if (!shared)
            Posix.SetWritable(path, true);
        return new ViewFile(file.Path, file.Sha256, file.Size, File.GetLastWriteTimeUtc(path).Ticks);
    }

    private static void Place(string folder, ViewFile file, string draft, ViewMarker before)
    {
        var parent = folder;
        foreach (var part in file.Path.Split('/')[..^1])
        {
            parent = Path.Combine(parent, part);
            // A link to a folder is the user's, too: the view must not write to its target.
            if (File.Exists(parent) || new FileInfo(parent).LinkTarget is not null)
                SetAside(parent);
            Directory.CreateDirectory(parent);
        }
        var path = Path.Combine(folder, file.Path);
        var isOwn = before.Files.Any(f => f.Path == file.Path && f.IsAsLaid(folder)) || file.HasContent(path);
        if (!isOwn && (Path.Exists(path) || new FileInfo(path).LinkTarget is not null))
            SetAside(path);
        Posix.Rename(draft, path);
    }

    private static void RemoveFormer(string folder, IEnumerable<ViewFile> files)
    {
        foreach (var file in files.Where(f => f.IsAsLaid(folder)))
        {
            File.Delete(Path.Combine(folder, file.Path));
            for (var name = Path.GetDirectoryName(file.Path); !string.IsNullOrEmpty(name); name = Path.GetDirectoryName(name))
            {
                var parent = Path.Combine(folder, name);
                if (Directory.EnumerateFileSystemEntries(parent).Any())
                    break;
                Directory.Delete(parent);
            }
        }
    }

    private static void SetAside(string path)
    {
        var aside = $"{path}.edited";
        for (var i = 2; Path.Exists(aside); i++)
            aside = $"{path}.edited-{i}";
        Posix.Rename(path, aside);
    }
}
