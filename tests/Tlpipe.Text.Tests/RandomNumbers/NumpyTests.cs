// NumPy's two generators against NumPy's own draws.
using System.Text.Json;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Tests.RandomNumbers;

public sealed class NumpyTests
{
    public static TheoryData<string> Words => GoldenDraws.Keys("randomstate_u32");

    public static TheoryData<string> Doubles => GoldenDraws.Keys("randomstate_random_sample");

    public static TheoryData<string> Permutations => GoldenDraws.Keys("randomstate_permutation");

    public static TheoryData<string> Choices => GoldenDraws.Keys("randomstate_choice_no_replacement");

    public static TheoryData<string> GeneratorPermutations => GoldenDraws.Keys("default_rng_permutation");

    [Theory]
    [MemberData(nameof(Words))]
    public void A_seed_gives_the_words_of_RandomState(string seed)
    {
        var random = new NumpyRandomState(uint.Parse(seed));

        var words = Enumerable.Range(0, 8).Select(_ => random.NextUInt32());

        Assert.Equal(GoldenDraws.Section("randomstate_u32").GetProperty(seed).Values<uint>(), words);
    }

    [Theory]
    [MemberData(nameof(Doubles))]
    public void A_seed_gives_the_doubles_of_random_sample(string seed)
    {
        var random = new NumpyRandomState(uint.Parse(seed));

        var doubles = new double[6];
        random.RandomSample(doubles);

        Assert.Equal(GoldenDraws.Section("randomstate_random_sample").GetProperty(seed).Values<double>(), doubles);
    }

    [Theory]
    [MemberData(nameof(Permutations))]
    public void A_seed_gives_the_permutation_of_RandomState(string key)
    {
        var (count, seed) = CountAndSeed(key);

        var positions = new NumpyRandomState(seed).Permutation(count);

        GoldenDraws.AssertPositions(GoldenDraws.Section("randomstate_permutation").GetProperty(key), positions);
    }

    [Theory]
    [MemberData(nameof(Choices))]
    public void A_choice_without_replacement_is_the_head_of_a_permutation(string key)
    {
        var parts = key.Split(',').Select(int.Parse).ToArray();

        var positions = new NumpyRandomState((uint)parts[2]).Choice(parts[0], parts[1], replace: false);

        GoldenDraws.AssertPositions(GoldenDraws.Section("randomstate_choice_no_replacement").GetProperty(key), positions);
    }

    [Theory]
    [MemberData(nameof(GeneratorPermutations))]
    public void A_seed_gives_the_permutation_of_default_rng(string key)
    {
        var (count, seed) = CountAndSeed(key);

        var positions = new NumpyGenerator(seed).Permutation(count);

        GoldenDraws.AssertPositions(GoldenDraws.Section("default_rng_permutation").GetProperty(key), positions);
    }

    [Fact]
    public void Default_rng_gives_the_doubles_of_hf_parity_4_3()
    {
        var random = new NumpyGenerator(42);

        var doubles = Enumerable.Range(0, 4).Select(_ => random.NextDouble());

        Assert.Equal([0.7739560485559633, 0.4388784397520523, 0.8585979199113825, 0.6973680290593639], doubles);
    }

    [Fact]
    public void A_choice_from_one_position_takes_no_draw()
    {
        var random = new NumpyRandomState(42);

        var positions = random.Choice(1, 3, replace: true);

        Assert.Equal([0, 0, 0], positions);
        Assert.Equal(1608637542u, random.NextUInt32());
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.6 }, 1)]
    [InlineData(new[] { -0.5, 1.5 }, 1)]
    [InlineData(new[] { double.NaN, 1 }, 1)]
    [InlineData(new[] { 0.0, 1.0 }, 2)]
    public void Weights_that_NumPy_refuses_are_refused(double[] weights, int size)
    {
        var random = new NumpyRandomState(0);

        Assert.Throws<ArgumentException>(() => random.Choice(weights, size, replace: false));
    }

    private static (int Count, uint Seed) CountAndSeed(string key)
    {
        var parts = key.Split(',');
        return (int.Parse(parts[0]), uint.Parse(parts[1]));
    }

    // Made with numpy itself; what it was asked for stands in the file.
    [Fact]
    public void The_new_generator_chooses_as_numpy_does()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("numpy_generator_choice.json")));
        foreach (var choice in golden.RootElement.GetProperty("plain").EnumerateArray())
        {
            var (count, size) = (choice.GetProperty("count").GetInt32(), choice.GetProperty("size").GetInt32());

            var chosen = new NumpyGenerator(choice.GetProperty("seed").GetUInt64()).Choice(count, size, choice.GetProperty("replace").GetBoolean());

            var bytes = chosen.SelectMany(position => BitConverter.GetBytes((long)position)).ToArray();
            Assert.Equal(choice.GetProperty("first").EnumerateArray().Select(x => x.GetInt32()), chosen.Take(20));
            Assert.Equal(choice.GetProperty("sha256_of_int64_le").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));
        }
        foreach (var choice in golden.RootElement.GetProperty("weighted").EnumerateArray())
        {
            var count = choice.GetProperty("count").GetInt32();
            var weights = Enumerable.Range(1, count).Select(i => (double)i / (count * (count + 1) / 2)).ToArray();

            var chosen = new NumpyGenerator(choice.GetProperty("seed").GetUInt64()).Choice(weights, choice.GetProperty("size").GetInt32(), choice.GetProperty("replace").GetBoolean());

            Assert.Equal(choice.GetProperty("positions").EnumerateArray().Select(x => x.GetInt32()), chosen);
        }
    }
}
