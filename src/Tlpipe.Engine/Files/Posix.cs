// The system calls that .NET does not offer: locks that die with their process, syncing of folders, links and clones.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tlpipe.Engine.Files;

/// <summary>Linux only; a store is not opened on other systems.</summary>
internal static class Posix
{
    /// <summary>EIO, which .NET's exceptions have as their HResult.</summary>
    public const int InputOutputError = 5;

    private const int ReadOnly = 0;
    private const int WriteOnly = 0x1;
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int CloseOnExec = 0x80000;
    private const int LockShared = 1;
    private const int LockExclusive = 2;
    private const int LockWithoutWaiting = 4;
    private const int Unlocked = 8;
    private const int AtCurrentFolder = -100;
    private const uint StartWriting = 2;
    private const uint LinksWanted = 0x4;
    private const nuint CloneFile = 0x40049409;
    private const UnixFileMode AnybodyWrites = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const uint TemporaryFiles = 0x01021994;
    private const uint MemoryFiles = 0x858458F6;
    private const int WriteAccess = 2;
    private const int NoAccess = 13;
    private const int ReadOnlyFileSystem = 30;
    private const int NoLocks = 37;
    private const int NotImplemented = 38;
    private const int NotSupported = 95;
    private const int NoSuchFile = 2;
    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const int FileThere = 17;
    private const int OtherFileSystem = 18;

    /// <summary>Opens a file to be locked, creating it if it is missing. File.OpenHandle cannot be used: it takes a lock of its own.</summary>
    public static SafeFileHandle OpenForLock(string path) => Open(path, ReadWrite | Create | CloseOnExec);

    /// <summary>Opens a file that others may have locked. A missing one is a <see cref="FileNotFoundException"/>.</summary>
    public static SafeFileHandle OpenToRead(string path)
    {
        var descriptor = open(path, ReadOnly | CloseOnExec, 0);
        if (descriptor < 0 && Marshal.GetLastPInvokeError() == NoSuchFile)
            throw new FileNotFoundException($"{path} does not exist", path);
        return descriptor < 0 ? throw Failure("open", path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Opens a file for appending, creating it if it is missing.</summary>
    public static SafeFileHandle OpenToAppend(string path) => Open(path, WriteOnly | Create | Append | CloseOnExec);

    /// <summary>Opens a folder to be locked.</summary>
    public static SafeFileHandle OpenFolder(string path) => Open(path, ReadOnly | CloseOnExec);

    /// <summary>Whether files in a folder can be locked (flock(2); Lustre, for one, is often mounted without).</summary>
    public static bool HasLocks(string folder)
    {
        using var handle = OpenFolder(folder);
        return HasLocks(handle);
    }

    /// <summary>Whether an open file can be locked.</summary>
    public static bool HasLocks(SafeFileHandle handle)
    {
        if (flock(handle, LockShared | LockWithoutWaiting) != 0)
            return !LacksLocks(Marshal.GetLastPInvokeError());
        _ = flock(handle, Unlocked);
        return true;
    }

    /// <summary>Takes the exclusive lock of an open file or folder; false if it is taken, true if the file system has no locks.</summary>
    public static bool TryLock(SafeFileHandle handle) => TryLock(handle, LockExclusive);

    /// <summary>Takes the shared lock; false if the exclusive one is taken.</summary>
    public static bool TryLockShared(SafeFileHandle handle) => TryLock(handle, LockShared);

    /// <summary>Waits for the exclusive lock of an open file or folder.</summary>
    public static void Lock(SafeFileHandle handle)
    {
        while (flock(handle, LockExclusive) != 0)
        {
            if (LacksLocks(Marshal.GetLastPInvokeError()))
                return;
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failure("lock", "the file");
        }
    }

    /// <summary>
    /// Releases a lock. Closing alone would not while a child process is being started: until it has begun its own
    /// program it holds a copy of every handle.
    /// </summary>
    public static void Unlock(SafeFileHandle handle) => flock(handle, Unlocked);

    /// <summary>Starts writing a file's bytes to disk, without waiting for it. It does not matter that some file systems can't: a sync follows.</summary>
    public static void BeginSync(string path)
    {
        using var handle = Open(path, ReadOnly | CloseOnExec);
        _ = sync_file_range(handle, 0, 0, StartWriting);
    }

    /// <summary>Waits until a file's bytes, or a folder's names, are on the disk.</summary>
    public static void Sync(string path)
    {
        using var handle = Open(path, ReadOnly | CloseOnExec);
        if (fsync(handle) != 0)
            throw Failure("sync", path);
    }

    /// <summary>As <see cref="Sync"/>; false if the file system cannot, or keeps its files in memory, where a sync does nothing.</summary>
    public static bool TrySync(string path)
    {
        var status = new byte[256];
        if (statfs(path, status) != 0 || BitConverter.ToUInt32(status, 0) is TemporaryFiles or MemoryFiles)
            return false;
        try
        {
            Sync(path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Renames a file or folder in one step, replacing a file there; false if the new name is on another file system.</summary>
    public static bool TryRename(string from, string to)
    {
        if (rename(from, to) == 0)
            return true;
        return Marshal.GetLastPInvokeError() == OtherFileSystem ? false : throw Failure($"rename {from} to", to);
    }

    /// <summary>As <see cref="TryRename"/>, for two names known to be on one file system.</summary>
    public static void Rename(string from, string to)
    {
        if (!TryRename(from, to))
            throw new IOException($"cannot rename {from} to {to}: they are on two file systems");
    }

    /// <summary>Gives a file a new name; if another file has that name already, deletes this one.</summary>
    public static void MoveUnlessThere(string from, string to)
    {
        if (link(from, to) == 0 || Marshal.GetLastPInvokeError() == FileThere)
            File.Delete(from);
        else
            // A missing file, which the caller must know, or a file system without links.
            Rename(from, to);
    }

    /// <summary>Gives a file a second name; false if the file systems or their rules don't allow it.</summary>
    public static bool TryHardLink(string existing, string name) => link(existing, name) == 0;

    /// <summary>Makes a new file that shares the other's blocks until one of them is written to; false if the file system can't.</summary>
    public static bool TryClone(string existing, string name)
    {
        using (var from = File.OpenHandle(existing, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete))
        using (var to = File.OpenHandle(name, FileMode.CreateNew, FileAccess.Write))
        {
            if (ioctl(to, CloneFile, from) == 0)
                return true;
        }
        File.Delete(name);
        return false;
    }

    /// <summary>Makes a file read-only, or writable by its owner again.</summary>
    public static void SetWritable(string path, bool writable)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        var mode = File.GetUnixFileMode(path);
        File.SetUnixFileMode(path, writable ? mode | UnixFileMode.UserWrite : mode & ~AnybodyWrites);
    }

    /// <summary>Whether a file's mode lets anybody write to it.</summary>
    public static bool IsWritable(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : (File.GetUnixFileMode(path) & AnybodyWrites) != 0;

    /// <summary>Whether this process may not write to a folder (access(2)), or its file system is read-only.</summary>
    public static bool IsReadOnly(string folder) =>
        Directory.Exists(folder) && access(folder, WriteAccess) != 0 && Marshal.GetLastPInvokeError() is NoAccess or ReadOnlyFileSystem;

    /// <summary>
    /// Lets this process create files with the group's permissions of a folder where the folder grants its group to write, whatever the umask says:
    /// the members of the group share what is in it.
    /// </summary>
    public static void ShareAs(string folder)
    {
        if (OperatingSystem.IsWindows() || !Directory.Exists(folder) || (File.GetUnixFileMode(folder) & UnixFileMode.GroupWrite) == 0)
            return;
        const uint group = 0x38;
        var shared = (uint)File.GetUnixFileMode(folder) & group;
        _ = umask(umask(0) & ~shared);
    }

    /// <summary>Whether two names are of one file.</summary>
    public static bool IsSameFile(string path, string other)
    {
        var (one, two) = (FileState.Of(path), FileState.Of(other));
        return (one.Device, one.Inode) == (two.Device, two.Inode);
    }

    /// <summary>Whether a folder is on a local file system, whose locks this machine's kernel keeps itself.</summary>
    public static bool IsLocal(string folder)
    {
        // struct statfs begins with the kind of file system as a machine word (statfs(2)).
        var status = new byte[256];
        if (statfs(folder, status) != 0)
            throw Failure("look at", folder);
        return IsLocal(BitConverter.ToUInt32(status, 0));
    }

    // statfs(2) and linux/magic.h: ext2 to ext4, XFS, btrfs, tmpfs, overlay, ZFS, F2FS, bcachefs, ramfs, JFS, ReiserFS, NILFS, exFAT, FAT, NTFS, eCryptfs.
    private static bool IsLocal(uint fileSystem) => fileSystem is
        0xEF53 or 0x58465342 or 0x9123683E or 0x01021994 or 0x794C7630 or 0x2FC12FC1 or 0xF2F52010 or 0xCA451A4E
        or 0x858458F6 or 0x3153464A or 0x52654973 or 0x3434 or 0x2011BAB0 or 0x4D44 or 0x7366746E or 0xF15F;

    /// <summary>How many names a file has.</summary>
    public static uint CountLinks(string path)
    {
        // struct statx has the same layout on every processor: 256 bytes, the number of links at 16.
        var status = new byte[256];
        if (statx(AtCurrentFolder, path, 0, LinksWanted, status) != 0)
            throw Failure("look at", path);
        return BitConverter.ToUInt32(status, 16);
    }

    private static bool TryLock(SafeFileHandle handle, int kind)
    {
        if (flock(handle, kind | LockWithoutWaiting) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        // A file system without locks: what needs them goes without, and the leases are heartbeats.
        return LacksLocks(error) || (error == WouldBlock ? false : throw Failure("lock", "the file"));
    }

    private static bool LacksLocks(int error) => error is NoLocks or NotImplemented or NotSupported;

    private static SafeFileHandle Open(string path, int flags)
    {
        var descriptor = open(path, flags, 0x1B6 /* rw for all, less the umask */);
        return descriptor < 0 ? throw Failure("open", path) : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static IOException Failure(string action, string path) =>
        new($"cannot {action} {path}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}", Marshal.GetLastPInvokeError());

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc")]
    private static extern uint umask(uint mask);

    [DllImport("libc", SetLastError = true)]
    private static extern int access([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int flock(SafeFileHandle handle, int operation);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(SafeFileHandle handle);

    [DllImport("libc", SetLastError = true)]
    private static extern int sync_file_range(SafeFileHandle handle, long offset, long bytes, uint flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int statfs([MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] status);

    [DllImport("libc", SetLastError = true)]
    private static extern int rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    [DllImport("libc", SetLastError = true)]
    private static extern int link([MarshalAs(UnmanagedType.LPUTF8Str)] string existing, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", SetLastError = true)]
    private static extern int ioctl(SafeFileHandle handle, nuint request, SafeFileHandle argument);

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);
}
