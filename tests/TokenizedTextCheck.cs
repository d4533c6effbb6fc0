// What holds of every tokenized text; compiled into the property tests and into the benchmarks' fuzzing.
using System.Globalization;
using System.Text;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.TestSupport;

/// <summary>Holds a tokenized text against its original, by .NET's own tables and not the tokenizer's.</summary>
internal static class TokenizedTextCheck
{
    /// <summary>What is wrong with a text's tokens; null where nothing is.</summary>
    /// <param name="text">The original.</param>
    /// <param name="tokenized">All its tokens, not cut.</param>
    /// <param name="tokenizer">The tokenizer that gave them. Where it keeps case and accents the tokens must be in the text letter for letter.</param>
    public static string? Mistake(string text, TokenizedText tokenized, BertTokenizer tokenizer)
    {
        var runes = text.EnumerateRunes().ToArray();
        var (ids, special) = (tokenized.Ids, tokenizer.SpecialTokens);
        if (ids.Length < 2 || ids[0] != special.ClsId || ids[^1] != special.SepId)
            return "it is not between [CLS] and [SEP]";
        var verbatim = tokenizer.Settings is { Lowercase: false, StripAccents: not true };
        var covered = 0;
        for (var i = 1; i < ids.Length - 1; i++)
        {
            var (start, end) = tokenized.Offsets[i];
            if (start < 0 || end > runes.Length || start >= end)
                return $"token {i} stands at {start}..{end} of {runes.Length}";
            if (tokenized.WordIds[i] - tokenized.WordIds[i - 1] is < 0 or > 1)
                return $"token {i} is of word {tokenized.WordIds[i]} after {tokenized.WordIds[i - 1]}";
            if (!verbatim)
                continue;
            if (start < covered)
                return $"token {i} stands before the end of the one before it";
            if (!IsBetweenWords(runes[covered..start]))
                return $"something between token {i} and the one before it is in neither";
            if (ids[i] != special.UnkId && !IsCutAt(runes[start..end], Piece(tokenized, i)))
                return $"token {i}, {tokenized.Tokens[i]}, is not what stands at {start}..{end}";
            covered = end;
        }
        return verbatim && !IsBetweenWords(runes[covered..]) ? "the end of the text is in no token" : null;
    }

    /// <summary>A token's letters, without the ## of one that goes on with a word.</summary>
    private static string Piece(TokenizedText tokenized, int index)
    {
        var goesOn = tokenized.WordIds[index] == tokenized.WordIds[index - 1];
        return goesOn ? tokenized.Tokens[index]["##".Length..] : tokenized.Tokens[index];
    }

    /// <summary>Whether a stretch begins and ends with a piece's letters and holds besides them only what is deleted.</summary>
    private static bool IsCutAt(Rune[] stretch, string piece)
    {
        var letters = piece.EnumerateRunes().ToArray();
        if (stretch[0] != letters[0] || stretch[^1] != letters[^1])
            return false;
        var next = 0;
        foreach (var rune in stretch)
        {
            if (next < letters.Length && rune == letters[next])
                next++;
            else if (!IsDeleted(rune))
                return false;
        }
        return next == letters.Length;
    }

    private static bool IsBetweenWords(Rune[] stretch) => Array.TrueForAll(stretch, rune => Rune.IsWhiteSpace(rune) || IsDeleted(rune));

    /// <summary>clean_text's categories (docs/hf-parity.md 2.3); half a surrogate pair is enumerated as U+FFFD.</summary>
    private static bool IsDeleted(Rune rune) =>
        rune.Value is 0 or 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse;
}
