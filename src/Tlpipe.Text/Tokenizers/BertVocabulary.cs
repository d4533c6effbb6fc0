// The vocabulary of a BERT tokenizer: vocab.txt.
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Tokens by id, and ids by token (docs/hf-parity.md 2.6).</summary>
public sealed class BertVocabulary
{
    private readonly string[] tokens;
    private readonly Dictionary<string, int> ids;

    private BertVocabulary(string[] tokens)
    {
        this.tokens = tokens;
        ids = new Dictionary<string, int>(tokens.Length, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Length; id++)
            ids[tokens[id]] = id;
    }

    /// <summary>The number of ids, duplicates of one token counted each.</summary>
    public int Count => this.tokens.Length;

    /// <summary>The tokens in the order of their ids.</summary>
    public IReadOnlyList<string> Tokens => this.tokens;

    /// <summary>The id of a token, the last one where the token has several; null where it has none.</summary>
    public int? Find(string token) => ids.TryGetValue(token, out var id) ? id : null;

    /// <summary>A vocabulary in which a token's id is its place in the list.</summary>
    public static BertVocabulary FromTokens(IEnumerable<string> tokens) => new([.. tokens]);

    /// <summary>
    /// Reads a vocab.txt as transformers does: the number of a line, from 0, is the token's id; lines end at LF, CRLF or CR
    /// and nowhere else, and keep their spaces; a token that comes twice keeps the last number.
    /// </summary>
    /// <exception cref="InputException">The file is missing, empty or not UTF-8.</exception>
    public static BertVocabulary Load(string path)
    {
        if (!File.Exists(path))
            throw new InputException($"there is no vocabulary {path}; give a vocab.txt, one token a line");
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(BoundedFile.ReadBytes(path, BoundedFile.Vocabulary));
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
