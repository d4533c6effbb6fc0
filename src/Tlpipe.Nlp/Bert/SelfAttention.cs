// BERT's attention: row by row where that is faster, else in buckets of rows of similar length, and in parts where their probabilities are many.
//
// Shapes as in BertModel.cs.
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tlpipe.Nlp.Bert;

/// <summary>Attention of a row's tokens to each other (hf-parity.md 5.2).</summary>
internal sealed class SelfAttention : Module
{
    // As many probabilities as fit into a processor's cache.
    private const long ScoresAtOnce = 1 << 21;

    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly BertSetup setup;

    public SelfAttention(BertSetup setup)
        : base(nameof(SelfAttention))
    {
        this.setup = setup;
        var hidden = setup.Config.HiddenSize;
        query = new Linear(setup, hidden, hidden);
        key = new Linear(setup, hidden, hidden);
        value = new Linear(setup, hidden, hidden);
        RegisterComponents();
    }

    /// <summary>Up to so many probabilities (16 MB) are kept for backward; more are computed in parts, and again. Results are the same; tests change it.</summary>
    internal static long ScoresKept { get; set; } = 1 << 22;

    /// <summary>What every token takes from its row, <c>[tokens, hidden]</c>.</summary>
    public Tensor Forward(Tensor x, PackedRows rows, Dropout? dropout)
    {
        using var scope = NewDisposeScope();
        var packed = Linear.Fused(x, query, key, value);
        if (Draws(dropout) && RowAttention.Takes(rows, null, setup))
            return new RowAttention(rows, null, setup, dropout).Of(packed).MoveToOuterDisposeScope();
        var parts = InBuckets(packed, rows);
        var contexts = new List<Tensor>();
        foreach (var (bucket, qkv) in rows.Buckets.Zip(parts))
        {
            using var inner = NewDisposeScope();
            contexts.Add(Forward(qkv, bucket, MasksOfNext(dropout)).MoveToOuterDisposeScope());
        }
        var context = Joined(contexts);
        return (rows.Restore is null ? context : context.index_select(0, rows.Restore)).MoveToOuterDisposeScope();
    }

    /// <summary>What the chosen tokens take from their rows, <c>[chosen, hidden]</c>; only they ask, all tokens answer.</summary>
    public Tensor Forward(Tensor x, PackedRows rows, TokenSelection chosen, Dropout? dropout)
    {
        using var scope = NewDisposeScope();
        var (q, packed) = (query.Forward(x.index_select(0, chosen.Index)), Linear.Fused(x, key, value));
        if (Draws(dropout) && RowAttention.Takes(rows, chosen, setup))
            return new RowAttention(rows, chosen, setup, dropout).Of(q, packed).MoveToOuterDisposeScope();
        var queries = q.index_select(0, chosen.Gather).split([.. rows.Buckets.Zip(chosen.Widths, (bucket, width) => (long)bucket.Rows.Length * width)], 0);
        var parts = InBuckets(packed, rows);
        var contexts = new List<Tensor>();
        foreach (var (i, bucket) in rows.Buckets.Index())
        {
            if (chosen.Widths[i] == 0)
                continue;
            using var inner = NewDisposeScope();
            var asking = Heads(queries[i], bucket.Rows.Length, 1);
            var kv = Heads(parts[i], bucket.Rows.Length, 2);
            contexts.Add(Attend(asking[0], kv[0], kv[1], bucket.Mask, MasksOfNext(dropout)).MoveToOuterDisposeScope());
        }
        return Joined(contexts).index_select(0, chosen.Restore).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The buckets' padded rows, <c>[tokens, width]</c> to <c>[rows * length, width]</c> each. All are taken at once: the gradient of an <c>index_select</c> is as
    /// large as what it selects from, however few rows it takes.
    /// </summary>
    private static Tensor[] InBuckets(Tensor packed, PackedRows rows) => rows.Gather is null
        ? [packed]
        : packed.index_select(0, rows.Gather).split([.. rows.Buckets.Select(bucket => (long)bucket.Places)], 0);

    /// <summary>
    /// A bucket's rows, <c>[rows * length, 3 * hidden]</c> to <c>[rows * length, hidden]</c>. Where their probabilities would fill more memory than all else in a layer, they go by in
    /// parts, and backward computes them again.
    /// </summary>
    private Tensor Forward(Tensor qkv, AttentionBucket bucket, MaskSource? masks)
    {
        var (rows, scoresOfRow) = (bucket.Rows.Length, (long)setup.Heads * bucket.Length * bucket.Length);
        if (masks is null || rows * scoresOfRow <= ScoresKept)
            return Attend(qkv, rows, bucket.Mask, masks);

        var parts = qkv.view(rows, bucket.Length, -1).split(RowsOfPart(scoresOfRow), 0);
        var contexts = new List<Tensor>();
        var start = 0L;
        foreach (var part in parts)
        {
            var (first, count) = (start, part.shape[0]);
            contexts.Add(Recomputed.Of(part, x => Attend(x, count, bucket.Mask?.narrow(0, first, count), masks.From(first * scoresOfRow)), null));
            start += count;
        }
        return Joined(contexts);
    }

    private bool Draws([NotNullWhen(true)] Dropout? dropout) => dropout is not null && setup.Config.AttentionProbsDropoutProb > 0;

    /// <summary>The rows of all parts; no copy where there is one.</summary>
    private static Tensor Joined(List<Tensor> parts) => parts is [var only] ? only : cat(parts, 0);

    /// <summary>As many rows as are computed at once; a part's mask has to begin with a run of the generator.</summary>
    private static long RowsOfPart(long scoresOfRow)
    {
        var step = Philox.Run >> Math.Min(BitOperations.TrailingZeroCount(scoresOfRow), BitOperations.Log2(Philox.Run));
        return Math.Max(step, ScoresAtOnce / scoresOfRow / step * step);
    }

    private Tensor Attend(Tensor qkv, long rows, Tensor? mask, MaskSource? masks)
    {
        using var scope = NewDisposeScope();
        var parts = Heads(qkv, rows, 3);
        return Attend(parts[0], parts[1], parts[2], mask, masks).MoveToOuterDisposeScope();
    }

    /// <summary><c>[rows * length, count * hidden]</c> to count times <c>[rows, heads, length, width]</c>.</summary>
    private Tensor[] Heads(Tensor x, long rows, long count) =>
        x.view(rows, -1, count, setup.Heads, setup.Width).permute(2, 0, 3, 1, 4).unbind(0);

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
            var scores = matmul(q.Over(Math.Sqrt(setup.Width)), k.transpose(-2, -1)).to(ScalarType.Float32);
            var weights = functional.softmax(mask is null ? scores : scores.Plus(mask), -1);
            context = matmul(masks.Apply(weights).to(v.dtype), v);
        }
        return context.transpose(1, 2).reshape(-1, setup.Config.HiddenSize);
    }

    private MaskSource? MasksOfNext(Dropout? dropout) =>
        Draws(dropout) ? new MaskSource(dropout, setup.Config.AttentionProbsDropoutProb, dropout.NextCall(), 0) : null;

    /// <summary>The mask of a bucket's probabilities, from one of its elements on.</summary>
    private sealed record MaskSource(Dropout Dropout, double Rate, uint Call, long First)
    {
        public MaskSource From(long first) => this with { First = first };

        public Tensor Apply(Tensor weights) => Dropout.Apply(weights, Rate, Call, First);
    }
}
