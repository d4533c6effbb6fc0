// What the store does to files, one step each, so that tests can let any of them fail or forget what no sync made lasting.
using Tlpipe.Engine.Files;

namespace Tlpipe.Engine.Store;

/// <summary>
/// The file system as the store uses it where order matters. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>;
/// a method that fails may have done its work, a part of it, or nothing.
/// </summary>
internal interface IStoreFiles
{
    /// <summary>Makes a folder and those it is in, where they are missing.</summary>
    void CreateFolder(string path);

    /// <summary>All bytes of a file.</summary>
    byte[] Read(string path);

    /// <summary>Makes a file of these bytes.</summary>
    void Write(string path, byte[] bytes);

    /// <summary>SHA-256 and size of a file's bytes.</summary>
    (string Sha256, long Size) Hash(string path);

    /// <summary>Makes a file with the bytes of another, and gives the SHA-256 and size of what it wrote.</summary>
    (string Sha256, long Size) Copy(string from, string to);

    /// <summary>Lets nobody write to a file any more.</summary>
    void MakeReadOnly(string path);

    /// <summary>Has the disk begin to take a file's bytes; to be followed by <see cref="Sync"/>.</summary>
    void BeginSync(string path);

    /// <summary>Waits until a file's bytes, or a folder's names, are on the disk.</summary>
    void Sync(string path);

    /// <summary>Gives a file or folder another name in one step, in place of a file there; false where that is on another file system.</summary>
    bool TryRename(string from, string to);

    /// <summary>Gives a file a second name, if nothing has that name yet; false where something has, or the file system knows no second names.</summary>
    bool TryLink(string existing, string name);

    /// <summary>Deletes a folder and what is in it.</summary>
    void DeleteFolder(string path);
}

/// <summary>Linux's.</summary>
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

    // Where blocks can be shared, nothing is written, and only the hash takes time.
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
    /// <summary>As <see cref="IStoreFiles.TryRename"/>, where both names are known to be on one file system.</summary>
    public static void Rename(this IStoreFiles files, string from, string to)
    {
        if (!files.TryRename(from, to))
            throw new IOException($"cannot rename {from} to {to}: they are on two file systems");
    }

    /// <summary>Makes a folder, with its name and those of the folders made for it on the disk.</summary>
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
