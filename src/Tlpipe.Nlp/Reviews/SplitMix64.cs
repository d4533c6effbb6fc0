// The small random generator of this folder, the same on every machine and in every .NET version.
namespace Tlpipe.Nlp.Reviews;

/// <summary>
/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). Only integer
/// arithmetic and one exact conversion to double, so that a seed gives the same text everywhere; System.Random promises no such thing.
/// </summary>
internal sealed class SplitMix64(ulong state)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong state = state;

    /// <summary>A generator of its own for one row, so that a row does not depend on how much the rows before it have drawn.</summary>
    public static SplitMix64 For(long seed, int row, int attempt)
    {
        var key = Mix(unchecked((ulong)seed) + GoldenGamma);
        key = Mix(key ^ ((ulong)(uint)row + GoldenGamma));
        return new SplitMix64(Mix(key ^ ((ulong)(uint)attempt << 32)));
    }

    /// <summary>A number from 0 to <paramref name="bound"/> - 1 (multiply and take the high half; the bias is below 2^-32).</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>True with this probability: 53 random bits compared with it, both exact.</summary>
    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    public ulong Next() => Mix(this.state += GoldenGamma);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
