// NumPy's newer generator, numpy.random.default_rng, draw for draw.
using System.Numerics;

namespace Tlpipe.Text.RandomNumbers;

/// <summary>
/// <c>numpy.random.default_rng(seed)</c>: PCG64 (XSL-RR 128/64, O'Neill 2014) seeded through SeedSequence. The datasets library
/// shuffles and splits with it (docs/hf-parity.md 3.7, 4.3).
/// </summary>
public sealed class NumpyGenerator
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    // Beyond these limits NumPy shuffles the end of all positions instead of keeping a set of those drawn.
    private const int SmallPopulation = 10_000;
    private const int TailShare = 50;

    private readonly UInt128 increment;
    private UInt128 state;
    private uint? spareHalf;

    public NumpyGenerator(ulong seed)
    {
        var words = SeedSequence.Generate(seed);
        increment = (new UInt128(words[2], words[3]) << 1) | 1;
        state = increment + new UInt128(words[0], words[1]);
        Step();
    }

    /// <summary>The next 64 bits.</summary>
    public ulong NextUInt64()
    {
        Step();
        var folded = (ulong)(state >> 64) ^ (ulong)state;
        return BitOperations.RotateRight(folded, (int)(state >> 122));
    }

    /// <summary>The next 32 bits: the low half of 64, then its high half.</summary>
    public uint NextUInt32()
    {
        if (spareHalf is { } high)
        {
            spareHalf = null;
            return high;
        }
        var bits = NextUInt64();
        spareHalf = (uint)(bits >> 32);
        return (uint)bits;
    }

    /// <summary>random(): a double in [0, 1) with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / 9007199254740992.0);

    /// <summary>Shuffles in place.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = (int)Interval((uint)i);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>permutation(count): 0 .. count-1 in random order.</summary>
    public int[] Permutation(int count)
    {
        var positions = Positions.Range(count);
        Shuffle<int>(positions);
        return positions;
    }

    /// <summary>choice(count, size, replace): positions of equal weight.</summary>
    /// <exception cref="ArgumentOutOfRangeException">More are asked for than there are, or size is negative.</exception>
    public int[] Choice(int count, int size, bool replace)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (replace)
        {
            if (size > 0)
                ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
            var drawn = new int[size];
            for (var i = 0; i < size; i++)
                drawn[i] = (int)Bounded((uint)count - 1);
            return drawn;
        }
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, count);
        return count > SmallPopulation && size > count / TailShare ? Tail(count, size) : Floyd(count, size);
    }

    /// <summary>choice(len(weights), size, replace, p=weights): positions by weight.</summary>
    /// <exception cref="ArgumentException">The weights are not probabilities, or too few are above zero.</exception>
    public int[] Choice(ReadOnlySpan<double> weights, int size, bool replace)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return WeightedChoice.Draw(weights, size, replace, destination =>
        {
            for (var i = 0; i < destination.Length; i++)
                destination[i] = NextDouble();
        });
    }

    /// <summary>The end of a shuffle that stops once enough positions are drawn.</summary>
    private int[] Tail(int count, int size)
    {
        var positions = Positions.Range(count);
        for (var i = count - 1; i >= Math.Max(count - size, 1); i--)
            Swap(positions, i, (int)Bounded((uint)i));
        return positions[(count - size)..];
    }

    /// <summary>Floyd's sampling (Bentley and Floyd, 1987), then a shuffle.</summary>
    private int[] Floyd(int count, int size)
    {
        var chosen = new int[size];
        var seen = new HashSet<int>(size);
        for (var j = count - size; j < count; j++)
        {
            var value = (int)Bounded((uint)j);
            if (!seen.Add(value))
                seen.Add(value = j);
            chosen[j - count + size] = value;
        }
        for (var i = size - 1; i >= 1; i--)
            Swap(chosen, i, (int)Bounded((uint)i));
        return chosen;
    }

    private static void Swap(int[] values, int i, int j) => (values[i], values[j]) = (values[j], values[i]);

    /// <summary>A whole number from 0 to max by Lemire's method (2019), which NumPy uses where it does not shuffle.</summary>
    private uint Bounded(uint max)
    {
        if (max == 0)
            return 0;
        var range = max + 1;
        var product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            var threshold = (uint)(-(int)range) % range;
            while ((uint)product < threshold)
                product = (ulong)NextUInt32() * range;
        }
        return (uint)(product >> 32);
    }

    private uint Interval(uint max)
    {
        var mask = uint.MaxValue >> BitOperations.LeadingZeroCount(max);
        uint value;
        do
            value = NextUInt32() & mask;
        while (value > max);
        return value;
    }

    private void Step() => state = state * Multiplier + increment;

    /// <summary>NumPy's SeedSequence for one whole number: a pool of four words, mixed, then drawn out.</summary>
    private static class SeedSequence
    {
        private const int PoolWords = 4;

        /// <summary>generate_state(4, uint64).</summary>
        public static ulong[] Generate(ulong seed)
        {
            var pool = Pool(seed);
            var constant = 0x8b51f9ddu;
            var words = new ulong[4];
            for (var i = 0; i < 2 * words.Length; i++)
            {
                var value = pool[i % PoolWords] ^ constant;
                constant *= 0x58f38dedu;
                value *= constant;
                value ^= value >> 16;
                words[i / 2] |= (ulong)value << (i % 2 * 32);
            }
            return words;
        }

        private static uint[] Pool(ulong seed)
        {
            uint[] pool = [(uint)seed, (uint)(seed >> 32), 0, 0];
            var constant = 0x43b0d7e5u;
            for (var i = 0; i < PoolWords; i++)
                pool[i] = Hash(pool[i], ref constant);
            for (var source = 0; source < PoolWords; source++)
            {
                for (var target = 0; target < PoolWords; target++)
                {
                    if (source != target)
                        pool[target] = Mix(pool[target], Hash(pool[source], ref constant));
                }
            }
            return pool;
        }

        private static uint Hash(uint value, ref uint constant)
        {
            value ^= constant;
            constant *= 0x931e8875u;
            value *= constant;
            return value ^ (value >> 16);
        }

        private static uint Mix(uint x, uint y)
        {
            var mixed = 0xca01f9ddu * x - 0x4973f715u * y;
            return mixed ^ (mixed >> 16);
        }
    }
}
