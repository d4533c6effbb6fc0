// Python's random module against its own draws.
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Tests.RandomNumbers;

public sealed class PythonRandomTests
{
    public static TheoryData<string> Shuffles => GoldenDraws.Keys("python_random_shuffle");

    [Theory]
    [MemberData(nameof(Shuffles))]
    public void A_seed_gives_the_shuffle_of_Python(string key)
    {
        var parts = key.Split(',');
        var positions = Enumerable.Range(0, int.Parse(parts[0])).ToArray();

        new PythonRandom(long.Parse(parts[1])).Shuffle<int>(positions);

        GoldenDraws.AssertPositions(GoldenDraws.Section("python_random_shuffle").GetProperty(key), positions);
    }

    [Fact]
    public void Seeds_of_any_size_give_the_bits_of_Python()
    {
        // CPython 3.11: r = random.Random(seed); r.getrandbits(64), r.getrandbits(5), r.random()
        var large = new PythonRandom(-5_000_000_000);

        Assert.Equal(17614289698840075050ul, large.GetRandBits(64));
        Assert.Equal(19ul, large.GetRandBits(5));
        Assert.Equal(0.8644508571553106, large.NextDouble());
    }

    [Fact]
    public void A_restored_generator_goes_on_where_it_stood()
    {
        var random = new PythonRandom(7);
        random.GetRandBits(40);

        var restored = PythonRandom.Restore(random.Save());

        Assert.Equal(random.GetRandBits(64), restored.GetRandBits(64));
    }
}
