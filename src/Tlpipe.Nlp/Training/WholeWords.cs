// Chooses whole words to mask, in both ways that Hugging Face has.
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Training;

/// <summary>A batch in which words are to be chosen.</summary>
/// <param name="Source">Where the rows came from.</param>
/// <param name="Indices">Which they are there.</param>
/// <param name="Rows">Their ids.</param>
/// <param name="Width">The width to which they would be padded.</param>
/// <param name="SpecialIds">The ids that are never chosen.</param>
public sealed record WordRows(TokenRows Source, int[] Indices, int[][] Rows, int Width, IReadOnlySet<int> SpecialIds);

/// <summary>A way to choose whole words.</summary>
public interface IWordChoice
{
    /// <summary>Whether all that is chosen becomes [MASK].</summary>
    bool MasksAll { get; }

    /// <summary>Chooses words.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="probability">The share to choose.</param>
    /// <param name="chosen">Set where a token is chosen, <c>[rows * width]</c>, row by row.</param>
    /// <param name="streams">Give the random numbers.</param>
    void Choose(WordRows batch, double probability, bool[] chosen, RandomStreams streams);
}

/// <summary>
/// DataCollatorForWholeWordMask up to transformers 4.57: a word is a piece and the <c>##</c> pieces after it; words are
/// shuffled and taken until the share of the row is reached, one that would go beyond it left out (docs/hf-parity.md 11.5).
/// </summary>
/// <param name="continues">For each id whether its word piece begins with <c>##</c>.</param>
/// <param name="skipped">The ids of [CLS] and [SEP], which belong to no word.</param>
public sealed class WordPieceWords(bool[] continues, IReadOnlySet<int> skipped) : IWordChoice
{
    private const int MostOfARow = 512;

    /// <summary>The words of a tokenizer.</summary>
    public static WordPieceWords Of(BertTokenizer tokenizer) => new(
        [.. Enumerable.Range(0, tokenizer.Count).Select(id => tokenizer.TokenOf(id).StartsWith("##", StringComparison.Ordinal))],
        new HashSet<int> { tokenizer.SpecialTokens.ClsId, tokenizer.SpecialTokens.SepId });

    /// <inheritdoc/>
    public bool MasksAll => false;

    /// <inheritdoc/>
    public void Choose(WordRows batch, double probability, bool[] chosen, RandomStreams streams)
    {
        for (var i = 0; i < batch.Rows.Length; i++)
        {
            var row = batch.Rows[i];
            var words = Shuffled(Words(row), streams);
            // Python rounds halves to even.
            var wanted = Math.Min(MostOfARow, Math.Max(1, (int)Math.Round(row.Length * probability, MidpointRounding.ToEven)));
            var taken = 0;
            foreach (var word in words)
            {
                if (taken >= wanted)
                    break;
                if (taken + word.Count > wanted)
                    continue;
                taken += word.Count;
                foreach (var j in word)
                    chosen[i * batch.Width + j] = !batch.SpecialIds.Contains(row[j]);
            }
        }
    }

    private List<List<int>> Words(int[] row)
    {
        var words = new List<List<int>>();
        for (var j = 0; j < row.Length; j++)
        {
            if (skipped.Contains(row[j]))
                continue;
            if (words.Count > 0 && continues[row[j]])
                words[^1].Add(j);
            else
                words.Add([j]);
        }
        return words;
    }

    private static List<int>[] Shuffled(List<List<int>> words, RandomStreams streams)
    {
        if (streams.Private is { } own)
            return [.. own.Permutation(words.Count).Select(i => words[i])];
        var shuffled = words.ToArray();
        streams.Python.Shuffle(shuffled.AsSpan());
        return shuffled;
    }
}

/// <summary>
/// DataCollatorForLanguageModeling with <c>whole_word_mask=True</c>, from transformers 4.57 on: a word is a run of tokens
/// without a gap in the text, punctuation at its end included; its first token decides for all (docs/hf-parity.md 11.5).
/// </summary>
public sealed class OffsetWords : IWordChoice
{
    /// <inheritdoc/>
    public bool MasksAll => true;

    /// <inheritdoc/>
    public void Choose(WordRows batch, double probability, bool[] chosen, RandomStreams streams)
    {
        for (var i = 0; i < batch.Rows.Length; i++)
        {
            var row = batch.Rows[i];
            var joined = batch.Source.RowJoined(batch.Indices[i]);
            var takes = false;
            for (var j = 0; j < batch.Width; j++)
            {
                var special = j >= row.Length || batch.SpecialIds.Contains(row[j]);
                var begins = !special && (j == 0 || !joined[j] || batch.SpecialIds.Contains(row[j - 1]));
                // A draw is made even for what cannot be chosen.
                var drawn = streams.Masks.Bernoulli(begins ? (float)probability : 0);
                takes = begins ? drawn : takes;
                chosen[i * batch.Width + j] = takes && !special;
            }
        }
    }
}
