// The store's file operations, one step each, so that tests can make any of them fail or lose unsynced data.
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>
/// The file operations of the store whose order matters. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>;
/// a method that fails may have done its work, a part of it, or nothing.
/// </summary>
internal interface IStoreFiles
{
    /// <summary>Creates a folder and its missing parents.</summary>
    void CreateFolder(string path);

    /// <summary>All bytes of a file.</summary>
    byte[] Read(string path);

    /// <summary>Creates a file with these bytes.</summary>
    void Write(string path, byte[] bytes);

    /// <summary>SHA-256 and size of a file's bytes.</summary>
    (string Sha256, long Size) Hash(string path);

    /// <summary>Copies a file, and returns the SHA-256 and size of the bytes written.</summary>
    (string Sha256, long Size) Copy(string from, string to);

    /// <summary>Makes a file read-only.</summary>
    void MakeReadOnly(string path);

    /// <summary>Starts writing a file's bytes to disk; <see cref="Sync"/> must follow.</summary>
    void BeginSync(string path);

    /// <summary>Waits until a file's bytes, or a folder's names, are on the disk.</summary>
    void Sync(string path);

    /// <summary>Renames a file or folder in one step, replacing a file there; false if the new name is on another file system.</summary>
    bool TryRename(string from, string to);

    /// <summary>Gives a file a second name; false if the name is taken or the file system has no hard links.</summary>
    bool TryLink(string existing, string name);

    /// <summary>Deletes a folder and its content.</summary>
    void DeleteFolder(string path);
}

/// <summary>The operations of Linux.</summary>
internal sealed class PosixFiles : IStoreFiles
{
    private PosixFiles()
    {
    }

    public static PosixFiles Instance { get; } = new();

    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public byte[] Read(string path) => File.ReadAllBytes(path);

    public void Write(string path, byte[] bytes) => File.WriteAllBytes(path, bytes);

    public (string Sha256, long Size) Hash(string path) => FileHash.Of(path);

    // If the file system can share blocks, nothing is written, and only the hash takes time.
    public (string Sha256, long Size) Copy(string from, string to) => Posix.TryClone(from, to) ? FileHash.Of(to) : FileHash.OfCopy(from, to);

    public void MakeReadOnly(string path) => Posix.SetWritable(path, false);

    public void BeginSync(string path) => Posix.BeginSync(path);

    public void Sync(string path) => Posix.Sync(path);

    public bool TryRename(string from, string to) => Posix.TryRename(from, to);

    public bool TryLink(string existing, string name) => Posix.TryHardLink(existing, name);

    public void DeleteFolder(string path) => Directory.Delete(path, recursive: true);
}

/// <summary>Steps made of others.</summary>
internal static class StoreFilesSteps
{
    /// <summary>As <see cref="IStoreFiles.TryRename"/>, for two names known to be on one file system.</summary>
    public static void Rename(this IStoreFiles files, string from, string to)
    {
        if (!files.TryRename(from, to))
            throw new IOException($"cannot rename {from} to {to}: they are on two file systems");
    }

    /// <summary>Creates a folder, and syncs its name and those of the parents created for it.</summary>
    public static void CreateLastingFolder(this IStoreFiles files, string path)
    {
        var made = new List<string>();
        for (var folder = path; folder is not null && !Directory.Exists(folder); folder = Path.GetDirectoryName(folder))
            made.Add(folder);
        files.CreateFolder(path);
        foreach (var folder in made)
            files.Sync(Path.GetDirectoryName(folder)!);
    }
}
