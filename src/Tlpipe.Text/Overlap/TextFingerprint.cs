// A text without case, accents, punctuation and spacing, and hashes of its runs of words.
using System.Globalization;
using System.Text;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Overlap;

/// <summary>A text as it is compared with others.</summary>
/// <param name="Words">The normalised text: words in lower case without accents, one space between them.</param>
/// <param name="Shingles">Hashes of its different runs of <see cref="ShingleWords"/> words, sorted; empty where it has fewer words.</param>
public sealed record TextFingerprint(string Words, ulong[] Shingles)
{
    /// <summary>Words of a shingle.</summary>
    public const int ShingleWords = 3;

    /// <summary>The fingerprint of a text.</summary>
    public static TextFingerprint Of(string text)
    {
        var words = Normalize(text);
        var parts = words.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var shingles = new SortedSet<ulong>();
        for (var first = 0; first + ShingleWords <= parts.Length; first++)
        {
            var hash = 14695981039346656037UL;
            for (var i = first; i < first + ShingleWords; i++)
            {
                // FNV-1a, a word at a time, with a mark between words.
                foreach (var letter in parts[i])
                    hash = (hash ^ letter) * 1099511628211UL;
                hash = (hash ^ 0xFFFF) * 1099511628211UL;
            }
            shingles.Add(hash);
        }
        return new TextFingerprint(words, [.. shingles]);
    }

    /// <summary>The share of shingles that both have among those that either has (Jaccard); 0 where one has none.</summary>
    public double Similarity(TextFingerprint other)
    {
        var (i, j, both) = (0, 0, 0);
        while (i < Shingles.Length && j < other.Shingles.Length)
        {
            var order = Shingles[i].CompareTo(other.Shingles[j]);
            both += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        var either = Shingles.Length + other.Shingles.Length - both;
        return either == 0 ? 0 : (double)both / either;
    }

    private static string Normalize(string text)
    {
        var words = new StringBuilder(text.Length);
        // The tokenizer's own table: .NET without globalization data decomposes nothing.
        Span<int> parts = stackalloc int[4];
        foreach (var rune in text.EnumerateRunes())
        {
            var count = Characters.Decompose(rune.Value, parts);
            for (var i = 0; i < count; i++)
                Append(words, new Rune(parts[i]));
        }
        return words.ToString().TrimEnd();
    }

    private static void Append(StringBuilder words, Rune rune)
    {
        if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.Format)
            return;
        if (Rune.IsLetterOrDigit(rune))
            words.Append(Rune.ToLowerInvariant(rune).ToString());
        else if (words.Length > 0 && words[^1] != ' ')
            words.Append(' ');
    }
}
