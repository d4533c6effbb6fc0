// Finds the tokens that are looked for in the text itself, before it is split into words.
using System.Buffers;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Leftmost-longest search for added tokens, in the raw text and then in the normalized one (docs/hf-parity.md 2.2).</summary>
internal sealed class AddedTokenFinder
{
    private readonly AddedToken[] raw;
    private readonly SearchValues<char> firstCharacters;
    private readonly (int[] Codes, int Id, bool Passed)[] normalized;
    private readonly bool passesSpecial;

    public AddedTokenFinder(IReadOnlyList<AddedToken> tokens, TokenizerSettings settings)
    {
        passesSpecial = settings.SplitSpecialTokens;
        raw = [.. tokens.Where(token => !token.Normalized).OrderByDescending(token => token.Content.Length)];
        firstCharacters = SearchValues.Create([.. raw.Select(token => token.Content[0])]);
        normalized =
        [
            .. tokens.Where(token => token.Normalized).Select(token => (Normalize(token.Content, settings), token.Id, passesSpecial && token.Special))
                .Where(token => token.Item1.Length > 0).OrderByDescending(token => token.Item1.Length),
        ];
    }

    /// <summary>Whether any token is looked for in the normalized text.</summary>
    public bool HasNormalized => normalized.Length > 0;

    /// <summary>Where the next token begins in raw text, and which; the text's length and null if there is no further one.</summary>
    public (int Index, AddedToken? Token) FindRaw(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var candidate = text[i..].IndexOfAny(firstCharacters);
            if (candidate < 0)
                break;
            i += candidate;
            foreach (var token in raw)
            {
                if (!text[i..].StartsWith(token.Content, StringComparison.Ordinal))
                    continue;
                if (!passesSpecial || !token.Special)
                    return (i, token);
                // As in the crate the search goes on behind a special token that is ordinary text, not within it.
                i += token.Content.Length - 1;
                break;
            }
        }
        return (text.Length, null);
    }

    /// <summary>The same for normalized code points; a length of 0 if there is no further one.</summary>
    public (int Index, int Length, int Id) FindNormalized(ReadOnlySpan<int> codes)
    {
        for (var i = 0; HasNormalized && i < codes.Length; i++)
        {
            foreach (var (token, id, passed) in normalized)
            {
                if (!codes[i..].StartsWith(token))
                    continue;
                if (!passed)
                    return (i, token.Length, id);
                i += token.Length - 1;
                break;
            }
        }
        return (codes.Length, 0, -1);
    }

    private static int[] Normalize(string content, TokenizerSettings settings)
    {
        var text = new NormalizedText(settings);
        text.Set(content, 0);
        return text.Codes.ToArray();
    }
}
