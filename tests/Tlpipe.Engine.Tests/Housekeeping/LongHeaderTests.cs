// An archive whose headers would fill the memory.
using System.Formats.Tar;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Housekeeping;

namespace Tlpipe.Engine.Tests.Housekeeping;

public sealed class LongHeaderTests : IDisposable
{
    private readonly HousekeptStore store = new();

    public void Dispose() => store.Dispose();

    [Theory]
    // Octal sizes of POSIX's ustar header: 128 MiB, 4 GiB.
    [InlineData("01000000000", "is damaged or cut off")]
    [InlineData("40000000000", "is no archive of tlpipe's")]
    public void An_archive_with_an_extended_header_that_no_archive_has_is_refused(string size, string expected)
    {
        var path = WithHeader(size);

        var mistake = Assert.Throws<PipelineException>(() => Archive.Import(store.Store, path));

        Assert.Equal((ErrorCode.BadArchive, expected), (mistake.Diagnostics[0].Code, mistake.Diagnostics[0].Message.Split(path + " ")[^1].Split(';')[0]));
    }

    [Fact]
    public void An_extended_header_is_not_read_beyond_the_length_of_headers()
    {
        using var file = File.OpenRead(WithHeader("01000000000"));
        using var limited = new ArchiveStream(file);
        using var tar = new TarReader(limited, leaveOpen: true);

        Assert.Throws<InvalidDataException>(() => limited.WithinLimit(tar.GetNextEntry));

        Assert.InRange(file.Position, 512, 2 << 20);
    }

    private string WithHeader(string size)
    {
        var path = store["long.tar"];
        using var file = File.Create(path);
        file.Write(Header(size));
        // A hole of the file system takes no room.
        file.SetLength(128 << 20);
        return path;
    }

    /// <summary>POSIX.1-2017, pax: name, mode, ids, size, time, checksum, type, magic.</summary>
    private static byte[] Header(string size)
    {
        var header = new byte[512];
        void Put(int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(header, at);
        Put(0, "PaxHeaders/x");
        Put(100, "0000644");
        Put(108, "0000000");
        Put(116, "0000000");
        Put(124, size);
        Put(136, "00000000000");
        Put(148, "        ");
        Put(156, "x");
        Put(257, "ustar");
        Put(263, "00");
        Put(148, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return header;
    }
}
