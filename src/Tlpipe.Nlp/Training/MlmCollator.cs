// Masks tokens for masked language modelling, draw for draw as Hugging Face's collators.
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// What DataCollatorForLanguageModeling does to a batch (docs/hf-parity.md 11.3): some tokens are chosen, and of these most
/// become [MASK], some any token, and the rest stay. It draws for padding too, because Hugging Face's does.
/// </summary>
/// <param name="MaskId">The id of [MASK].</param>
/// <param name="VocabularySize">The number of ids from which a random one is drawn.</param>
/// <param name="SpecialIds">The ids that are never chosen: all special tokens of the tokenizer.</param>
public sealed record MlmCollator(int MaskId, int VocabularySize, IReadOnlySet<int> SpecialIds)
{
    /// <summary>The share of tokens that are chosen. Default 0.15.</summary>
    public double MlmProbability { get; init; } = 0.15;

    /// <summary>The share of chosen tokens that become [MASK]. Default 0.8.</summary>
    public double MaskReplaceProb { get; init; } = 0.8;

    /// <summary>The share of chosen tokens that become a random token. Default 0.1.</summary>
    public double RandomReplaceProb { get; init; } = 0.1;

    /// <summary>Chooses whole words; null chooses single tokens.</summary>
    public IWordChoice? Words { get; init; }

    /// <summary>Masks a batch.</summary>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="indices">Which rows, in the batch's order.</param>
    /// <param name="width">The width to which the rows would be padded, at least the longest's.</param>
    /// <param name="streams">Give the random numbers.</param>
    public MicroBatch Collate(TokenRows rows, ReadOnlySpan<int> indices, int width, RandomStreams streams)
    {
        var batch = new int[indices.Length][];
        for (var i = 0; i < batch.Length; i++)
            batch[i] = rows.Row(indices[i]).ToArray();

        var chosen = new bool[batch.Length * width];
        if (Words is null)
            Choose(batch, width, chosen, streams.Masks);
        else
            Words.Choose(new WordRows(rows, indices.ToArray(), batch, width, SpecialIds), MlmProbability, chosen, streams);
        var positions = new List<long>();
        var targets = new List<long>();
        var start = 0L;
        for (var i = 0; i < batch.Length; i++)
        {
            for (var j = 0; j < batch[i].Length; j++)
            {
                if (!chosen[i * width + j])
                    continue;
                positions.Add(start + j);
                targets.Add(batch[i][j]);
            }
            start += batch[i].Length;
        }
        Replace(batch, width, chosen, streams.Masks);
        return new MicroBatch(batch, [.. positions], [.. targets], width)
        {
            TokenTypes = rows.TokenTypes is null ? null : indices.ToArray().Select(row => rows.RowTokenTypes(row)!).ToList(),
        };
    }

    private void Choose(int[][] batch, int width, bool[] chosen, TorchGenerator stream)
    {
        for (var i = 0; i < batch.Length; i++)
            for (var j = 0; j < width; j++)
            {
                var eligible = j < batch[i].Length && !SpecialIds.Contains(batch[i][j]);
                // A draw is made even for what cannot be chosen.
                chosen[i * width + j] = stream.Bernoulli(eligible ? (float)MlmProbability : 0);
            }
    }

    private void Replace(int[][] batch, int width, bool[] chosen, TorchGenerator stream)
    {
        var masked = new bool[chosen.Length];
        var random = new bool[chosen.Length];
        var words = new int[chosen.Length];
        var maskShare = Words?.MasksAll == true ? 1 : MaskReplaceProb;
        stream.FillBernoulli(masked, (float)maskShare);
        if (maskShare != 1 && RandomReplaceProb != 0)
        {
            // The share of all chosen tokens, as a share of those that do not become [MASK].
            stream.FillBernoulli(random, (float)(RandomReplaceProb / (1 - maskShare)));
            stream.FillRandInt(words, VocabularySize);
        }
        for (var place = 0; place < chosen.Length; place++)
        {
            if (!chosen[place])
                continue;
            var (row, column) = Math.DivRem(place, width);
            if (masked[place])
                batch[row][column] = MaskId;
            else if (random[place])
                batch[row][column] = words[place];
        }
    }
}
