// NumPy's newer generator, numpy.random.default_rng, draw for draw.
using System.Numerics;

namespace Tlpipe.Nlp.Random;

/// <summary>
/// <c>numpy.random.default_rng(seed)</c>: PCG64 (XSL-RR 128/64, O'Neill 2014) seeded through SeedSequence. The datasets library
/// shuffles and splits with it (hf-parity.md 3.7, 4.3).
/// </summary>
public sealed class NumpyGenerator
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);
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
