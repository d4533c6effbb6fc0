// Token ids to text, as transformers' decode does it for the fast BERT tokenizer.
namespace Tlpipe.Text.Tokenizers;

/// <summary>Joins pieces into words and words into a text: the WordPiece decoder of the tokenizers library, then transformers' own clean-up.</summary>
public static class TokenDecoder
{
    private const string Continuation = "##";

    private static readonly (string From, string To)[] CleanUps =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>The text of tokens. One piece alone keeps its <c>##</c>.</summary>
    /// <param name="tokenizer">The tokenizer of the ids.</param>
    /// <param name="ids">The ids.</param>
    /// <param name="skipSpecialTokens">Leaves out [CLS], [SEP] and their like.</param>
    public static string Decode(this BertTokenizer tokenizer, IEnumerable<int> ids, bool skipSpecialTokens = false)
    {
        var special = skipSpecialTokens ? tokenizer.SpecialTokens.AllSpecialIds.ToHashSet() : [];
        var text = new System.Text.StringBuilder();
        var first = true;
        foreach (var id in ids.Where(id => !special.Contains(id)))
        {
            var token = tokenizer.TokenOf(id);
            if (!first)
                token = token.StartsWith(Continuation, StringComparison.Ordinal) ? token[Continuation.Length..] : " " + token;
            // The decoder's list has one more, between its others.
            text.Append(tokenizer.Settings.DecoderCleanup ? CleanUp(token).Replace(" do not", " don't", StringComparison.Ordinal) : token);
            first = false;
        }
        return tokenizer.Settings.CleanUpTokenizationSpaces ? CleanUp(text.ToString()) : text.ToString();
    }

    private static string CleanUp(string text) =>
        CleanUps.Aggregate(text, (cleaned, rule) => cleaned.Replace(rule.From, rule.To, StringComparison.Ordinal));
}
