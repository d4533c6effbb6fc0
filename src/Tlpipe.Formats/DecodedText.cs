// Text of unknown origin in a given encoding.
using System.Text;

namespace Tlpipe.Formats;

/// <summary>
/// Reads a stream as text and replaces nothing: the text is cut where bytes are not text in the encoding. A byte-order mark is skipped;
/// it counts more than a UTF-8 or UTF-16 that the bytes are said to be in. Lines end at LF, CR LF and CR.
/// </summary>
internal sealed class DecodedText : TextReader
{
    /// <summary>The most characters of a line or a field. A long novel has a fifth of it.</summary>
    public const int Longest = 16 << 20;

    private const int BlockBytes = 64 << 10;
    private const int LongestMark = 4;

    private readonly Stream stream;
    private readonly string name;
    private readonly string encodingName;
    private readonly Decoder decoder;
    private readonly UndecodableBytes undecodable = new();
    private readonly byte[] bytes = new byte[BlockBytes];
    private readonly char[] characters;
    private int ahead;
    private int at;
    private int length;
    private bool ended;
    private bool cut;
    private int line;

    /// <param name="stream">The bytes; closed with this.</param>
    /// <param name="name">Their name in messages.</param>
    /// <param name="encodingName">One of <see cref="TextEncodings.Names"/>.</param>
    /// <exception cref="InputException">The encoding is not known.</exception>
    public DecodedText(Stream stream, string name, string encodingName = "utf-8")
    {
        (this.stream, this.name, this.encodingName) = (stream, name, encodingName);
        var encoding = TextEncodings.Find(encodingName);
        ReadMark();
        if (encodingName is "utf-8" or "utf-8-sig" or "utf-16")
            encoding = TextEncodings.Marked(bytes.AsSpan(0, ahead)) ?? encoding;
        Skip(bytes.AsSpan(0, ahead).StartsWith(encoding.Preamble) ? encoding.Preamble.Length : 0);
        var strict = (Encoding)encoding.Clone();
        strict.DecoderFallback = undecodable;
        decoder = strict.GetDecoder();
        characters = new char[strict.GetMaxCharCount(BlockBytes)];
    }

    /// <summary>Whether the next bytes are not text in the encoding.</summary>
    public bool IsCut => at == length && cut;

    /// <inheritdoc/>
    public override int Peek() => at < length || Fill() ? characters[at] : -1;

    /// <inheritdoc/>
    public override int Read() => at < length || Fill() ? characters[at++] : -1;

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count)
    {
        if (at == length && !Fill())
            return 0;
        var taken = Math.Min(count, length - at);
        characters.AsSpan(at, taken).CopyTo(buffer.AsSpan(index));
        at += taken;
        return taken;
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">Bytes are not text in the encoding, or the line is too long.</exception>
    public override string? ReadLine()
    {
        line++;
        StringBuilder? begun = null;
        while (at < length || Fill())
        {
            var rest = characters.AsSpan(at, length - at);
            var end = rest.IndexOfAny('\r', '\n');
            var part = end < 0 ? rest : rest[..end];
            if ((begun?.Length ?? 0) + part.Length > Longest)
                throw new InputException($"{name}:{line}: this line has more than {Longest:N0} characters; cut it into several");
            if (end < 0)
            {
                (begun ??= new StringBuilder()).Append(part);
                at = length;
                continue;
            }
            var whole = begun is null ? part.ToString() : begun.Append(part).ToString();
            at += end;
            // A CR can be the last character that was read.
            if (characters[at++] == '\r' && Peek() == '\n')
                at++;
            return whole;
        }
        if (cut)
            throw new InputException($"{name}:{line}: bytes are not {encodingName}; give the file's encoding, or write it again in UTF-8");
        return begun?.ToString();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads as many bytes as tell whether there is a mark; from a terminal no more come before they are typed.</summary>
    private void ReadMark()
    {
        while (ahead < LongestMark && (ahead == 0 || bytes[0] is 0xEF or 0xFE or 0xFF or 0))
        {
            var count = stream.Read(bytes, ahead, LongestMark - ahead);
            if (count == 0)
                return;
            ahead += count;
        }
    }

    private void Skip(int mark)
    {
        bytes.AsSpan(mark, ahead - mark).CopyTo(bytes);
        ahead -= mark;
    }

    private bool Fill()
    {
        (at, length) = (0, 0);
        while (length == 0 && !ended && !cut)
        {
            var count = ahead > 0 ? ahead : stream.Read(bytes, 0, bytes.Length);
            ahead = 0;
            ended = count == 0;
            length = decoder.GetChars(bytes, 0, count, characters, 0, flush: ended);
            if (undecodable.Met)
                (cut, length) = (true, Math.Max(0, Array.IndexOf(characters, UndecodableBytes.Mark, 0, length)));
        }
        return length > 0;
    }

    /// <summary>Marks bytes that are not text. The mark can be in the text, too, and so counts only where such bytes were met.</summary>
    private sealed class UndecodableBytes : DecoderFallback
    {
        public const char Mark = '\uFFFE';

        public bool Met { get; private set; }

        public override int MaxCharCount => 1;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Marks(this);

        private sealed class Marks(UndecodableBytes owner) : DecoderFallbackBuffer
        {
            private bool pending;

            public override int Remaining => pending ? 1 : 0;

            public override bool Fallback(byte[] bytesUnknown, int index) => owner.Met = pending = true;

            public override char GetNextChar()
            {
                var next = pending ? Mark : '\0';
                pending = false;
                return next;
            }

            public override bool MovePrevious() => false;
        }
    }
}
