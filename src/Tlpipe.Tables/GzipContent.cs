// The content of a gzip file, whole or not at all.
using System.IO.Compression;
using System.Security.Cryptography;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>
/// Decompresses a gzip file of one or more members (RFC 1952). zlib checks the checksum and length of each member that ends, but .NET takes
/// a file that ends within a member for a whole one. So a member of known content is read behind the file's last one: it comes out only if
/// all before it was whole.
/// </summary>
internal sealed class GzipContent : Stream
{
    private const int EndBytes = 32;
    private const int BlockBytes = 64 << 10;

    private readonly Followed file;
    private readonly string path;
    private readonly GZipStream members;
    private readonly byte[] end = RandomNumberGenerator.GetBytes(EndBytes);
    private readonly byte[] block = new byte[BlockBytes + EndBytes];
    private int at;
    private int length;
    private bool ended;

    /// <param name="file">The file, at its beginning; closed with this.</param>
    /// <param name="path">Its name in messages.</param>
    /// <exception cref="InputException">It is no gzip file.</exception>
    public GzipContent(Stream file, string path)
    {
        this.path = path;
        if (file.ReadByte() != 0x1F || file.ReadByte() != 0x8B)
        {
            file.Dispose();
            throw new InputException($"{path} is no gzip file, and its content cannot be decompressed; take .gz off its name, or compress it");
        }
        file.Position = 0;
        this.file = new Followed(file, Compressed(end));
        members = new GZipStream(this.file, CompressionMode.Decompress);
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file is damaged or not whole.</exception>
    public override int Read(byte[] buffer, int offset, int count)
    {
        // What may be the end is held back, and what comes from behind a file that was cut is no content.
        while (length - at <= EndBytes && !ended)
            Fill();
        var taken = Math.Min(count, length - at - (ended ? 0 : EndBytes));
        block.AsSpan(at, taken).CopyTo(buffer.AsSpan(offset));
        at += taken;
        return taken;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            members.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        block.AsSpan(at, length - at).CopyTo(block);
        (at, length) = (0, length - at);
        try
        {
            do
            {
                var count = members.Read(block, length, block.Length - length);
                length += count;
                ended = count == 0;
            }
            while (file.HasEnded && !ended);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} cannot be decompressed: it is damaged or was cut short; fetch it again", e);
        }
        if (!ended)
            return;
        if (!block.AsSpan(0, length).EndsWith(end))
            throw new InputException($"{path} cannot be decompressed whole: it was cut short, or has something else behind its end; fetch it again");
        length -= EndBytes;
    }

    private static byte[] Compressed(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(content);
        return target.ToArray();
    }

    /// <summary>A stream and, behind its end, some more bytes.</summary>
    private sealed class Followed(Stream first, byte[] last) : Stream
    {
        private int at;

        public bool HasEnded => at > 0;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = first.Read(buffer, offset, count);
            if (read > 0 || count == 0)
                return read;
            var taken = Math.Min(count, last.Length - at);
            last.AsSpan(at, taken).CopyTo(buffer.AsSpan(offset));
            at += taken;
            return taken;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                first.Dispose();
            base.Dispose(disposing);
        }
    }
}
