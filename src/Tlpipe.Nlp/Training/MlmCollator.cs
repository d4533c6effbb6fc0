// Masks tokens for masked language modelling, draw for draw as Hugging Face's collator.
using Tlpipe.Nlp.Random;
using Tlpipe.Nlp.Text;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// What DataCollatorForLanguageModeling does to a batch (hf-parity.md 11.3): some tokens are chosen, and of these most
/// become [MASK], some any token, and the rest stay. It draws for padding too, because Hugging Face's does.
/// </summary>
/// <param name="MaskId">The id of [MASK].</param>
/// <param name="VocabularySize">The number of ids of which a random one is drawn.</param>
/// <param name="SpecialIds">The ids that are never chosen: all special tokens of the tokenizer.</param>
public sealed record MlmCollator(int MaskId, int VocabularySize, IReadOnlySet<int> SpecialIds)
{
    /// <summary>The share of tokens that are chosen. Default 0.15.</summary>
    public double MlmProbability { get; init; } = 0.15;

    /// <summary>The share of chosen tokens that become [MASK]. Default 0.8.</summary>
    public double MaskReplaceProb { get; init; } = 0.8;

    /// <summary>The share of chosen tokens that become a random token. Default 0.1.</summary>
    public double RandomReplaceProb { get; init; } = 0.1;

    /// <summary>Masks a batch.</summary>
    /// <param name="rows">Where the rows are.</param>
    /// <param name="indices">Which rows, in the batch's order.</param>
    /// <param name="stream">Gives the random numbers.</param>
    public MicroBatch Collate(TokenRows rows, ReadOnlySpan<int> indices, TorchGenerator stream)
    {
        var batch = new int[indices.Length][];
        for (var i = 0; i < batch.Length; i++)
            batch[i] = rows.Row(indices[i]).ToArray();
        var width = batch.Max(row => row.Length);

        var chosen = new List<(int Row, int Column)>();
        var positions = new List<long>();
        var targets = new List<long>();
        var start = 0L;
        for (var i = 0; i < batch.Length; i++)
        {
            for (var j = 0; j < width; j++)
            {
                var eligible = j < batch[i].Length && !SpecialIds.Contains(batch[i][j]);
                // A draw is made for what can't be chosen, too.
                if (!stream.Bernoulli(eligible ? (float)MlmProbability : 0))
                    continue;
                chosen.Add((i, j));
                positions.Add(start + j);
                targets.Add(batch[i][j]);
            }
            start += batch[i].Length;
        }
        Replace(batch, width, chosen, stream);
        return new MicroBatch(batch, [.. positions], [.. targets]);
    }

    private void Replace(int[][] batch, int width, List<(int Row, int Column)> chosen, TorchGenerator stream)
    {
        var masked = new bool[batch.Length * width];
        var random = new bool[masked.Length];
        var words = new int[masked.Length];
        stream.FillBernoulli(masked, (float)MaskReplaceProb);
        if (MaskReplaceProb != 1 && RandomReplaceProb != 0)
        {
            // The share of all chosen tokens, as a share of those that do not become [MASK].
            stream.FillBernoulli(random, (float)(RandomReplaceProb / (1 - MaskReplaceProb)));
            stream.FillRandInt(words, VocabularySize);
        }
        foreach (var (row, column) in chosen)
        {
            var place = row * width + column;
            if (masked[place])
                batch[row][column] = MaskId;
            else if (random[place])
                batch[row][column] = words[place];
        }
    }
}
