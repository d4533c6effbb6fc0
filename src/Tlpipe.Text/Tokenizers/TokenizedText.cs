// One text as tokens.
namespace Tlpipe.Text.Tokenizers;

/// <summary>A text, or two, tokenized with [CLS] before and [SEP] after it; all lists have a value for each token.</summary>
/// <param name="Ids">The tokens' ids.</param>
/// <param name="Tokens">The tokens as the vocabulary writes them.</param>
/// <param name="WordIds">The index of the token's word in the text, -1 for the [CLS] and [SEP] around it.</param>
/// <param name="Offsets">Where the token stands in the text, in code points, end exclusive; (0, 0) for [CLS] and [SEP].</param>
/// <param name="SpecialTokensMask">1 for the [CLS] and [SEP] around the text, 0 for all others, [UNK] too (docs/hf-parity.md 2.9).</param>
public sealed record TokenizedText(int[] Ids, string[] Tokens, int[] WordIds, (int Start, int End)[] Offsets, int[] SpecialTokensMask)
{
    /// <summary>0 for the first text and what is around it, 1 for the second and the [SEP] after it.</summary>
    public required int[] TokenTypeIds { get; init; }
}
