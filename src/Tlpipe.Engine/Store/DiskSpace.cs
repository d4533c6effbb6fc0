// Whether a disk has room for what is about to be written to it.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Formats.Units;

namespace Tlpipe.Engine.Store;

/// <summary>Looks before hours of computing, not after them.</summary>
internal static class DiskSpace
{
    /// <summary>The space that must stay free: a completely full file system is of no use.</summary>
    private const long Least = 16_000_000;

    /// <summary>Checks the file system that a folder is on.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bytes">The approximate number of bytes to be written.</param>
    /// <param name="what">What writes it: <c>stage 'domain'</c>.</param>
    /// <exception cref="PipelineException">There is less room than that.</exception>
    public static void Check(string folder, double bytes, string what) => Check(folder, bytes, what, new DriveInfo(folder).AvailableFreeSpace);

    internal static void Check(string folder, double bytes, string what, long free)
    {
        if (free < Math.Max(bytes, Least))
        {
            throw new PipelineException(
                null, ErrorCode.NoSpace,
                $"{what} needs about {ByteSize.Text(Math.Max(bytes, Least))} in {folder}, where {ByteSize.Text(free)} are free; 'tlpipe cache gc' shows what can go, or give another folder with --store");
        }
    }
}
