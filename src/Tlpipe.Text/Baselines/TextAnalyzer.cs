// Cuts texts into the terms that are counted.
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace Tlpipe.Text.Baselines;

/// <summary>What a term is.</summary>
public enum Analyzer
{
    /// <summary>Words of two characters or more, and runs of them.</summary>
    [JsonStringEnumMemberName("word")]
    Word,

    /// <summary>Runs of characters.</summary>
    [JsonStringEnumMemberName("char")]
    Char,

    /// <summary>Runs of characters within words, each with a space on both sides.</summary>
    [JsonStringEnumMemberName("char_wb")]
    CharWb,
}

/// <summary>scikit-learn's analyzers (sklearn.feature_extraction.text, 1.7), with its default token pattern <c>(?u)\b\w\w+\b</c>.</summary>
/// <param name="kind">What a term is.</param>
/// <param name="shortest">Words, or characters, of the shortest terms.</param>
/// <param name="longest">Those of the longest.</param>
/// <param name="lowercase">Whether texts are lower-cased.</param>
internal sealed class TextAnalyzer(Analyzer kind, int shortest, int longest, bool lowercase)
{
    /// <summary>The terms of a text, each as often as it occurs.</summary>
    public IEnumerable<string> Terms(string text)
    {
        if (lowercase)
            text = text.ToLowerInvariant();
        return kind switch
        {
            Analyzer.Word => Runs([.. Words(text)], " "),
            Analyzer.Char => Runs([.. Spaced(text).EnumerateRunes().Select(rune => rune.ToString())], ""),
            _ => Spaced(text).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).SelectMany(RunsWithin),
        };
    }

    private IEnumerable<string> Runs(string[] parts, string between)
    {
        for (var length = shortest; length <= Math.Min(longest, parts.Length); length++)
            for (var start = 0; start + length <= parts.Length; start++)
                yield return length == 1 ? parts[start] : string.Join(between, parts[start..(start + length)]);
    }

    /// <summary>A word that is shorter than a run counts once, as it is, whatever longer runs there could be.</summary>
    private IEnumerable<string> RunsWithin(string word)
    {
        var characters = $" {word} ".EnumerateRunes().Select(rune => rune.ToString()).ToArray();
        for (var length = shortest; length <= longest; length++)
        {
            if (length >= characters.Length)
            {
                yield return string.Concat(characters);
                yield break;
            }
            for (var start = 0; start + length <= characters.Length; start++)
                yield return string.Concat(characters[start..(start + length)]);
        }
    }

    private static IEnumerable<string> Words(string text)
    {
        var (word, length) = (new StringBuilder(), 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsOfWord(rune))
            {
                word.Append(rune);
                length++;
                continue;
            }
            if (length > 1)
                yield return word.ToString();
            word.Clear();
            length = 0;
        }
        if (length > 1)
            yield return word.ToString();
    }

    /// <summary>Python's <c>\w</c>: letters, numbers of any kind, and the underscore; no combining marks.</summary>
    private static bool IsOfWord(Rune rune) => rune.Value == '_' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
        or UnicodeCategory.OtherLetter or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Each run of two or more white spaces as one space, as <c>\s\s+</c> is replaced.</summary>
    private static string Spaced(string text)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var end = i;
            while (end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            result.Append(end - i > 1 ? ' ' : text[i]);
            i = Math.Max(i, end - 1);
        }
        return result.ToString();
    }
}
