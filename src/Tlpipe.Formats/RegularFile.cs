// Opens files that a user names, and nothing else that such a name can lead to.
using System.Runtime.InteropServices;

namespace Tlpipe.Formats;

/// <summary>
/// Looks at what a path leads to before it is opened: opening a pipe waits for its other end, and a device may have no end.
/// </summary>
internal static class RegularFile
{
    private const int AtCurrentFolder = -100;
    private const uint TypeOnly = 1;
    private const int StatusBytes = 256;
    private const int ModeOffset = 28;
    private const int TypeBits = 0xF000;

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="InputException">The path leads to a folder, a pipe or a device.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static FileStream Open(string path, int bufferSize = 4096)
    {
        Require(path);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize);
    }

    /// <summary>Refuses a path that leads to something else than a file; one that leads to nothing passes.</summary>
    /// <exception cref="InputException">It leads to a folder, a pipe or a device.</exception>
    public static void Require(string path)
    {
        if (OtherThanFile(path) is { } kind)
            throw new InputException($"{path} is no regular file but {kind}; give the path of a file");
    }

    /// <summary>What a path leads to that is no regular file, in words; null for a file and where nothing is there.</summary>
    public static string? OtherThanFile(string path)
    {
        // struct statx has the same layout on every processor (statx(2)); its types are those of inode(7).
        var status = new byte[StatusBytes];
        if (!OperatingSystem.IsLinux() || statx(AtCurrentFolder, path, 0, TypeOnly, status) != 0)
            return null;
        return (BitConverter.ToUInt16(status, ModeOffset) & TypeBits) switch
        {
            0x8000 => null,
            0x4000 => "a folder",
            0x1000 => "a pipe",
            0xC000 => "a socket",
            _ => "a device",
        };
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);
}
