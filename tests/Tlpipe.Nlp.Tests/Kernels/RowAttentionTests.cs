// Attention row by row beside torch's own operations in double precision, with the mask spelled out.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Tests.Model;
using Tlpipe.Nlp.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Kernels;

public sealed class RowAttentionTests : IDisposable
{
    private const int Heads = 3;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<int[], int, double> Cases => new()
    {
        { [1], 16, 0.3 },
        { [1, 2, 3, 4, 5], 32, 0.3 },
        { [16, 17, 33, 70], 16, 0.1 },
        { [35, 4, 48, 21], 64, 0.5 },
        { [35, 4, 48, 21], 48, 0 },
    };

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void All_tokens_ask(int[] lengths, int width, double rate)
    {
        var (starts, hidden) = (Starts(lengths), Heads * width);
        var generator = Cpu.Generator(3);
        var qkv = Cpu.Normal(generator, 0, 1, starts[^1], 3 * hidden).requires_grad_();
        var seen = Cpu.Normal(generator, 0, 1, starts[^1], hidden);

        using var rows = Packed(lengths, out var shape, width, rate);
        var context = new RowAttention(rows, null, shape, Cpu.Threads, Begin()).Of(qkv);
        (context * seen).sum().backward();

        var exact = qkv.detach().to(ScalarType.Float64).requires_grad_();
        var parts = exact.split(hidden, 1);
        var expected = Expected(parts[0], parts[1], parts[2], starts, rows, null, rate);
        (expected * seen.to(ScalarType.Float64)).sum().backward();
        AreClose(expected, context);
        AreClose(exact.grad!, qkv.grad!);
    }

    [Theory]
    [InlineData(0, 1, 0, 2, 2)]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(5, 0, 7, 3, 0)]
    public void Chosen_tokens_ask(params int[] queries)
    {
        const int Width = 32, Hidden = Heads * Width;
        int[] lengths = [20, 3, 50, 17, 18];
        var (queryStarts, starts) = (Starts(queries), Starts(lengths));
        var generator = Cpu.Generator(4);
        var q = Cpu.Normal(generator, 0, 1, queryStarts[^1], Hidden).requires_grad_();
        var kv = Cpu.Normal(generator, 0, 1, starts[^1], 2 * Hidden).requires_grad_();
        var seen = Cpu.Normal(generator, 0, 1, queryStarts[^1], Hidden);

        using var rows = Packed(lengths, out var shape, Width, 0.2);
        using var chosen = rows.Select([.. queries.SelectMany((count, row) => Enumerable.Range(0, count).Select(i => (long)(starts[row] + (2 * i))))]);
        var context = new RowAttention(rows, chosen, shape, Cpu.Threads, Begin()).Of(q, kv);
        (context * seen).sum().backward();

        var (exactQ, exactKv) = (q.detach().to(ScalarType.Float64).requires_grad_(), kv.detach().to(ScalarType.Float64).requires_grad_());
        var parts = exactKv.split(Hidden, 1);
        var expected = Expected(exactQ, parts[0], parts[1], queryStarts, rows, chosen, 0.2);
        (expected * seen.to(ScalarType.Float64)).sum().backward();
        AreClose(expected, context);
        AreClose(exactQ.grad!, q.grad!);
        AreClose(exactKv.grad!, kv.grad!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_learns_row_by_row_as_in_buckets(bool checkpointing)
    {
        using var files = new TemporaryModel(("hidden_size", 48));
        var rows = TemporaryModel.Rows(3, 40, 12, 39, 2, 11, 12, 40, 1);
        var labels = Cpu.From([0, 1, 1, 0, 1, 0, 0, 1]);
        float[][] Gradients(long rowScores)
        {
            var model = ModelFolder.LoadClassifier(files.Folder, 2, 8, Cpu, ComputeType.Fp32, randomWeights: true, dropout: new DropoutRates(0.1, 0.3)).Model
                .With(new KernelSet(Cpu, ComputeType.Fp32) { RowScores = rowScores });
            model.GradientCheckpointing = checkpointing;
            nn.functional.cross_entropy(model.Logits(PackedRows.From(rows, model.Config, Cpu), Begin()), labels).backward();
            return [.. model.Parameters().Select(p => Numbers.Of(p.Parameter.grad!))];
        }

        var (inBuckets, byRow) = (Gradients(0), Gradients(long.MaxValue));

        Assert.Contains(inBuckets, gradient => gradient.Any(x => Math.Abs(x) > 1e-3));
        Assert.Equal(System.Runtime.Intrinsics.X86.Avx512F.IsSupported, inBuckets.Zip(byRow).Any(pair => !pair.First.SequenceEqual(pair.Second)));
        foreach (var (expected, actual) in inBuckets.Zip(byRow))
            Numbers.AreClose(expected, actual, 2e-5, 1e-3);
    }

    [Theory]
    [InlineData(32, ComputeType.Fp32, false, true)]
    [InlineData(32, ComputeType.Bf16, false, false)]
    [InlineData(24, ComputeType.Fp32, false, false)]
    [InlineData(32, ComputeType.Fp32, true, false)]
    public void Other_types_and_widths_and_tokens_out_of_order_are_left_to_buckets(int width, ComputeType type, bool reversed, bool takes)
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx512F.IsSupported, "this processor has no AVX-512");
        using var rows = Packed([4, 7], out var shape, width, 0.1);
        using var chosen = rows.Select(reversed ? [5, 1] : [1, 5]);

        Assert.Equal(takes, RowAttention.Takes(rows, chosen, shape, new KernelSet(Cpu, type)));
    }

    [Fact]
    public void Equal_passes_give_equal_bytes()
    {
        int[] lengths = [.. Enumerable.Range(0, 24).Select(i => 1 + (i * 29 % 90))];
        using var rows = Packed(lengths, out var shape, 32, 0.1);
        var qkv = Cpu.Normal(Cpu.Generator(3), 0, 1, lengths.Sum(), 3 * Heads * 32).requires_grad_();

        float[] Pass()
        {
            qkv.grad = null;
            new RowAttention(rows, null, shape, Cpu.Threads, Begin()).Of(qkv).square().sum().backward();
            return Numbers.Of(qkv.grad!);
        }

        var first = Pass();
        for (var i = 0; i < 3; i++)
            Assert.Equal(first, Pass());
    }

    private static PackedRows Packed(int[] lengths, out AttentionShape shape, int width, double rate)
    {
        var config = new BertConfig
        {
            VocabSize = 97,
            HiddenSize = Heads * width,
            NumHiddenLayers = 1,
            NumAttentionHeads = Heads,
            IntermediateSize = 1,
            AttentionProbsDropoutProb = rate,
        };
        shape = new AttentionShape(Heads, width, rate);
        return PackedRows.From(TemporaryModel.Rows(1, lengths), config, Cpu);
    }

    private static DropoutMasks Begin()
    {
        var dropout = new DropoutMasks(Cpu, 4);
        dropout.BeginStep(2);
        return dropout;
    }

    private static int[] Starts(int[] lengths) => [0, .. lengths.Select((_, i) => lengths[..(i + 1)].Sum())];

    private static Tensor Expected(Tensor q, Tensor k, Tensor v, int[] queryStarts, PackedRows rows, TokenSelection? chosen, double rate)
    {
        var results = new Tensor[rows.Count];
        var call = 0u;
        for (var b = 0; b < rows.Buckets.Count; b++)
        {
            var (bucket, most) = (rows.Buckets[b], chosen?.Widths[b] ?? rows.Buckets[b].Length);
            // A bucket's mask is [rows, heads, queries, length], padding included; where nothing asks none is drawn.
            float[] ones = [.. Enumerable.Repeat(1f, bucket.Rows.Length * Heads * most * bucket.Length)], mask = new float[ones.Length];
            if (most > 0)
                new Philox(seed: 4, step: 2, call++).TimesMask(ones, mask, 0, rate);
            var masks = Cpu.From(mask, bucket.Rows.Length, Heads, most, bucket.Length).to(ScalarType.Float64);
            for (var place = 0; place < bucket.Rows.Length; place++)
            {
                var row = bucket.Rows[place];
                var (queries, start, length) = (queryStarts[row + 1] - queryStarts[row], rows.RowStarts[row], rows.Lengths[row]);
                var (theirQ, theirK, theirV) = (OfHeads(q, queryStarts[row], queries), OfHeads(k, start, length), OfHeads(v, start, length));
                var weights = nn.functional.softmax(theirQ.matmul(theirK.transpose(1, 2)) / Math.Sqrt(theirQ.shape[2]), -1);
                var masked = weights * masks[place].narrow(1, 0, queries).narrow(2, 0, length);
                results[row] = masked.matmul(theirV).transpose(0, 1).reshape(queries, v.shape[1]);
            }
        }
        return cat(results, 0);
    }

    private static Tensor OfHeads(Tensor x, long start, long count) => x.narrow(0, start, count).view(count, Heads, x.shape[1] / Heads).transpose(0, 1);

    private static void AreClose(Tensor expected, Tensor actual) =>
        Numbers.AreClose(Numbers.Of(expected), Numbers.Of(actual), absolute: 2e-6 * (1 + Numbers.Of(expected).Max(Math.Abs)), relative: 1e-5);
}
