// Invented rows for measuring speed without a corpus.
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Speed;

/// <summary>Rows of meaningless tokens whose lengths are spread as those of shop reviews are.</summary>
public static class SpeedRows
{
    private const int Cls = 101, Sep = 102, FirstWord = 1000;

    // Reviews of B2W-Reviews01 and Olist: the logarithm of the length is close to normal, 38 tokens in the mean.
    private const double MeanLength = 38, Deviation = 0.75;
    private const int Shortest = 3;

    /// <summary>Rows with labels 0 and 1.</summary>
    /// <param name="count">How many.</param>
    /// <param name="vocabulary">The model's words.</param>
    /// <param name="longest">The model's longest row.</param>
    public static TokenRows Reviews(int count, int vocabulary, int longest)
    {
        var random = new System.Random(count);
        var mean = Math.Log(MeanLength) - (Deviation * Deviation / 2);
        return Rows(Enumerable.Range(0, count).Select(_ => Math.Clamp((int)Math.Exp(mean + (Deviation * Normal(random))), Shortest, longest)), vocabulary, random);
    }

    /// <summary>Windows of one length.</summary>
    public static TokenRows Windows(int count, int length, int vocabulary) =>
        Rows(Enumerable.Repeat(length, count), vocabulary, new System.Random(count));

    private static TokenRows Rows(IEnumerable<int> lengths, int vocabulary, System.Random random)
    {
        var (ids, offsets) = (new List<int>(), new List<int> { 0 });
        foreach (var length in lengths)
        {
            ids.Add(Math.Min(Cls, vocabulary - 1));
            for (var i = 2; i < length; i++)
                ids.Add(random.Next(Math.Min(FirstWord, vocabulary / 2), vocabulary));
            ids.Add(Math.Min(Sep, vocabulary - 1));
            offsets.Add(ids.Count);
        }
        return new TokenRows([.. ids], [.. offsets], new int[ids.Count], [.. Enumerable.Range(0, offsets.Count - 1).Select(row => row % 2)]);
    }

    /// <summary>A number from N(0, 1) by Box and Muller's formula.</summary>
    private static double Normal(System.Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
