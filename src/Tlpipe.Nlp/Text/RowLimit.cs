// How long a row may be.
using Tlpipe.Nlp.Bert;

namespace Tlpipe.Nlp.Text;

/// <summary>The longest row that a tokenizer's and a model's files allow (hf-parity 1.4).</summary>
public static class RowLimit
{
    /// <summary>
    /// The least of what is asked for, model_max_length and, where the folder is a model's, max_position_embeddings; null where
    /// nothing limits rows.
    /// </summary>
    /// <param name="asked">What the user asks for; null for nothing.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="folder">The folder, or the vocabulary, from which it was read.</param>
    /// <exception cref="InputException">The folder's config.json cannot be used.</exception>
    public static int? Of(int? asked, BertTokenizer tokenizer, string folder)
    {
        int? positions = File.Exists(Path.Combine(folder, HuggingFaceFiles.Config)) ? BertConfig.Load(folder).MaxPositionEmbeddings : null;
        return new[] { asked, tokenizer.ModelMaxLength, positions }.Min();
    }
}
