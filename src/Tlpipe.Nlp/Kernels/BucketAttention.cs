// Attention in buckets of rows of similar length, in parts if a bucket has many probabilities.
using System.Numerics;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Packing;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tlpipe.Nlp.Kernels;

/// <summary><c>dropout(softmax(q k' / sqrt(width))) v</c> by libtorch's operations, one bucket after the other, on any device and in any type.</summary>
/// <param name="rows">The batch.</param>
/// <param name="shape">The heads.</param>
/// <param name="dropout">Draws the masks of the probabilities, a call for each bucket; null for none.</param>
/// <param name="scoresKept">See <see cref="KernelSet.ScoresKept"/>.</param>
internal sealed class BucketAttention(PackedRows rows, AttentionShape shape, DropoutMasks? dropout, long scoresKept)
{
    // As many probabilities as fit into a processor's cache.
    private const long ScoresAtOnce = 1 << 21;

    /// <param name="qkv">Every token asks, <c>[tokens, 3 * hidden]</c>: its query, key and value side by side.</param>
    /// <returns><c>[tokens, hidden]</c></returns>
    public Tensor Of(Tensor qkv)
    {
        var contexts = new List<Tensor>();
        foreach (var (bucket, part) in rows.Buckets.Zip(InBuckets(qkv)))
        {
            using var inner = NewDisposeScope();
            contexts.Add(Attend(part, bucket, MasksOfNext()).MoveToOuterDisposeScope());
        }
        var context = Joined(contexts);
        return rows.Restore is null ? context : context.index_select(0, rows.Restore);
    }

    /// <param name="q">The chosen tokens' queries, <c>[chosen, hidden]</c>.</param>
    /// <param name="kv"><c>[tokens, 2 * hidden]</c>: each token's key and value side by side.</param>
    /// <param name="chosen">The tokens that ask.</param>
    /// <returns><c>[chosen, hidden]</c></returns>
    public Tensor Of(Tensor q, Tensor kv, TokenSelection chosen)
    {
        var queries = q.index_select(0, chosen.Gather).split([.. rows.Buckets.Zip(chosen.Widths, (bucket, width) => (long)bucket.Rows.Length * width)], 0);
        var parts = InBuckets(kv);
        var contexts = new List<Tensor>();
        foreach (var (i, bucket) in rows.Buckets.Index())
        {
            if (chosen.Widths[i] == 0)
                continue;
            using var inner = NewDisposeScope();
            var asking = Heads(queries[i], bucket.Rows.Length, 1);
            var answering = Heads(parts[i], bucket.Rows.Length, 2);
            contexts.Add(Attend(asking[0], answering[0], answering[1], bucket.Mask, MasksOfNext()).MoveToOuterDisposeScope());
        }
        return Joined(contexts).index_select(0, chosen.Restore);
    }

    /// <summary>
    /// The buckets' padded rows, <c>[tokens, width]</c> to <c>[rows * length, width]</c> each. All are taken at once: the gradient of an <c>index_select</c> is as
    /// large as what it selects from, however few rows it takes.
    /// </summary>
    private Tensor[] InBuckets(Tensor packed) => rows.Gather is null
        ? [packed]
        : packed.index_select(0, rows.Gather).split([.. rows.Buckets.Select(bucket => (long)bucket.Places)], 0);

    /// <summary>
    /// A bucket's rows, <c>[rows * length, 3 * hidden]</c> to <c>[rows * length, hidden]</c>. Where their probabilities would fill more memory than the rest of a layer, they are computed in
    /// parts, and again in backward.
    /// </summary>
    private Tensor Attend(Tensor qkv, AttentionBucket bucket, MaskSource? masks)
    {
        var (count, scoresOfRow) = (bucket.Rows.Length, (long)shape.Heads * bucket.Length * bucket.Length);
        if (masks is null || count * scoresOfRow <= scoresKept)
            return Attend(qkv, count, bucket.Mask, masks);

        var parts = qkv.view(count, bucket.Length, -1).split(RowsOfPart(scoresOfRow), 0);
        var contexts = new List<Tensor>();
        var start = 0L;
        foreach (var part in parts)
        {
            var (first, size) = (start, part.shape[0]);
            contexts.Add(Recomputed.Of(part, x => Attend(x, size, bucket.Mask?.narrow(0, first, size), masks.From(first * scoresOfRow)), null));
            start += size;
        }
        return Joined(contexts);
    }

    /// <summary>The rows of all parts; no copy where there is one.</summary>
    private static Tensor Joined(List<Tensor> parts) => parts is [var only] ? only : cat(parts, 0);

    /// <summary>How many rows are computed at once; a part's mask must begin with a run of the generator.</summary>
    private static long RowsOfPart(long scoresOfRow)
    {
        var step = Philox.Run >> Math.Min(BitOperations.TrailingZeroCount(scoresOfRow), BitOperations.Log2(Philox.Run));
        return Math.Max(step, ScoresAtOnce / scoresOfRow / step * step);
    }

    private Tensor Attend(Tensor qkv, long count, Tensor? mask, MaskSource? masks)
    {
        using var scope = NewDisposeScope();
        var parts = Heads(qkv, count, 3);
        return Attend(parts[0], parts[1], parts[2], mask, masks).MoveToOuterDisposeScope();
    }

    /// <summary><c>[rows * length, parts * hidden]</c> to as many times <c>[rows, heads, length, width]</c>.</summary>
    private Tensor[] Heads(Tensor x, long count, long parts) => x.view(count, -1, parts, shape.Heads, shape.Width).permute(2, 0, 3, 1, 4).unbind(0);

    /// <returns><c>[rows * queries, hidden]</c></returns>
    private Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask, MaskSource? masks)
    {
        Tensor context;
        if (masks is null)
        {
            context = functional.scaled_dot_product_attention(q, k, v, mask?.to(q.dtype));
        }
        else
        {
            // The product spelled out: torch's own attention draws its masks serially.
            var scores = matmul(q.Over(Math.Sqrt(shape.Width)), k.transpose(-2, -1)).to(ScalarType.Float32);
            var weights = functional.softmax(mask is null ? scores : scores.Plus(mask), -1);
            context = matmul(masks.Apply(weights).to(v.dtype), v);
        }
        return context.transpose(1, 2).reshape(-1, shape.Hidden);
    }

    private MaskSource? MasksOfNext() => dropout is null ? null : new MaskSource(dropout, shape.DropoutRate, dropout.NextCall(), 0);

    /// <summary>The mask of a bucket's probabilities, from one of its elements on.</summary>
    private sealed record MaskSource(DropoutMasks Dropout, double Rate, uint Call, long First)
    {
        public MaskSource From(long first) => this with { First = first };

        public Tensor Apply(Tensor weights) => Dropout.Apply(weights, Rate, Call, First);
    }
}
