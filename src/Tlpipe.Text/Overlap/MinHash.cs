// Finds texts with mostly the same shingles without comparing all pairs (Broder 1997).
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Overlap;

/// <summary>
/// Texts by bands of their MinHash signatures: of two texts that share 80 % of their shingles, at least one of 16 bands of 4 numbers is the
/// same with a probability of 0.9998; texts that share a band are compared exactly afterwards.
/// </summary>
public sealed class MinHash
{
    private const int Bands = 16;
    private const int NumbersInBand = 4;

    private static readonly ulong[] Seeds = [.. Enumerable.Range(1, Bands * NumbersInBand).Select(i => SplitMix64.Mix((ulong)i * SplitMix64.GoldenGamma))];

    private readonly Dictionary<ulong, List<int>>[] buckets = [.. Enumerable.Range(0, Bands).Select(_ => new Dictionary<ulong, List<int>>())];

    /// <summary>Adds a text under a number; one without shingles is left out.</summary>
    public void Add(int index, TextFingerprint text)
    {
        if (text.Shingles.Length == 0)
            return;
        var keys = Keys(text);
        for (var band = 0; band < Bands; band++)
        {
            if (!buckets[band].TryGetValue(keys[band], out var bucket))
                buckets[band][keys[band]] = bucket = [];
            bucket.Add(index);
        }
    }

    /// <summary>The numbers of texts that may be like a text, each once.</summary>
    public IEnumerable<int> Candidates(TextFingerprint text)
    {
        if (text.Shingles.Length == 0)
            return [];
        var keys = Keys(text);
        var found = new HashSet<int>();
        for (var band = 0; band < Bands; band++)
            if (buckets[band].TryGetValue(keys[band], out var bucket))
                found.UnionWith(bucket);
        return found;
    }

    private static ulong[] Keys(TextFingerprint text)
    {
        var keys = new ulong[Bands];
        for (var i = 0; i < Seeds.Length; i++)
        {
            var least = ulong.MaxValue;
            foreach (var shingle in text.Shingles)
                least = Math.Min(least, SplitMix64.Mix(shingle ^ Seeds[i]));
            keys[i / NumbersInBand] = SplitMix64.Mix(keys[i / NumbersInBand] ^ least);
        }
        return keys;
    }
}
