// The ids of a tokenizer's special tokens.
namespace Tlpipe.Text.Tokenizers;

/// <summary>Special tokens by their part in the model.</summary>
/// <param name="PadId">Fills short rows.</param>
/// <param name="UnkId">A word that the vocabulary has no pieces for.</param>
/// <param name="ClsId">Before a text.</param>
/// <param name="SepId">After a text.</param>
/// <param name="MaskId">In place of a token that the model is to guess.</param>
/// <param name="AllSpecialIds">The five and any additional ones, ascending: those that masking leaves alone (docs/hf-parity.md 2.9).</param>
public sealed record SpecialTokens(int PadId, int UnkId, int ClsId, int SepId, int MaskId, IReadOnlyList<int> AllSpecialIds);
