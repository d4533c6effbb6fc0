// The kernel set's answers: a fast kernel, or that the model computes as it is written.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Tests.Model;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Kernels;

public sealed class KernelSetTests
{
    private const int Heads = 3, Width = 16, Hidden = Heads * Width;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Fact]
    public void A_plain_set_leaves_every_step_to_the_model_and_a_fast_one_takes_them()
    {
        using var scope = NewDisposeScope();

        Assert.All(Steps(new KernelSet(Cpu, ComputeType.Fp32) { IsPlain = true }), Assert.Null);
        Assert.All(Steps(new KernelSet(Cpu, ComputeType.Fp32)), Assert.NotNull);
    }

    [Fact]
    public void A_table_that_the_model_uses_elsewhere_is_looked_up_by_the_model()
    {
        using var scope = NewDisposeScope();

        Assert.Null(new KernelSet(Cpu, ComputeType.Fp32).Lookup(null, Cpu.Ones(5, Hidden).requires_grad_(), Cpu.From([1, 2])));
    }

    private static Tensor?[] Steps(KernelSet kernels)
    {
        var config = new BertConfig { VocabSize = 97, HiddenSize = Hidden, NumHiddenLayers = 1, NumAttentionHeads = Heads, IntermediateSize = Hidden };
        var rows = PackedRows.From(TemporaryModel.Rows(1, 20, 15, 5), config, Cpu);
        var (x, of) = (Cpu.Ones(rows.Tokens, Hidden), new Affine(Cpu.Ones(Hidden, Hidden), Cpu.Zeros(Hidden)));
        return
        [
            kernels.Linear(x, of.Weight, of.Bias),
            kernels.FeedForward(x, of, "gelu", of, training: true),
            kernels.FeedForward(x, of, "gelu", of, training: false),
            kernels.Lookup(new SparseLookup(0), Cpu.Ones(97, Hidden).requires_grad_(), rows.InputIds),
            kernels.Attention(x, rows, null, (of, of, of), new AttentionShape(Heads, Width, 0.1), null),
        ];
    }
}
