// A file's state according to the file system, without reading the file.
using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Tlpipe.Engine.Files;

/// <summary>
/// Identifies one state of a file. Programs cannot set ctime, so a file with the same five numbers is, except for changes within one
/// tick of its file system's clock, the same file with the same bytes.
/// </summary>
/// <param name="Device">The file system's number.</param>
/// <param name="Inode">The file's number in it.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Modified">When its bytes last changed (mtime), nanoseconds since 1970.</param>
/// <param name="Changed">When anything about it last changed (ctime), nanoseconds since 1970.</param>
internal readonly record struct FileState(ulong Device, ulong Inode, long Size, long Modified, long Changed)
{
    private const int AtCurrentFolder = -100;
    private const int AskServer = 0x2000;
    private const uint BasicStatus = 0x7FF;
    private const int StatusBytes = 256;
    private const int NoSuchEntry = 2;
    private const int NotAFolder = 20;

    /// <summary>The state of the file that a path leads to; on a network file system, as its server has it.</summary>
    /// <exception cref="FileNotFoundException">The file is missing.</exception>
    /// <exception cref="IOException">Its state cannot be read.</exception>
    public static FileState Of(string path)
    {
        // struct statx has the same layout on every processor (statx(2)).
        var status = new byte[StatusBytes];
        if (statx(AtCurrentFolder, path, AskServer, BasicStatus, status) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is NoSuchEntry or NotAFolder)
                throw new FileNotFoundException($"{path} does not exist", path);
            throw new IOException($"cannot look at {path}: {new Win32Exception(error).Message}");
        }
        return new FileState(
            ((ulong)BitConverter.ToUInt32(status, 136) << 32) | BitConverter.ToUInt32(status, 140),
            BitConverter.ToUInt64(status, 32),
            BitConverter.ToInt64(status, 40),
            Nanoseconds(status.AsSpan(112)),
            Nanoseconds(status.AsSpan(96)));
    }

    private static long Nanoseconds(ReadOnlySpan<byte> timestamp) => BitConverter.IsLittleEndian
        ? (BinaryPrimitives.ReadInt64LittleEndian(timestamp) * 1_000_000_000) + BinaryPrimitives.ReadUInt32LittleEndian(timestamp[8..])
        : (BinaryPrimitives.ReadInt64BigEndian(timestamp) * 1_000_000_000) + BinaryPrimitives.ReadUInt32BigEndian(timestamp[8..]);

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] status);
}
