// Where tests write; compiled into every test project.
using System.Runtime.CompilerServices;

namespace Tlpipe.TestSupport;

/// <summary>
/// Folders for what tests write: in memory where there is room, because a store waits for its disk at each step. The process that runs the tests and those
/// that it starts find it in TMPDIR. Who sets TMPDIR chooses another place.
/// </summary>
internal static class TestFolders
{
    public const string Memory = "/dev/shm";
    private const long Room = 2L << 30;
    private const string Lock = ".lock";

    // Held as long as the process lives, however it ends.
    private static FileStream? held;

    /// <summary>The folder for temporary files of a program that is no test: on a disk.</summary>
    public static string Disk { get; private set; } = "";

    /// <summary>Whether tests write to memory.</summary>
    public static bool AreInMemory { get; private set; }

    /// <summary>What test processes of one user share and leave behind.</summary>
    public static string Shared { get; private set; } = "";

    [ModuleInitializer]
    internal static void Begin()
    {
        Disk = Path.GetTempPath();
        AreInMemory = Environment.GetEnvironmentVariable("TMPDIR") is null && HasRoom(Memory);
        Shared = Path.Combine(AreInMemory ? Memory : Disk, $"tlpipe-tests-{Environment.UserName}");
        Directory.CreateDirectory(Shared);
        ClearLeftBehind();

        var own = Path.Combine(Shared, $"{Environment.ProcessId}");
        held = new FileStream(own + Lock, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        Directory.CreateDirectory(own);
        Environment.SetEnvironmentVariable("TMPDIR", own);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End(own);
    }

    private static bool HasRoom(string folder)
    {
        try
        {
            if (!Directory.Exists(folder) || new DriveInfo(folder).AvailableFreeSpace < Room)
                return false;
            using (File.Create(Path.Combine(folder, $"tlpipe-{Guid.NewGuid():n}"), 1, FileOptions.DeleteOnClose))
                return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void End(string own)
    {
        Delete(own);
        held?.Dispose();
        File.Delete(own + Lock);
    }

    /// <summary>Deletes the folders of processes that were killed; a younger lock may be one that is just being taken.</summary>
    private static void ClearLeftBehind()
    {
        foreach (var left in Directory.EnumerateFiles(Shared, "*" + Lock).Where(path => File.GetLastWriteTimeUtc(path) < DateTime.UtcNow.AddMinutes(-1)))
        {
            try
            {
                using (new FileStream(left, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                    Delete(Path.ChangeExtension(left, null));
                File.Delete(left);
            }
            catch (IOException)
            {
                // Its process lives, or another one is deleting it.
            }
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A child process may still write there; the next test run deletes it.
        }
    }
}

/// <summary>A new empty folder that is deleted with the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
        : this(System.IO.Path.GetTempPath())
    {
    }

    private TemporaryFolder(string parent) => Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"tlpipe-test-{Guid.NewGuid():n}")).FullName;

    /// <summary>A folder on a disk, for a test of what a file system tells of its files.</summary>
    public static TemporaryFolder OnDisk() => new(TestFolders.Disk);

    /// <summary>A folder on another file system than the other tests' folders; skips the test where there is none.</summary>
    public static TemporaryFolder OnAnotherFileSystem()
    {
        var other = TestFolders.AreInMemory ? TestFolders.Disk : TestFolders.Memory;
        Assert.SkipUnless(Directory.Exists(other), $"needs {other}");
        return new TemporaryFolder(other);
    }

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
