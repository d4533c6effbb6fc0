// The vocabulary of a BERT tokenizer: vocab.txt.
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Tokens by id, and ids by token (docs/hf-parity.md 2.6).</summary>
public sealed class BertVocabulary
{
    /// <summary>The longest piece in characters; words are at most <see cref="WordPieceMatcher.LongestWord"/> long.</summary>
    internal const int LongestPiece = 1000;

    private readonly string[] tokens;
    private readonly Dictionary<string, int> ids;

    private BertVocabulary(string?[] tokens)
    {
        this.tokens = Array.ConvertAll(tokens, token => token ?? "");
        ids = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
            if (tokens[id] is { } token)
                ids[token] = id;
    }

    /// <summary>The number of ids, duplicates of one token counted each.</summary>
    public int Count => this.tokens.Length;

    /// <summary>The tokens in the order of their ids; empty for an id that has none.</summary>
    public IReadOnlyList<string> Tokens => this.tokens;

    /// <summary>The id of a token, the last one where the token has several; null where it has none.</summary>
    public int? Find(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>A vocabulary in which a token's id is its place in the list.</summary>
    public static BertVocabulary FromTokens(IEnumerable<string> tokens) => new([.. tokens]);

    /// <summary>The same where some ids have no token: null in their places.</summary>
    internal static BertVocabulary FromPlaces(string?[] tokens) => new(tokens);

    /// <summary>
    /// Reads a vocab.txt as transformers does: the number of a line, from 0, is the token's id; lines end at LF, CRLF or CR
    /// and nowhere else, and keep their spaces; a token that comes twice keeps the last number.
    /// </summary>
    /// <exception cref="InputException">The file is missing, empty or not UTF-8.</exception>
    public static BertVocabulary Load(string path)
    {
        if (!Path.Exists(path))
            throw new InputException($"there is no vocabulary {path}; give a vocab.txt, one token a line");
        string text;
        var bytes = BoundedFile.ReadBytes(path, BoundedFile.Vocabulary);
        RequireShortLines(path, bytes);
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new InputException($"{path} is not UTF-8; a vocab.txt holds one token a line in UTF-8", error);
        }
        if (text.StartsWith('\uFEFF'))
            throw new InputException($"{path} begins with a byte-order mark, which would belong to its first token; save it without");
        if (text.Length == 0)
            throw new InputException($"{path} is empty; a vocab.txt holds one token a line");
        return new BertVocabulary(Lines(text));
    }

    private static void RequireShortLines(string path, ReadOnlySpan<byte> bytes)
    {
        // Three bytes a character at most, and four for two.
        for (var line = 1; bytes.Length > 0; line++)
        {
            var length = bytes.IndexOfAny((byte)'\n', (byte)'\r') is var end and >= 0 ? end : bytes.Length;
            if (length > 3 * LongestPiece)
                throw new InputException($"{path}:{line}: this token has more than {LongestPiece} characters, which no token of a vocabulary has; take the file from the model's source again");
            bytes = bytes[Math.Min(length + 1, bytes.Length)..];
        }
    }

    private static string[] Lines(string text)
    {
        var lines = text.ReplaceLineEndingsToLf().Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }
}

internal static class LineEndings
{
    /// <summary>Python's universal newlines; not <c>ReplaceLineEndings</c>, which takes U+0085 and U+2028 for ends too.</summary>
    public static string ReplaceLineEndingsToLf(this string text) => text.Replace("\r\n", "\n").Replace('\r', '\n');
}
