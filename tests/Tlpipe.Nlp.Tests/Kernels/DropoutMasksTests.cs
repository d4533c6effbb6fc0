// Dropout's masks: their generator, their statistics, and on what they depend.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Tests.Model;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.Kernels;

public sealed class DropoutMasksTests
{
    private const int Count = 1_000_003;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    /// <summary>The known answers of the authors' library, Random123, kat_vectors, philox4x32 10.</summary>
    [Theory]
    [InlineData(0u, 0u, 0ul, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xfffffffffffffffful, 0xfffffffffffffffful, 0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x0370734413198a2eul, 0x299f31d0a4093822ul, 0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u)]
    public void Philox_gives_the_known_answers(uint block, uint call, ulong step, ulong seed, uint x, uint y, uint z, uint w)
    {
        var philox = new Philox(seed, step, call);

        Assert.Equal((x, y, z, w), philox.Block(block));
    }

    [Fact]
    public void Eight_blocks_at_once_are_the_blocks_one_by_one()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx2.IsSupported, "this processor has no AVX2");
        var philox = new Philox(seed: 0x123456789abcdef0, step: 0x0fedcba987654321, call: 77);
        var (one, eight) = (new uint[32], new uint[32]);

        philox.EightBlocksWithoutVectors(uint.MaxValue - 3, one);
        philox.EightBlocks(uint.MaxValue - 3, eight);

        Assert.Equal(one, eight);
    }

    [Fact]
    public void Sixteen_blocks_at_once_are_two_runs_one_after_the_other()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Avx512F.IsSupported, "this processor has no AVX-512");
        var philox = new Philox(seed: 0x123456789abcdef0, step: 0x0fedcba987654321, call: 77);
        var (runs, sixteen) = (new uint[64], new uint[64]);

        philox.EightBlocksWithoutVectors(uint.MaxValue - 11, runs);
        philox.EightBlocksWithoutVectors(uint.MaxValue - 3, runs.AsSpan(32));
        philox.SixteenBlocks(uint.MaxValue - 11, sixteen);

        Assert.Equal(runs, sixteen);
    }

    [Fact]
    public void An_element_s_mask_is_a_word_of_its_block()
    {
        var philox = new Philox(seed: 9, step: 3, call: 5);
        float[] ones = [.. Enumerable.Repeat(1f, 163)], masked = new float[163];

        philox.TimesMask(ones, masked, first: 32, p: 0.3);

        float Expected(int n)
        {
            var (x, y, z, w) = philox.Block((uint)((n / 32 * 8) + (n % 8)));
            var word = (n % 32 / 8) switch { 0 => x, 1 => y, 2 => z, _ => w };
            return word < Math.Round(0.3 * uint.MaxValue) ? 0 : (float)(1 / 0.7);
        }
        Assert.Equal(Enumerable.Range(32, 163).Select(Expected), masked);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.02)]
    public void The_share_of_zeros_is_the_rate_and_the_mean_stays(double rate)
    {
        var mask = Mask(Begin(3, 9), rate);

        // Five standard deviations of a binomial share.
        var tolerance = 5 * Math.Sqrt(rate * (1 - rate) / Count);
        Assert.InRange(mask.Count(x => x == 0) / (double)Count, rate - tolerance, rate + tolerance);
        Assert.InRange(mask.Average(x => (double)x), 1 - (tolerance / (1 - rate)), 1 + (tolerance / (1 - rate)));
        Assert.All(mask.Distinct(), x => Assert.True(x == 0 || x == (float)(1 / (1 - rate))));
    }

    [Fact]
    public void Steps_calls_seeds_and_neighbours_are_independent()
    {
        var dropout = Begin(3, 9);
        var first = Mask(dropout, 0.5);
        var nextCall = Mask(dropout, 0.5);
        var nextStep = Mask(Begin(3, 10), 0.5);
        var nextSeed = Mask(Begin(4, 9), 0.5);

        AssertUncorrelated(first, nextCall);
        AssertUncorrelated(first, nextStep);
        AssertUncorrelated(first, nextSeed);
        foreach (var distance in new[] { 1, 4, 8, 32, 1 << 15 })
            AssertUncorrelated(first[..^distance], first[distance..]);
    }

    [Fact]
    public void A_step_begun_again_draws_the_same_masks()
    {
        var dropout = Begin(3, 9);
        var (first, second) = (Mask(dropout, 0.1), Mask(dropout, 0.1));

        dropout.BeginStep(9);

        Assert.Equal(first, Mask(dropout, 0.1));
        Assert.Equal(second, Mask(dropout, 0.1));
    }

    [Fact]
    public void A_mask_does_not_depend_on_the_number_of_threads()
    {
        // A long mask is divided between two threads, each its own half; a short one is filled by the calling thread alone.
        var whole = Mask(Begin(3, 9), 0.1);
        var shorter = Mask(Begin(3, 9), 0.1, 700_001);
        var part = Mask(Begin(3, 9), 0.1, 20_001);

        Assert.Equal(whole[..700_001], shorter);
        Assert.Equal(whole[..20_001], part);
    }

    [Fact]
    public void Values_are_scaled_and_gradients_follow_the_mask()
    {
        using var scope = torch.NewDisposeScope();
        var x = Cpu.Full(3, 50, 7).requires_grad_();

        var dropped = Begin(1, 1).Apply(x, 0.25);
        dropped.sum().backward();

        Assert.NotNull(x.grad);
        Assert.Equal(Numbers.Of(dropped), Numbers.Of(x.grad * 3));
        Assert.Contains(0, Numbers.Of(dropped));
    }

    [Fact]
    public void Bfloat16_values_are_scaled_without_rounding_the_scale()
    {
        using var scope = torch.NewDisposeScope();
        var x = Cpu.Full(7, 1000).to(torch.ScalarType.BFloat16);

        var kept = Begin(3, 9).Apply(x, 0.1);

        // 7 / 0.9 is 7.778, whose nearest bfloat16 is 7.78125; with 1 / 0.9 rounded first it would be 7.75.
        Assert.Equal(torch.ScalarType.BFloat16, kept.dtype);
        Assert.Equal([0f, 7.78125f], Numbers.Of(kept.to(torch.ScalarType.Float32)).Distinct().Order());
    }

    [Fact]
    public void A_rate_of_zero_changes_nothing()
    {
        using var x = Cpu.Ones(3);

        Assert.Same(x, Begin(1, 1).Apply(x, 0));
    }

    private static DropoutMasks Begin(long seed, long step)
    {
        var dropout = new DropoutMasks(Cpu, seed);
        dropout.BeginStep(step);
        return dropout;
    }

    private static float[] Mask(DropoutMasks dropout, double rate, int count = Count)
    {
        using var scope = torch.NewDisposeScope();
        return Numbers.Of(dropout.Apply(Cpu.Ones(count), rate));
    }

    // At a rate of one half two independent masks agree on half of their elements.
    private static void AssertUncorrelated(float[] a, float[] b)
    {
        var agreeing = a.Zip(b).Count(pair => pair.First == pair.Second) / (double)a.Length;
        Assert.InRange(agreeing, 0.5 - (2.5 / Math.Sqrt(a.Length)), 0.5 + (2.5 / Math.Sqrt(a.Length)));
    }
}
