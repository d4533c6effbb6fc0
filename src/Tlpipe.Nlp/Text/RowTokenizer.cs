// Many texts to rows of tokens, on all cores.
namespace Tlpipe.Nlp.Text;

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
    /// <param name="report">Receives the counts; null: nobody asks.</param>
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
            block.Types?.CopyTo(types!, token);
            token += block.Ids.Length;
            foreach (var length in block.Lengths)
            {
                offsets[row + 1] = offsets[row] + length;
                row++;
            }
        }
        return new TokenRows(ids, offsets, wordIds, labels) { Joined = joined, TokenTypes = types };
    }

    /// <summary>A run of rows, tokenized.</summary>
    private sealed record Block(
        int[] Ids, int[] WordIds, bool[] Joined, byte[]? Types, int[] Lengths, int Truncated, long Words, KeyValuePair<string, int>[] UnknownWords);

    /// <summary>One thread's buffers.</summary>
    private sealed class Worker
    {
        private readonly Dictionary<string, int> unknown = new(StringComparer.Ordinal);
        private readonly TokenizedRow row;
        private readonly TokenizedRow second;
        private int[] ids = new int[BlockRows * 64];
        private int[] wordIds = new int[BlockRows * 64];
        private bool[] joined = new bool[BlockRows * 64];

        public Worker(BertTokenizer tokenizer)
        {
            this.row = new TokenizedRow(tokenizer) { UnknownWords = this.unknown };
            this.second = new TokenizedRow(tokenizer) { UnknownWords = this.unknown };
        }

        public Block Tokenize(IReadOnlyList<string?> texts, IReadOnlyList<string?>? pairs, int first, int end, int? maxLength)
        {
            this.unknown.Clear();
            if (pairs is not null)
                return TokenizePairs(texts, pairs, first, end, maxLength);
            var lengths = new int[end - first];
            var (tokens, truncated, words) = (0, 0, 0L);
            for (var i = first; i < end; i++)
            {
                this.row.Tokenize(texts[i], maxLength);
                Append(tokens);
                tokens += this.row.Ids.Length;
                lengths[i - first] = this.row.Ids.Length;
                truncated += this.row.Truncated ? 1 : 0;
                words += this.row.Words;
            }
            return new Block(this.ids[..tokens], this.wordIds[..tokens], this.joined[..tokens], null, lengths, truncated, words, [.. this.unknown]);
        }

        private Block TokenizePairs(IReadOnlyList<string?> texts, IReadOnlyList<string?> pairs, int first, int end, int? maxLength)
        {
            var lengths = new int[end - first];
            var types = new List<byte>();
            var (tokens, truncated, words) = (0, 0, 0L);
            for (var i = first; i < end; i++)
            {
                this.row.Tokenize(texts[i], null);
                this.second.Tokenize(pairs[i], null);
                var (whole, wholeSecond) = (this.row.Ids.Length - 2, this.second.Ids.Length - 2);
                var (ofFirst, ofSecond) = TextPair.Lengths(whole, wholeSecond, maxLength);
                var length = ofFirst + ofSecond + TextPair.SpecialTokens;
                MakeRoom(tokens + length);
                Copy(this.row, 0, ofFirst + 1, tokens);
                Copy(this.row, whole + 1, 1, tokens + ofFirst + 1);
                Copy(this.second, 1, ofSecond, tokens + ofFirst + 2);
                Copy(this.second, wholeSecond + 1, 1, tokens + length - 1);
                types.AddRange(Enumerable.Repeat((byte)0, ofFirst + 2));
                types.AddRange(Enumerable.Repeat((byte)1, ofSecond + 1));
                lengths[i - first] = length;
                truncated += ofFirst + ofSecond < whole + wholeSecond ? 1 : 0;
                words += WordsOf(this.row, ofFirst) + WordsOf(this.second, ofSecond);
                tokens += length;
            }
            return new Block(this.ids[..tokens], this.wordIds[..tokens], this.joined[..tokens], [.. types], lengths, truncated, words, [.. this.unknown]);
        }

        private static int WordsOf(TokenizedRow row, int tokens) => tokens == 0 ? 0 : row.WordIds[tokens] + 1;

        private void Copy(TokenizedRow from, int start, int count, int to)
        {
            from.Ids.Slice(start, count).CopyTo(this.ids.AsSpan(to));
            from.WordIds.Slice(start, count).CopyTo(this.wordIds.AsSpan(to));
            for (var i = 0; i < count; i++)
                this.joined[to + i] = from.IsJoined(start + i);
        }

        private void MakeRoom(int needed)
        {
            if (needed <= this.ids.Length)
                return;
            Array.Resize(ref this.ids, Math.Max(needed, this.ids.Length * 2));
            Array.Resize(ref this.wordIds, this.ids.Length);
            Array.Resize(ref this.joined, this.ids.Length);
        }

        private void Append(int at)
        {
            MakeRoom(at + this.row.Ids.Length);
            this.row.Ids.CopyTo(this.ids.AsSpan(at));
            this.row.WordIds.CopyTo(this.wordIds.AsSpan(at));
            for (var i = 0; i < this.row.Ids.Length; i++)
                this.joined[at + i] = this.row.IsJoined(i);
        }
    }
}
