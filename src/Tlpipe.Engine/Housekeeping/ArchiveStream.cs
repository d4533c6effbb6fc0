// An archive's bytes, of which headers may be few.
namespace Tlpipe.Engine.Housekeeping;

/// <summary>A file that is read through a limit while headers are read: one of a gigabyte would be held in memory.</summary>
internal sealed class ArchiveStream(Stream file) : Stream
{
    private const long LongestHeaders = 1 << 20;
    private long left = long.MaxValue;

    public override bool CanRead => true;

    // Content that is not needed is skipped.
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => file.Position = value; }

    /// <summary>Reads headers.</summary>
    /// <exception cref="InvalidDataException">They are longer than headers are.</exception>
    public T WithinLimit<T>(Func<bool, T> read)
    {
        left = LongestHeaders;
        var result = read(false);
        left = long.MaxValue;
        return result;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (left <= 0)
            throw new InvalidDataException("a header is longer than headers are");
        var read = file.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        left -= read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
