// Philox4x32-10, a generator that computes its n-th number from n.
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011). The key is the
/// seed; the counter is (block, call, step), and a block gives four numbers.
/// </summary>
internal readonly struct Philox(ulong seed, ulong step, uint call)
{
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9, Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    /// <summary>Numbers of a run come from eight neighbouring blocks: word 0 of all eight, then word 1, and so on.</summary>
    public const int Run = 32;

    /// <summary>One number from two, for seeding another generator: the finalizer of SplitMix64 over both.</summary>
    public static ulong Mix(ulong a, ulong b) => SplitMix64.Mix(a + (SplitMix64.GoldenGamma * (b + 1)));

    /// <summary>Multiplies by a mask that is 0 with probability <paramref name="p"/> and 1 / (1 - p) otherwise.</summary>
    /// <param name="x">A part of the values.</param>
    /// <param name="result">Where to.</param>
    /// <param name="first">The index of the part's first element in the whole mask; a multiple of <see cref="Run"/>.</param>
    /// <param name="p">The probability of 0.</param>
    public void TimesMask(ReadOnlySpan<float> x, Span<float> result, long first, double p)
    {
        var threshold = (uint)Math.Round(p * uint.MaxValue);
        var kept = (float)(1 / (1 - p));
        // Two runs at a time where vectors are of sixteen numbers.
        Span<uint> numbers = stackalloc uint[Avx512F.IsSupported ? 2 * Run : Run];
        for (var i = 0; i < x.Length; i += numbers.Length)
        {
            Draw((uint)((first + i) / 4), numbers);
            if (x.Length - i < numbers.Length)
            {
                for (var j = 0; i + j < x.Length; j++)
                    result[i + j] = x[i + j] * (numbers[j] < threshold ? 0 : kept);
                continue;
            }
            for (var j = 0; j < numbers.Length; j += Vector256<uint>.Count)
            {
                var keep = Vector256.GreaterThanOrEqual(Vector256.Create<uint>(numbers[j..]), Vector256.Create(threshold));
                (Vector256.Create(x[(i + j)..]) * Vector256.BitwiseAnd(keep.AsSingle(), Vector256.Create(kept))).CopyTo(result[(i + j)..]);
            }
        }
    }

    /// <summary>The numbers of a run, or of two.</summary>
    private void Draw(uint block, Span<uint> numbers)
    {
        if (Avx512F.IsSupported)
            SixteenBlocks(block, numbers);
        else if (Avx2.IsSupported)
            EightBlocks(block, numbers);
        else
            EightBlocksWithoutVectors(block, numbers);
    }

    /// <summary>The four words of one counter, <c>(block, call, step low, step high)</c>.</summary>
    public (uint X, uint Y, uint Z, uint W) Block(uint block)
    {
        var (x, y, z, w) = (block, call, (uint)step, (uint)(step >> 32));
        var (key0, key1) = ((uint)seed, (uint)(seed >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * x;
            var product1 = (ulong)Multiplier1 * z;
            (x, y, z, w) = ((uint)(product1 >> 32) ^ y ^ key0, (uint)product1, (uint)(product0 >> 32) ^ w ^ key1, (uint)product0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        return (x, y, z, w);
    }

    internal void EightBlocksWithoutVectors(uint block, Span<uint> numbers)
    {
        for (var i = 0; i < 8; i++)
            (numbers[i], numbers[8 + i], numbers[16 + i], numbers[24 + i]) = Block(block + (uint)i);
    }

    internal void EightBlocks(uint block, Span<uint> numbers)
    {
        var x = Vector256.Create(block) + Vector256<uint>.Indices;
        var y = Vector256.Create(call);
        var z = Vector256.Create((uint)step);
        var w = Vector256.Create((uint)(step >> 32));
        var (key0, key1) = ((uint)seed, (uint)(seed >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var (high0, low0) = Multiply(x, Multiplier0);
            var (high1, low1) = Multiply(z, Multiplier1);
            (x, y, z, w) = (high1 ^ y ^ Vector256.Create(key0), low1, high0 ^ w ^ Vector256.Create(key1), low0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        x.CopyTo(numbers);
        y.CopyTo(numbers[8..]);
        z.CopyTo(numbers[16..]);
        w.CopyTo(numbers[24..]);
    }

    internal void SixteenBlocks(uint block, Span<uint> numbers)
    {
        var x = Vector512.Create(block) + Vector512<uint>.Indices;
        var y = Vector512.Create(call);
        var z = Vector512.Create((uint)step);
        var w = Vector512.Create((uint)(step >> 32));
        var (key0, key1) = ((uint)seed, (uint)(seed >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var (high0, low0) = Multiply(x, Multiplier0);
            var (high1, low1) = Multiply(z, Multiplier1);
            (x, y, z, w) = (high1 ^ y ^ Vector512.Create(key0), low1, high0 ^ w ^ Vector512.Create(key1), low0);
            key0 += Weyl0;
            key1 += Weyl1;
        }
        Put(x, numbers);
        Put(y, numbers[8..]);
        Put(z, numbers[16..]);
        Put(w, numbers[24..]);

        static void Put(Vector512<uint> word, Span<uint> numbers)
        {
            word.GetLower().CopyTo(numbers);
            word.GetUpper().CopyTo(numbers[Run..]);
        }
    }

    /// <summary>The upper and lower halves of eight 64-bit products.</summary>
    private static (Vector256<uint> High, Vector256<uint> Low) Multiply(Vector256<uint> a, uint b)
    {
        var factor = Vector256.Create(b);
        var even = Avx2.Multiply(a, factor).AsUInt32();
        var odd = Avx2.Multiply(Avx2.ShiftRightLogical(a.AsUInt64(), 32).AsUInt32(), factor).AsUInt32();
        const byte oddLanes = 0b10101010;
        var low = Avx2.Blend(even, Avx2.ShiftLeftLogical(odd.AsUInt64(), 32).AsUInt32(), oddLanes);
        var high = Avx2.Blend(Avx2.ShiftRightLogical(even.AsUInt64(), 32).AsUInt32(), odd, oddLanes);
        return (high, low);
    }

    /// <summary>The upper and lower halves of sixteen 64-bit products.</summary>
    private static (Vector512<uint> High, Vector512<uint> Low) Multiply(Vector512<uint> a, uint b)
    {
        var factor = Vector512.Create(b);
        var even = Avx512F.Multiply(a, factor);
        var odd = Avx512F.Multiply((a.AsUInt64() >> 32).AsUInt32(), factor);
        var lower = Vector512.Create<ulong>(uint.MaxValue);
        return (((even >> 32) | (odd & ~lower)).AsUInt32(), ((even & lower) | (odd << 32)).AsUInt32());
    }
}
