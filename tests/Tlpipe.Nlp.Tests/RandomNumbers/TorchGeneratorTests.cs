// torch's CPU generator against torch's own draws, and its state against libtorch's.
using Tlpipe.Formats;
using Tlpipe.Text.RandomNumbers;
using TorchSharp;

namespace Tlpipe.Nlp.Tests.RandomNumbers;

public sealed class TorchGeneratorTests
{
    public static TheoryData<string> Permutations => GoldenDraws.Keys("torch_randperm");

    public static TheoryData<string> Seeds => GoldenDraws.Keys("torch_rand");

    [Theory]
    [MemberData(nameof(Permutations))]
    public void A_seed_gives_torch_randperm(string key)
    {
        var parts = key.Split(',');

        var positions = new TorchGenerator(ulong.Parse(parts[1])).Permutation(int.Parse(parts[0]));

        GoldenDraws.AssertPositions(GoldenDraws.Section("torch_randperm").GetProperty(key), positions);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_seed_gives_torch_rand(string seed)
    {
        var generator = new TorchGenerator(ulong.Parse(seed));

        var uniform = Enumerable.Range(0, 8).Select(_ => generator.NextSingle());

        Assert.Equal(GoldenDraws.Section("torch_rand").GetProperty(seed).Values<float>(), uniform);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_seed_gives_torch_bernoulli(string seed)
    {
        var draws = new bool[64];
        new TorchGenerator(ulong.Parse(seed)).FillBernoulli(draws, 0.15f);

        var expected = GoldenDraws.Section("torch_bernoulli_0_15").GetProperty(seed).Values<int>();
        Assert.Equal(expected, draws.Select(d => d ? 1 : 0));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_seed_gives_torch_randint(string seed)
    {
        var draws = new int[12];
        new TorchGenerator(ulong.Parse(seed)).FillRandInt(draws, 29794);

        Assert.Equal(GoldenDraws.Section("torch_randint_29794").GetProperty(seed).Values<int>(), draws);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_seed_gives_the_seed_that_a_sampler_draws(string seed)
    {
        var drawn = new TorchGenerator(ulong.Parse(seed)).NextUInt64();

        // random_() keeps 63 of the 64 bits.
        Assert.Equal(GoldenDraws.Section("torch_random64").GetProperty(seed).GetInt64(), (long)(drawn & long.MaxValue));
    }

    [Fact]
    public void Draws_in_bulk_are_the_draws_one_by_one()
    {
        var bulk = new bool[3000];
        var generator = new TorchGenerator(5);

        var single = Enumerable.Range(0, 3000).Select(_ => generator.Bernoulli(0.5f)).ToArray();

        var whole = new TorchGenerator(5);
        whole.FillBernoulli(bulk.AsSpan(0, 777), 0.5f);
        whole.FillBernoulli(bulk.AsSpan(777), 0.5f);
        Assert.Equal(single, bulk);
    }

    [Fact]
    public void Probabilities_of_zero_and_one_take_a_draw_each()
    {
        var generator = new TorchGenerator(42);
        var draws = new bool[2];

        generator.FillBernoulli(draws, [0f, 1f]);

        Assert.Equal([false, true], draws);
        Assert.Equal(4083286876u, generator.NextUInt32());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(624)]
    [InlineData(1000)]
    public void Libtorch_goes_on_from_a_saved_state(int drawsBefore)
    {
        var ours = new TorchGenerator(271828);
        for (var i = 0; i < drawsBefore; i++)
            ours.NextSingle();
        using var libtorch = new torch.Generator(1);
        using var state = torch.tensor(ours.Save(), dtype: torch.ScalarType.Byte);

        libtorch.set_state(state);

        using var expected = torch.randperm(700, generator: libtorch);
        Assert.Equal(expected.data<long>().Select(x => (int)x), ours.Permutation(700));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(625)]
    public void A_state_of_libtorch_is_restored(int drawsBefore)
    {
        using var libtorch = new torch.Generator(99);
        using var before = torch.rand([drawsBefore], generator: libtorch);
        using var state = libtorch.get_state();

        var ours = TorchGenerator.Restore(state.data<byte>().ToArray());

        using var expected = torch.rand([50], generator: libtorch);
        var uniform = Enumerable.Range(0, 50).Select(_ => ours.NextSingle());
        Assert.Equal(expected.data<float>().ToArray(), uniform);
        Assert.Equal(99ul, ours.InitialSeed);
    }

    [Fact]
    public void Bytes_that_are_no_state_are_refused()
    {
        var contradictory = new TorchGenerator(1).Save();
        contradictory[8] = 77;

        Assert.Throws<InputException>(() => TorchGenerator.Restore(new byte[5055]));
        Assert.Throws<InputException>(() => TorchGenerator.Restore(new byte[5056]));
        Assert.Throws<InputException>(() => TorchGenerator.Restore(contradictory));
    }
}
