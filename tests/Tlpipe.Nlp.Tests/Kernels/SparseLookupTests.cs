// Lookups whose gradient is used again, beside torch's own embedding.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Tests.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Kernels;

public sealed class SparseLookupTests : IDisposable
{
    private const int Rows = 50, Width = 21, Padding = 3;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly SparseLookup lookup = new(Padding);
    private readonly Tensor own;
    private readonly TorchSharp.Modules.Embedding embedding;
    private readonly TorchSharp.Modules.Parameter torchs;

    public SparseLookupTests()
    {
        own = Cpu.Normal(Cpu.Generator(1), 0, 1, Rows, Width).requires_grad_();
        embedding = nn.Embedding_from_pretrained(own.detach(), freeze: false, padding_idx: Padding);
        torchs = embedding.weight ?? throw new InvalidOperationException("an embedding has no table");
    }

    public void Dispose()
    {
        lookup.Dispose();
        embedding.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void A_batch_s_values_and_gradients_are_torch_s_to_the_bit_and_a_second_batch_is_added()
    {
        for (var update = 0; update < 3; update++)
        {
            Pass(seed: 2 * update);
            AssertSame();
            Pass(seed: (2 * update) + 1);
            Numbers.AreClose(Numbers.Of(torchs.grad!), Numbers.Of(own.grad!), 2e-6);
            own.grad = null;
            torchs.grad = null;
        }
    }

    [Fact]
    public void A_gradient_that_was_clipped_is_not_carried_on()
    {
        Pass(seed: 7);
        own.grad!.mul_(0.5);
        own.grad = null;
        torchs.grad = null;

        Pass(seed: 8);

        AssertSame();
    }

    [Fact]
    public void Another_training_begins_without_the_numbers_that_ended_the_first()
    {
        Pass(seed: 7);
        own.grad!.mul_(double.NaN);
        own.grad = null;
        torchs.grad = null;
        lookup.Dispose();

        Pass(seed: 8);

        AssertSame();
    }

    [Fact]
    public void A_gradient_from_elsewhere_is_added_to()
    {
        own.grad = Cpu.Normal(Cpu.Generator(2), 0, 1, Rows, Width);
        torchs.grad = own.grad.clone();

        Pass(seed: 9);

        Numbers.AreClose(Numbers.Of(torchs.grad!), Numbers.Of(own.grad!), 1e-6);
    }

    /// <summary>Forward and backward of both; many ids occur several times, and padding is among them.</summary>
    private void Pass(int seed)
    {
        var random = new System.Random(seed);
        var ids = Cpu.From([Padding, .. Enumerable.Range(0, 60).Select(_ => random.Next(Rows / 2))]);
        var seen = Cpu.Normal(Cpu.Generator(seed), 0, 1, ids.shape[0], Width);

        var found = lookup.Of(own, ids);
        var expected = embedding.forward(ids);
        Assert.Equal(Numbers.Of(expected), Numbers.Of(found));
        (found * seen).sum().backward();
        (expected * seen).sum().backward();
    }

    private void AssertSame()
    {
        Assert.Contains(Numbers.Of(torchs.grad!), x => x != 0);
        Assert.Equal(Numbers.Of(torchs.grad!), Numbers.Of(own.grad!));
    }
}
