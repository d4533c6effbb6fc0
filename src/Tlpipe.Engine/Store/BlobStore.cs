// The files of all results, each once, named by their content.
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>cas/ab/&lt;sha256&gt;: read-only files whose name is the SHA-256 of their bytes.</summary>
internal sealed class BlobStore(string folder, string quarantine, Trash trash, IStoreFiles files)
{
    public string PathOf(string sha256) => Path.Combine(folder, sha256[..2], sha256);

    /// <summary>A blob's name relative to the store.</summary>
    public static string NameOf(string sha256) => Path.Combine("cas", sha256[..2], sha256);

    /// <summary>Whether the blob exists with that size. One in the trash is restored; one of another size is moved aside.</summary>
    public bool Has(StoredFile file)
    {
        var blob = new FileInfo(PathOf(file.Sha256));
        if (!blob.Exists && Directory.Exists(blob.FullName))
            Quarantine(blob.FullName);
        if (!blob.Exists && trash.Restore(NameOf(file.Sha256)))
            blob.Refresh();
        if (blob.Exists && blob.Length != file.Size)
            Quarantine(blob.FullName);
        return blob.Exists && blob.Length == file.Size;
    }

    /// <summary>As <see cref="Has"/>, with a size from an untrusted source: if it differs, the blob's own bytes decide whether it stays.</summary>
    public bool HasAsClaimed(StoredFile claimed)
    {
        var blob = new FileInfo(PathOf(claimed.Sha256));
        if (!blob.Exists || blob.Length == claimed.Size)
            return Has(claimed);
        Verify(claimed with { Size = blob.Length });
        return false;
    }

    /// <summary>Whether the blob's bytes match its name. If they do not, it is moved aside.</summary>
    public bool Verify(StoredFile file)
    {
        if (!Has(file))
            return false;
        var blob = PathOf(file.Sha256);
        try
        {
            if (files.Hash(blob).Sha256 == file.Sha256)
                return true;
        }
        catch (FileNotFoundException)
        {
            // Another process has found it damaged since.
            return false;
        }
        catch (IOException e) when (e.HResult == Posix.InputOutputError)
        {
            // The disk cannot read it any more, and while it keeps its name it cannot be replaced.
            Quarantine(blob);
            return false;
        }
        return !QuarantineDamaged(blob, file.Sha256);
    }

    /// <summary>Moves a damaged blob aside; if another process has replaced it by an intact one meanwhile, that one is put back.</summary>
    /// <returns>False if it was intact.</returns>
    private bool QuarantineDamaged(string blob, string sha256)
    {
        if (Quarantine(blob) is not { } aside || files.Hash(aside).Sha256 != sha256)
            return true;
        Posix.MoveUnlessThere(aside, blob);
        return false;
    }

    /// <summary>
    /// Makes a file a blob: moves it if that is safe, else copies it. Its bytes are on the disk before it has the blob's
    /// name; the name itself is only after <see cref="Sync"/>.
    /// </summary>
    /// <param name="path">The path to record.</param>
    /// <param name="file">The file; it may be gone afterwards.</param>
    /// <param name="scratch">A folder on the store's file system.</param>
    public StoredFile Add(string path, string file, ScratchFolder scratch)
    {
        // The target of a link, or a file with a second name, may still be written to by its owner.
        if (File.ResolveLinkTarget(file, returnFinalTarget: false) is not null || Posix.CountLinks(file) > 1)
            return AddCopy(path, file, scratch);
        files.MakeReadOnly(file);
        var before = FileState.Of(file);
        // The disk takes the bytes while the processor hashes them.
        files.BeginSync(file);
        var (sha256, size) = files.Hash(file);
        files.Sync(file);
        if (FileState.Of(file) != before || size != before.Size)
            throw new IOException($"{file} changed while it was being stored");
        CrashPoint.Pass(CrashPoint.BlobSynced);
        return TryName(file, sha256) ? new StoredFile(path, sha256, size) : AddCopy(path, file, scratch);
    }

    private StoredFile AddCopy(string path, string file, ScratchFolder scratch)
    {
        var copy = Path.Combine(scratch.Path, $"copy-{Guid.NewGuid():n}");
        var (sha256, size) = files.Copy(file, copy);
        files.MakeReadOnly(copy);
        files.Sync(copy);
        if (FileState.Of(copy).Size != size)
            throw new IOException($"{copy} is not as long as what was written to it");
        CrashPoint.Pass(CrashPoint.BlobSynced);
        return TryName(copy, sha256) ? new StoredFile(path, sha256, size) : throw new IOException($"{scratch.Path} is on another file system than the blobs");
    }

    private bool TryName(string file, string sha256)
    {
        var blob = PathOf(sha256);
        files.CreateFolder(Path.GetDirectoryName(blob)!);
        // Replaces an existing blob of that name, too: the bytes are the same, unless it was damaged, which this repairs.
        if (Directory.Exists(blob))
            Quarantine(blob);
        if (!files.TryRename(file, blob))
            return false;
        CrashPoint.Pass(CrashPoint.BlobNamed);
        return true;
    }

    /// <summary>Waits until the names of blobs are on the disk.</summary>
    public void Sync(IEnumerable<string> sha256s)
    {
        foreach (var shard in sha256s.Select(s => Path.GetDirectoryName(PathOf(s))!).Distinct())
            files.Sync(shard);
        files.Sync(folder);
    }

    /// <summary>Moves a file aside.</summary>
    /// <returns>Its new path; null if it was gone.</returns>
    public string? Quarantine(string file)
    {
        var aside = Path.Combine(quarantine, $"{Path.GetFileName(file)}.{Guid.NewGuid():n}");
        try
        {
            files.Rename(file, aside);
            return aside;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && Posix.IsReadOnly(quarantine))
        {
            // A store that this user may only read: it stays, and is not used.
            return null;
        }
        catch (IOException) when (!Path.Exists(file))
        {
            // Another process has just done the same.
            return null;
        }
    }
}
