// Many texts to rows of tokens, on all cores.
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Tokenizes the rows of a table.</summary>
public static class RowTokenizer
{
    private const int BlockRows = 256;

    /// <summary>Tokenizes texts; row i is text i, whatever the number of threads.</summary>
    /// <param name="texts">The texts; none may be null.</param>
    /// <param name="pairs">A second text for each, or null.</param>
    /// <param name="labels">A class for each text, or null.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="maxLength">The most tokens in a row, special ones counted, at least 2; null: as many as there are.</param>
    /// <param name="threads">How many texts to work on at a time, at least 1.</param>
    /// <param name="report">Receives the counts; null: they are not needed.</param>
    /// <param name="progress">Called, one call at a time but from any thread, with the number of rows done so far.</param>
    /// <param name="cancellation">Ends the work with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InputException">A text is missing, or there are more tokens than an array holds.</exception>
    public static TokenRows Tokenize(
        IReadOnlyList<string?> texts,
        IReadOnlyList<string?>? pairs,
        int[]? labels,
        BertTokenizer tokenizer,
        int? maxLength,
        int threads,
        TokenizeReport? report = null,
        Action<int>? progress = null,
        CancellationToken cancellation = default)
    {
        if (labels is not null && labels.Length != texts.Count)
            throw new ArgumentException($"{labels.Length} labels for {texts.Count} texts", nameof(labels));
        if (pairs is not null && pairs.Count != texts.Count)
            throw new ArgumentException($"{pairs.Count} second texts for {texts.Count} texts", nameof(pairs));
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength ?? TextPair.SpecialTokens, pairs is null ? 2 : TextPair.SpecialTokens, nameof(maxLength));
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        for (var i = 0; i < texts.Count; i++)
        {
            if (texts[i] is null || (pairs is not null && pairs[i] is null))
                throw new InputException($"the text of row {i} is missing; drop rows without text or fill them before tokenizing");
        }

        var blocks = new Block[(texts.Count + BlockRows - 1) / BlockRows];
        var rowsDone = 0;
        var gate = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, blocks.Length, options, () => new Worker(tokenizer), (index, _, worker) =>
        {
            blocks[index] = worker.Tokenize(texts, pairs, index * BlockRows, Math.Min(texts.Count, (index + 1) * BlockRows), maxLength);
            if (progress is not null)
            {
                lock (gate)
                    progress(rowsDone += blocks[index].Lengths.Length);
            }
            return worker;
        }, _ => { });
        foreach (var block in blocks)
            report?.Add(block.Lengths.Length, block.Truncated, block.Ids.Length, block.Ids.Length - (pairs is null ? 2 : TextPair.SpecialTokens) * block.Lengths.Length, block.Words, block.UnknownWords);
        return Join(blocks, texts.Count, labels, pairs is not null);
    }

    private static TokenRows Join(Block[] blocks, int rows, int[]? labels, bool arePairs)
    {
        var tokens = blocks.Sum(block => (long)block.Ids.Length);
        if (tokens > Array.MaxLength)
            throw new InputException($"the texts give {tokens} tokens, more than the {Array.MaxLength} that one set of rows holds; split them");
        var ids = new int[tokens];
        var wordIds = new int[tokens];
        var joined = new bool[tokens];
        var types = arePairs ? new byte[tokens] : null;
        var offsets = new int[rows + 1];
        var (token, row) = (0, 0);
        foreach (var block in blocks)
        {
            block.Ids.CopyTo(ids, token);
            block.WordIds.CopyTo(wordIds, token);
            block.Joined.CopyTo(joined, token);
            token += block.Ids.Length;
            for (var i = 0; i < block.Lengths.Length; i++)
            {
                offsets[row + 1] = offsets[row] + block.Lengths[i];
                types?.AsSpan((offsets[row] + block.SecondTexts[i])..offsets[row + 1]).Fill(1);
                row++;
            }
        }
        return new TokenRows(ids, offsets, wordIds, labels) { Joined = joined, TokenTypes = types };
    }

    /// <summary>A run of rows, tokenized.</summary>
    private sealed record Block(
        int[] Ids, int[] WordIds, bool[] Joined, int[] Lengths, int[] SecondTexts, int Truncated, long Words, KeyValuePair<string, int>[] UnknownWords);

    /// <summary>One thread's buffers.</summary>
    private sealed class Worker
    {
        private readonly Dictionary<string, int> unknown = new(StringComparer.Ordinal);
        private readonly TokenizedRow row;
        private int[] ids = new int[BlockRows * 64];
        private int[] wordIds = new int[BlockRows * 64];
        private bool[] joined = new bool[BlockRows * 64];

        public Worker(BertTokenizer tokenizer) => this.row = new TokenizedRow(tokenizer) { UnknownWords = this.unknown };

        public Block Tokenize(IReadOnlyList<string?> texts, IReadOnlyList<string?>? pairs, int first, int end, int? maxLength)
        {
            this.unknown.Clear();
            var lengths = new int[end - first];
            var secondTexts = new int[end - first];
            var (tokens, truncated, words) = (0, 0, 0L);
            for (var i = first; i < end; i++)
            {
                if (pairs is null)
                    this.row.Tokenize(texts[i], maxLength);
                else
                    this.row.Tokenize(texts[i], pairs[i], maxLength);
                Append(tokens);
                tokens += this.row.Ids.Length;
                (lengths[i - first], secondTexts[i - first]) = (this.row.Ids.Length, this.row.SecondText);
                truncated += this.row.Truncated ? 1 : 0;
                words += this.row.Words;
            }
            return new Block(this.ids[..tokens], this.wordIds[..tokens], this.joined[..tokens], lengths, secondTexts, truncated, words, [.. this.unknown]);
        }

        private void Append(int at)
        {
            var needed = at + this.row.Ids.Length;
            if (needed > this.ids.Length)
            {
                Array.Resize(ref this.ids, Math.Max(needed, this.ids.Length * 2));
                Array.Resize(ref this.wordIds, this.ids.Length);
                Array.Resize(ref this.joined, this.ids.Length);
            }
            this.row.Ids.CopyTo(this.ids.AsSpan(at));
            this.row.WordIds.CopyTo(this.wordIds.AsSpan(at));
            for (var i = 0; i < this.row.Ids.Length; i++)
                this.joined[at + i] = this.row.IsJoined(i);
        }
    }
}
