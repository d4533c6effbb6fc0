// The rows of a batch without padding, and how attention finds its rows in them.
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Packing;

/// <summary>
/// Rows of tokens laid end to end. Everything in BERT but attention works on single tokens and so needs no padding; attention
/// takes the rows in buckets of similar length. Its tensors are released with the dispose scope in which they were made, or by
/// <see cref="Dispose"/>.
/// </summary>
public sealed class PackedRows : IDisposable
{
    private readonly ComputeDevice device;

    private PackedRows(int[] inputIds, int[] rowStarts, int[]? tokenTypeIds, ComputeDevice device)
    {
        this.device = device;
        RowStarts = rowStarts;
        Lengths = Enumerable.Range(0, rowStarts.Length - 1).Select(i => rowStarts[i + 1] - rowStarts[i]).ToArray();
        InputIds = device.From(inputIds);
        Positions = device.From(Lengths.SelectMany(length => Enumerable.Range(0, length)).ToArray());
        TokenTypeIds = tokenTypeIds is null ? device.Zeros(ScalarType.Int64, inputIds.Length) : device.From(tokenTypeIds);
        Buckets = AttentionBucket.Divide(rowStarts, device);
        (Gather, Restore) = AttentionBucket.Layout(Buckets, rowStarts, device);
        FirstTokens = Select(rowStarts[..^1].Select(start => (long)start).ToArray());
    }

    /// <summary>The number of rows.</summary>
    public int Count => Lengths.Count;

    /// <summary>The number of tokens of all rows.</summary>
    public int Tokens => RowStarts[^1];

    /// <summary>The length of each row.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>Where each row begins among the tokens, and where the last one ends, <c>[rows + 1]</c>.</summary>
    public IReadOnlyList<int> RowStarts { get; }

    /// <summary>Token ids, int64 <c>[tokens]</c>.</summary>
    public Tensor InputIds { get; }

    /// <summary>Each token's place in its row, int64 <c>[tokens]</c>.</summary>
    public Tensor Positions { get; }

    /// <summary>Token type ids, int64 <c>[tokens]</c>; zeros unless given.</summary>
    public Tensor TokenTypeIds { get; }

    /// <summary>The rows by length, for attention.</summary>
    internal IReadOnlyList<AttentionBucket> Buckets { get; }

    /// <summary>
    /// The token at each place of the buckets' padded rows laid end to end, int64 <c>[places]</c>; padding is replaced by the row's first token.
    /// Null where that order is the tokens' own.
    /// </summary>
    internal Tensor? Gather { get; }

    /// <summary>
    /// Where each token stands in the buckets' padded rows laid end to end, int64 <c>[tokens]</c>; null where that order is the
    /// tokens' own.
    /// </summary>
    internal Tensor? Restore { get; }

    /// <summary>Each row's first token, where a classifier looks.</summary>
    internal TokenSelection FirstTokens { get; }

    /// <summary>Packs some rows of a tokenized table, in the given order.</summary>
    /// <exception cref="InputException">A row is empty or too long for the model, or holds an id that the model does not know.</exception>
    public static PackedRows From(TokenRows rows, IEnumerable<int> indices, BertConfig config, ComputeDevice device) =>
        From(indices.Select(i => rows.Row(i).ToArray()).ToList(), config, device, rows.TokenTypes is null ? null : indices.Select(i => rows.RowTokenTypes(i)!).ToList());

    /// <summary>Packs rows of token ids.</summary>
    /// <param name="rows">The rows, special tokens included.</param>
    /// <param name="config">The model that they are for.</param>
    /// <param name="device">Where the tensors shall be.</param>
    /// <param name="tokenTypeIds">Token types, shaped as the rows; zeros where null.</param>
    /// <exception cref="InputException">A row is empty or too long for the model, or holds an id that the model does not know.</exception>
    public static PackedRows From(IReadOnlyList<int[]> rows, BertConfig config, ComputeDevice device, IReadOnlyList<int[]>? tokenTypeIds = null)
    {
        if (rows.Count == 0)
            throw new ArgumentException("a batch needs a row", nameof(rows));
        var starts = new int[rows.Count + 1];
        for (var i = 0; i < rows.Count; i++)
        {
            Check(rows[i], i, config);
            if (tokenTypeIds is not null && tokenTypeIds[i].Length != rows[i].Length)
                throw new ArgumentException($"row {i} has {rows[i].Length} tokens and {tokenTypeIds[i].Length} token types", nameof(tokenTypeIds));
            starts[i + 1] = starts[i] + rows[i].Length;
        }
        return new PackedRows(Flatten(rows), starts, tokenTypeIds is null ? null : Flatten(tokenTypeIds), device);
    }

    /// <summary>Chooses the tokens for which a model computes its last layer and its head.</summary>
    /// <param name="positions">Indices into the packed tokens.</param>
    public TokenSelection Select(long[] positions) => new(positions, this, device);

    /// <inheritdoc/>
    public void Dispose()
    {
        InputIds.Dispose();
        Positions.Dispose();
        TokenTypeIds.Dispose();
        Gather?.Dispose();
        Restore?.Dispose();
        foreach (var bucket in Buckets)
            bucket.Dispose();
        FirstTokens.Dispose();
    }

    /// <summary>Refuses rows that a model cannot take, before hours of work are lost to one.</summary>
    /// <exception cref="InputException">A row is empty or too long for the model, or holds an id that the model does not know.</exception>
    internal static void Check(TokenRows rows, BertConfig config)
    {
        for (var i = 0; i < rows.Count; i++)
            Check(rows.Row(i), i, config);
        if (rows.TokenTypes is { } types && types.Length > 0 && types.Max() >= config.TypeVocabSize)
            throw new InputException($"rows of two texts need a model with 2 token types, and this one has {config.TypeVocabSize} (type_vocab_size); tokenize without text_pair");
    }

    private static void Check(ReadOnlySpan<int> row, int index, BertConfig config)
    {
        if (row.Length == 0)
            throw new InputException($"row {index} has no tokens; leave empty rows out");
        if (row.Length > config.MaxPositionEmbeddings)
            throw new InputException($"a row has {row.Length} tokens where the model takes at most {config.MaxPositionEmbeddings} (max_position_embeddings); truncate rows when tokenizing or choose a smaller chunk_size");
        foreach (var id in row)
            if ((uint)id >= (uint)config.VocabSize)
                throw new InputException($"a row holds the token id {id} where the model's vocabulary has {config.VocabSize} entries; tokenize with the model's own tokenizer");
    }

    private static int[] Flatten(IReadOnlyList<int[]> rows)
    {
        var all = new int[rows.Sum(row => row.Length)];
        var end = 0;
        foreach (var row in rows)
        {
            row.CopyTo(all, end);
            end += row.Length;
        }
        return all;
    }
}
