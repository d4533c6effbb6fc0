// Attention of short rows with dropout, row by row and head by head, in one step of the graph.
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Packing;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// <c>dropout(softmax(q k' / sqrt(width))) v</c> on a CPU in float32. Rows of a review's length need so little work that a library's calls, some fifty for each
/// bucket and layer, cost more; here rows lie as they are, without padding, copies or masks, and threads share rows and heads.
/// The probabilities are kept for backward, negated where dropout removed one. Results are the same on any number of threads.
/// </summary>
internal sealed class RowAttention
{
    // The most floats of a span.
    private const long MostElements = int.MaxValue / sizeof(float);

    private readonly IReadOnlyList<int> queryStarts;
    private readonly IReadOnlyList<int> rowStarts;
    private readonly RowMask[] masks;
    private readonly int[] scoreStarts;
    private readonly int heads;
    private readonly int width;
    private readonly int threads;
    private readonly double rate;

    /// <param name="rows">The batch.</param>
    /// <param name="chosen">The tokens that ask, in their order; null for all.</param>
    /// <param name="shape">The heads.</param>
    /// <param name="threads">How many threads share the rows and heads.</param>
    /// <param name="dropout">Draws the masks, which are those of the same attention in buckets.</param>
    public RowAttention(PackedRows rows, TokenSelection? chosen, AttentionShape shape, int threads, DropoutMasks dropout)
    {
        (queryStarts, rowStarts) = (chosen?.RowStarts ?? rows.RowStarts, rows.RowStarts);
        (heads, width, rate) = shape;
        this.threads = threads;
        masks = new RowMask[rows.Count];
        foreach (var (i, bucket) in rows.Buckets.Index())
        {
            var queries = chosen?.Widths[i] ?? bucket.Length;
            if (queries == 0)
                continue;
            var stream = dropout.Stream();
            foreach (var (place, row) in bucket.Rows.Index())
                masks[row] = new RowMask(stream, (long)place * heads * queries * bucket.Length, queries * bucket.Length, bucket.Length);
        }
        scoreStarts = new int[rows.Count + 1];
        for (var row = 0; row < rows.Count; row++)
            scoreStarts[row + 1] = checked(scoreStarts[row] + (heads * ScoresOf(row)));
    }

    /// <summary>Whether rows are to be computed here; a matter of speed alone.</summary>
    public static bool Takes(PackedRows rows, TokenSelection? chosen, AttentionShape shape, KernelSet kernels)
    {
        if (kernels.Device.IsCuda || kernels.ComputeType != ComputeType.Fp32 || !Avx512F.IsSupported)
            return false;
        if (shape.Width % SmallProduct.Lanes != 0 || shape.DropoutRate >= 1 || chosen is { IsAscending: false })
            return false;
        var queryStarts = chosen?.RowStarts ?? rows.RowStarts;
        return 3L * rows.Tokens * shape.Hidden <= MostElements
            && rows.Lengths.Index().Sum(row => (long)shape.Heads * Rounded(row.Item) * (queryStarts[row.Index + 1] - queryStarts[row.Index])) <= kernels.RowScores;
    }

    /// <param name="qkv">Every token asks, <c>[tokens, 3 * hidden]</c>: its query, key and value side by side.</param>
    /// <returns><c>[tokens, hidden]</c></returns>
    public Tensor Of(Tensor qkv) => Apply([qkv]);

    /// <param name="q"><c>[queries, hidden]</c></param>
    /// <param name="kv"><c>[tokens, 2 * hidden]</c>: each token's key and value side by side.</param>
    /// <returns><c>[queries, hidden]</c></returns>
    public Tensor Of(Tensor q, Tensor kv) => Apply([q, kv]);

    private Tensor Apply(Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        return is_grad_enabled() && inputs.Any(input => input.requires_grad)
            ? AttentionFunction.apply(this, inputs[0], inputs[^1], inputs.Length).MoveToOuterDisposeScope()
            : Attend(inputs[0], inputs[^1]).Context.MoveToOuterDisposeScope();
    }

    private (Tensor Context, Tensor Scores) Attend(Tensor q, Tensor kv)
    {
        var context = q.new_empty(q.shape[0], heads * width);
        var scores = q.new_empty(scoreStarts[^1]);
        var parts = new Parts(this, q, kv, context, scores);
        ForEachRowAndHead((row, head) => Attend(parts, row, head));
        return (context, scores);
    }

    private static int Rounded(int length) => (length + SmallProduct.Lanes - 1) / SmallProduct.Lanes * SmallProduct.Lanes;

    private int Stride(int row) => Rounded(Length(row));

    private int Length(int row) => rowStarts[row + 1] - rowStarts[row];

    private int Queries(int row) => queryStarts[row + 1] - queryStarts[row];

    private bool EachRowAsks => Enumerable.Range(0, masks.Length).All(row => Queries(row) > 0);

    private int ScoresOf(int row) => Queries(row) * Stride(row);

    private void Attend(Parts at, int row, int head)
    {
        var (length, queries, stride) = (Length(row), Queries(row), Stride(row));
        var q = at.Query(row, head);
        var k = at.Key(row, head);
        var v = at.Value(row, head);
        var scores = at.Scores(row, head);
        var (skipped, drawn) = masks[row].Extent(head, queries, length);
        using var scratch = new Scratch(Math.Max(width * stride, drawn + SmallProduct.Lanes), scores.Length);
        SmallProduct.Multiply(q, Turned(k, length, scratch.First, stride), View(scores, stride), queries, width, stride, (float)(1 / Math.Sqrt(width)));
        var mask = scratch.First;
        var masked = scratch.Second;
        masks[row].Draw(head, mask, drawn, rate);
        for (var i = 0; i < queries; i++)
        {
            var ofQuery = scores.Slice(i * stride, stride);
            RowSteps.Softmax(ofQuery, length);
            RowSteps.Mask(ofQuery, mask.Slice(skipped + (i * masks[row].OfQuery), stride), masked.Slice(i * stride, stride));
        }
        SmallProduct.Multiply(View(masked, stride), v, at.Context(row, head), queries, length, width);
    }

    private void Differentiate(Parts at, Parts of, int row, int head)
    {
        var (length, queries, stride) = (Length(row), Queries(row), Stride(row));
        var q = at.Query(row, head);
        var k = at.Key(row, head);
        var v = at.Value(row, head);
        var gradient = at.Context(row, head);
        var scores = at.Scores(row, head);
        using var scratch = new Scratch(Math.Max(width * stride, scores.Length), scores.Length);
        SmallProduct.Multiply(gradient, Turned(v, length, scratch.First, stride), View(scratch.Second, stride), queries, width, stride);
        // The gradient of v needs the masked probabilities; those of q and k need the gradients of the scores.
        var masked = scratch.First;
        for (var i = 0; i < queries; i++)
            RowSteps.Differentiate(scores.Slice(i * stride, stride), scratch.Second.Slice(i * stride, stride), masked.Slice(i * stride, stride), (float)(1 / (1 - rate)));
        SmallProduct.Multiply(View(masked, stride).Transposed, gradient, of.Value(row, head), length, queries, width);
        var factor = (float)(1 / Math.Sqrt(width));
        SmallProduct.Multiply(View(scratch.Second, stride), k, of.Query(row, head), queries, length, width, factor);
        SmallProduct.Multiply(View(scratch.Second, stride).Transposed, q, of.Key(row, head), length, queries, width, factor);
    }

    private static MatrixView View(Span<float> values, int row) => new(ref MemoryMarshal.GetReference(values), row);

    /// <summary><c>[length, width]</c> to <c>[width, stride]</c>, padded with zeros.</summary>
    private MatrixView Turned(MatrixView rows, int length, Span<float> turned, int stride)
    {
        turned[..(width * stride)].Clear();
        RowSteps.Turn(rows, length, width, ref MemoryMarshal.GetReference(turned), stride);
        return View(turned, stride);
    }

    private void ForEachRowAndHead(Action<int, int> part)
    {
        // The longest rows first, so that no thread ends with one.
        var rows = Enumerable.Range(0, masks.Length).OrderByDescending(ScoresOf).ToArray();
        var next = -1;
        if (threads == 1)
            Work(0);
        else
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Work);

        void Work(int thread)
        {
            for (var i = Interlocked.Increment(ref next); i < rows.Length * heads; i = Interlocked.Increment(ref next))
                if (Queries(rows[i / heads]) > 0)
                    part(rows[i / heads], i % heads);
        }
    }

    /// <summary>A row's part of the mask of its bucket's probabilities, <c>[rows, heads, queries, length]</c>.</summary>
    /// <param name="Stream">Draws the bucket's mask.</param>
    /// <param name="First">The row's first element.</param>
    /// <param name="OfHead">Elements of a head.</param>
    /// <param name="OfQuery">Elements of a query.</param>
    private readonly record struct RowMask(Philox Stream, long First, int OfHead, int OfQuery)
    {
        /// <summary>The elements drawn for a head: drawing begins with a run of the generator, so some before its first, and those up to its last.</summary>
        public (int Skipped, int Drawn) Extent(int head, int queries, int length)
        {
            var skipped = (int)((First + ((long)head * OfHead)) % Philox.Run);
            return (skipped, skipped + ((queries - 1) * OfQuery) + length);
        }

        /// <summary>Sets a span to the mask up to drawn, and to 1 after it.</summary>
        public void Draw(int head, Span<float> mask, int drawn, double rate)
        {
            mask.Fill(1);
            var first = First + ((long)head * OfHead);
            Stream.TimesMask(mask[..drawn], mask[..drawn], first - (first % Philox.Run), rate);
        }
    }

    /// <summary>Where a row's and a head's parts of the tensors are.</summary>
    /// <param name="attention">The rows.</param>
    /// <param name="q">The queries, in the first columns.</param>
    /// <param name="kv">The keys and values, in the last columns.</param>
    /// <param name="context">The result, or its gradient; null if it is not needed.</param>
    /// <param name="scores">The probabilities; null if they are not needed.</param>
    private sealed class Parts(RowAttention attention, Tensor q, Tensor kv, Tensor? context = null, Tensor? scores = null)
    {
        // Asking a tensor costs more than a small product.
        private readonly Place query = new(q, 0);
        private readonly Place key = new(kv, -2 * attention.heads * attention.width);
        private readonly Place value = new(kv, -attention.heads * attention.width);
        private readonly Place context = context is null ? default : new Place(context, 0);
        private readonly Place scores = scores is null ? default : new Place(scores.unsqueeze(0), 0);

        public MatrixView Query(int row, int head) => query.At(attention.queryStarts[row], head * attention.width);

        public MatrixView Key(int row, int head) => key.At(attention.rowStarts[row], head * attention.width);

        public MatrixView Value(int row, int head) => value.At(attention.rowStarts[row], head * attention.width);

        public MatrixView Context(int row, int head) => context.At(attention.queryStarts[row], head * attention.width);

        public Span<float> Scores(int row, int head)
        {
            var count = attention.ScoresOf(row);
            return MemoryMarshal.CreateSpan(ref scores.At(0, attention.scoreStarts[row] + (head * count)).Start, count);
        }
    }

    /// <summary>Some columns of a matrix in libtorch's memory, which stays in place while the tensor is held.</summary>
    private readonly struct Place
    {
        private readonly Tensor matrix;
        private readonly nint address;
        private readonly int columns;

        /// <param name="matrix">In one piece.</param>
        /// <param name="column">The first column; counted from the end where it is negative.</param>
        public Place(Tensor matrix, int column)
        {
            this.matrix = matrix;
            columns = (int)matrix.shape[1];
            var elements = matrix.Floats()[(column < 0 ? columns + column : column)..];
            address = Unsafe.ByteOffset(ref Unsafe.NullRef<float>(), ref MemoryMarshal.GetReference(elements));
        }

        public MatrixView At(int row, int column)
        {
            GC.KeepAlive(matrix);
            return new(ref Unsafe.Add(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<float>(), address), (row * columns) + column), columns);
        }
    }

    /// <summary>A thread's memory while it works at one row and head.</summary>
    private readonly ref struct Scratch(int first, int second)
    {
        private readonly float[] firstArray = ArrayPool<float>.Shared.Rent(first);
        private readonly float[] secondArray = ArrayPool<float>.Shared.Rent(second);

        public Span<float> First => firstArray.AsSpan(0, first);

        public Span<float> Second => secondArray.AsSpan(0, second);

        public void Dispose()
        {
            ArrayPool<float>.Shared.Return(firstArray);
            ArrayPool<float>.Shared.Return(secondArray);
        }
    }

    private sealed class AttentionFunction : CustomGradient<AttentionFunction>
    {
        private const string Rows = "rows", Inputs = "inputs";

        protected override int Arguments => 4;

        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            var (rows, q, kv) = ((RowAttention)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
            var (context, scores) = rows.Attend(q, kv);
            ctx.save_for_backward([q, kv, scores]);
            ctx.save_data(Rows, rows);
            ctx.save_data(Inputs, vars[3]);
            return context;
        }

        protected override Tensor?[] Backward(autograd.AutogradContext ctx, Tensor gradient)
        {
            var (saved, rows, one) = (ctx.get_saved_variables(), (RowAttention)ctx.get_data(Rows), (int)ctx.get_data(Inputs) == 1);
            ctx.Dispose();
            var (q, kv) = (saved[0], saved[1]);
            // A row without queries is not written to.
            var ofKv = rows.EachRowAsks ? empty_like(kv, requires_grad: false) : zeros_like(kv, requires_grad: false);
            var ofQ = one ? ofKv : empty_like(q, requires_grad: false);
            var (parts, gradients) = (new Parts(rows, q, kv, gradient.contiguous(), saved[2]), new Parts(rows, ofQ, ofKv));
            rows.ForEachRowAndHead((row, head) => rows.Differentiate(parts, gradients, row, head));
            return one ? [null, ofKv, null, null] : [null, ofQ, ofKv, null];
        }
    }
}
