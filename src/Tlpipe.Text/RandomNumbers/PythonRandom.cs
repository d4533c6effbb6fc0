// Python's random module, draw for draw.
using System.Numerics;
using Tlpipe.Formats;

namespace Tlpipe.Text.RandomNumbers;

/// <summary>CPython's <c>random.Random(seed)</c> for whole-number seeds.</summary>
public sealed class PythonRandom
{
    private readonly MersenneTwister twister;

    /// <param name="seed">The seed; Python takes its absolute value.</param>
    public PythonRandom(long seed)
    {
        var magnitude = seed < 0 ? (ulong)-seed : (ulong)seed;
        ReadOnlySpan<uint> words = [(uint)magnitude, (uint)(magnitude >> 32)];
        twister = new MersenneTwister(words[1] == 0 ? words[..1] : words);
    }

    private PythonRandom(MersenneTwister twister) => this.twister = twister;

    /// <summary>random(): a double in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => twister.NextDouble();

    /// <summary>getrandbits(bits) for 1 to 64 bits.</summary>
    public ulong GetRandBits(int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, 64);
        if (bits <= 32)
            return twister.NextUInt32() >> (32 - bits);
        ulong low = twister.NextUInt32();
        ulong high = twister.NextUInt32() >> (64 - bits);
        return low | (high << 32);
    }

    /// <summary>A whole number from 0 to <paramref name="limit"/> - 1: bits of the limit's length, drawn until they fit.</summary>
    public ulong RandBelow(ulong limit)
    {
        ArgumentOutOfRangeException.ThrowIfZero(limit);
        var bits = 64 - BitOperations.LeadingZeroCount(limit);
        ulong value;
        do
            value = GetRandBits(bits);
        while (value >= limit);
        return value;
    }

    /// <summary>shuffle(values), in place.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = (int)RandBelow((ulong)i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>The state as bytes.</summary>
    public byte[] Save() => twister.Save();

    /// <summary>Makes a generator that continues from a saved state.</summary>
    /// <exception cref="InputException">The bytes are not a state from <see cref="Save"/>.</exception>
    public static PythonRandom Restore(ReadOnlySpan<byte> bytes) => new(MersenneTwister.Restore(bytes));
}
