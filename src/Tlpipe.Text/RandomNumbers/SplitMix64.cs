// SplitMix64, a small random generator that is the same on every machine and in every .NET version.
namespace Tlpipe.Text.RandomNumbers;

/// <summary>
/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). It uses
/// integer arithmetic and one exact conversion to double, so a seed gives the same numbers everywhere, which System.Random does not promise.
/// </summary>
/// <param name="state">The seed.</param>
public sealed class SplitMix64(ulong state)
{
    /// <summary>The step between two states.</summary>
    public const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong state = state;

    /// <summary>Makes a generator for one row, so that a row does not depend on the number of draws for the rows before it.</summary>
    public static SplitMix64 For(long seed, int row, int attempt)
    {
        var key = Mix(unchecked((ulong)seed) + GoldenGamma);
        key = Mix(key ^ ((ulong)(uint)row + GoldenGamma));
        return new SplitMix64(Mix(key ^ ((ulong)(uint)attempt << 32)));
    }

    /// <summary>Draws a number from 0 to <paramref name="bound"/> - 1 (multiply and take the high half; the bias is below 2^-32).</summary>
    public int Below(int bound) => (int)Math.BigMul(Next(), (ulong)bound, out _);

    /// <summary>Draws true with this probability: compares it with 53 random bits, both exact.</summary>
    public bool Chance(double probability) => (Next() >> 11) * (1.0 / (1UL << 53)) < probability;

    /// <summary>Draws 64 bits.</summary>
    public ulong Next() => Mix(this.state += GoldenGamma);

    /// <summary>The finalizer: every bit of the result depends on every bit of <paramref name="z"/>.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
