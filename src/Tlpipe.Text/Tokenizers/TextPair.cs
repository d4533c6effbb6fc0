// Two texts in one row.
namespace Tlpipe.Text.Tokenizers;

/// <summary>How much of each of two texts a row holds: transformers' <c>longest_first</c> (docs/hf-parity.md 2.7).</summary>
internal static class TextPair
{
    /// <summary>[CLS] first [SEP] second [SEP]</summary>
    public const int SpecialTokens = 3;

    /// <summary>The tokens that stay of each, cut at the right.</summary>
    /// <param name="first">Tokens of the first text.</param>
    /// <param name="second">Tokens of the second.</param>
    /// <param name="maxLength">The most tokens of the row, special ones counted; null: all.</param>
    public static (int First, int Second) Lengths(int first, int second, int? maxLength)
    {
        var room = (maxLength ?? int.MaxValue) - SpecialTokens;
        if (first + (long)second <= room)
            return (first, second);
        var (shorter, longer) = (Math.Min(first, second), Math.Max(first, second));
        // The longer one alone is cut while it stays the longer one; else both come to a half.
        longer = shorter > room ? shorter : Math.Max(shorter, room - shorter);
        if (shorter + (long)longer > room)
            (shorter, longer) = (room / 2, room / 2 + room % 2);
        return first <= second ? (shorter, longer) : (longer, shorter);
    }
}
