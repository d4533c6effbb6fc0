// How long a row may be.
namespace Tlpipe.Text.Tokenizers;

/// <summary>The longest row that a tokenizer and a model allow (docs/hf-parity.md 1.4).</summary>
public static class RowLimit
{
    /// <summary>The least of the requested length, the tokenizer's model_max_length and the model's max_position_embeddings; null where nothing limits rows.</summary>
    /// <param name="asked">The length that the user asks for; null for none.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="positions">The model's max_position_embeddings; null without a model.</param>
    public static int? Of(int? asked, BertTokenizer tokenizer, int? positions) => new[] { asked, tokenizer.ModelMaxLength, positions }.Min();
}
