// A file system that fails once, at a step of the test's choice.
using Tlpipe.Engine.Files;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

/// <summary>The kinds of faults.</summary>
public enum Fault
{
    /// <summary>ENOSPC: the disk is full.</summary>
    DiskFull,

    /// <summary>EDQUOT: the user's disk quota is used up.</summary>
    QuotaExceeded,

    /// <summary>EIO: the disk failed.</summary>
    InputOutput,

    /// <summary>EROFS: the file system is read-only.</summary>
    ReadOnly,

    /// <summary>Half of the bytes are written, then the disk is full.</summary>
    ShortWrite,

    /// <summary>Half of the bytes are written, without an error.</summary>
    SilentShortWrite,

    /// <summary>EXDEV: the new name would be on another file system.</summary>
    OtherFileSystem,
}

/// <summary>Counts the steps, and makes one of them fail.</summary>
/// <param name="failAt">The step that fails, from 0; -1 for none.</param>
/// <param name="fault">The kind of failure.</param>
internal sealed class FaultyFiles(int failAt, Fault fault) : IStoreFiles
{
    /// <summary>Files that never fail and are not synced.</summary>
    public static FaultyFiles Never => new(-1, Fault.DiskFull);

    private readonly PosixFiles real = PosixFiles.Instance;
    private int lies;

    /// <summary>How many steps there were.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether the chosen step can fail in that way.</summary>
    public bool HasFailed { get; private set; }

    public void CreateFolder(string path)
    {
        Step(writes: true);
        real.CreateFolder(path);
    }

    public byte[] Read(string path)
    {
        Step(writes: false);
        return real.Read(path);
    }

    public void Write(string path, byte[] bytes)
    {
        if (IsShort())
            real.Write(path, bytes[..(bytes.Length / 2)]);
        ThrowOrLie();
        if (!Lied())
            real.Write(path, bytes);
    }

    public (string Sha256, long Size) Hash(string path)
    {
        Step(writes: false);
        return real.Hash(path);
    }

    public (string Sha256, long Size) Copy(string from, string to)
    {
        var whole = real.Hash(from);
        if (IsShort())
            real.Write(to, real.Read(from)[..(int)(whole.Size / 2)]);
        ThrowOrLie();
        return Lied() ? whole : real.Copy(from, to);
    }

    public void MakeReadOnly(string path)
    {
        Step(writes: true);
        real.MakeReadOnly(path);
    }

    public void BeginSync(string path)
    {
    }

    // No test loses power here, and waiting for a disk takes time.
    public void Sync(string path) => Step(writes: true);

    public bool TryRename(string from, string to)
    {
        if (Steps == failAt && fault == Fault.OtherFileSystem)
        {
            Steps++;
            HasFailed = true;
            return false;
        }
        Step(writes: true);
        return real.TryRename(from, to);
    }

    // Links fail for any fault alike: the callers have another way.
    public bool TryLink(string existing, string name) => Steps++ == failAt ? !(HasFailed = true) : real.TryLink(existing, name);

    public void DeleteFolder(string path)
    {
        Step(writes: true);
        real.DeleteFolder(path);
    }

    private bool IsShort() => Steps == failAt && fault is Fault.ShortWrite or Fault.SilentShortWrite && Steps == failAt;

    private void ThrowOrLie()
    {
        if (Steps == failAt && fault == Fault.SilentShortWrite)
        {
            Steps++;
            HasFailed = true;
            lies++;
            return;
        }
        Step(writes: true);
    }

    private bool Lied() => lies > 0 && Steps == failAt + 1;

    private void Step(bool writes)
    {
        if (Steps++ != failAt)
            return;
        var error = fault switch
        {
            Fault.DiskFull or Fault.ShortWrite when writes => new IOException("No space left on device", 28),
            Fault.QuotaExceeded when writes => new IOException("Disk quota exceeded", 122),
            Fault.ReadOnly when writes => new IOException("Read-only file system", 30),
            Fault.InputOutput => new IOException("Input/output error", Posix.InputOutputError),
            _ => null,
        };
        if (error is null)
            return;
        HasFailed = true;
        throw error;
    }
}
