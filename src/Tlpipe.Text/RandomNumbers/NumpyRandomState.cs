// NumPy's legacy generator, numpy.random.RandomState, draw for draw.
using System.Numerics;

namespace Tlpipe.Text.RandomNumbers;

/// <summary>
/// <c>numpy.random.RandomState(seed)</c>: what pandas' <c>sample</c> and scikit-learn's splits draw from (docs/hf-parity.md 4.2).
/// </summary>
public sealed class NumpyRandomState
{
    private readonly MersenneTwister twister;

    public NumpyRandomState(uint seed) => twister = new MersenneTwister(seed);

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32() => twister.NextUInt32();

    /// <summary>random_sample(n): doubles in [0, 1) with 53 random bits.</summary>
    public void RandomSample(Span<double> destination)
    {
        for (var i = 0; i < destination.Length; i++)
            destination[i] = twister.NextDouble();
    }

    /// <summary>Shuffles in place.</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (var i = values.Length - 1; i > 0; i--)
        {
            var j = (int)MaskedInterval((uint)i);
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

    /// <summary>permutation(values): a shuffled copy.</summary>
    public T[] Permutation<T>(ReadOnlySpan<T> values)
    {
        var copy = values.ToArray();
        Shuffle<T>(copy);
        return copy;
    }

    /// <summary>choice(count, size, replace): positions of equal weight.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Size is negative, or more than count without replacement.</exception>
    public int[] Choice(int count, int size, bool replace)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        if (!replace)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(size, count);
            return Permutation(count)[..size];
        }
        if (size > 0)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var chosen = new int[size];
        for (var i = 0; i < size; i++)
            chosen[i] = (int)MaskedInterval((uint)count - 1);
        return chosen;
    }

    /// <summary>choice(len(weights), size, replace, p=weights): positions by weight.</summary>
    /// <param name="weights">Probabilities; their sum must be 1 up to rounding.</param>
    /// <param name="size">How many to draw.</param>
    /// <param name="replace">Whether a position may be drawn more than once.</param>
    /// <exception cref="ArgumentException">
    /// A weight is negative or NaN, the weights do not sum to 1, or fewer than size are above zero.
    /// </exception>
    public int[] Choice(ReadOnlySpan<double> weights, int size, bool replace)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return WeightedChoice.Draw(weights, size, replace, RandomSample);
    }

    /// <summary>
    /// random_interval: a whole number from 0 to <paramref name="max"/> inclusive. Draws bits under the smallest mask that covers
    /// max until they fit; draws nothing if max is 0.
    /// </summary>
    private uint MaskedInterval(uint max)
    {
        if (max == 0)
            return 0;
        var mask = uint.MaxValue >> BitOperations.LeadingZeroCount(max);
        uint value;
        do
            value = twister.NextUInt32() & mask;
        while (value > max);
        return value;
    }
}
