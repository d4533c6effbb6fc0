// Which rows pandas' DataFrame.sample takes, and which of NumPy's generators it draws from.
using System.Text.Json.Serialization;
using Tlpipe.Formats;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Sampling;

/// <summary>NumPy's generators.</summary>
public enum RandomGenerator
{
    /// <summary><c>RandomState</c>, which pandas and scikit-learn make of a number.</summary>
    Legacy,

    /// <summary><c>default_rng</c>, which the datasets library uses.</summary>
    [JsonStringEnumMemberName("default_rng")]
    DefaultRng,
}

/// <summary><c>DataFrame.sample</c> as row positions, in the order in which pandas returns them (docs/hf-parity.md 3.4).</summary>
public static class RowSampling
{
    /// <summary><c>sample(n=rows, random_state=seed)</c>.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="rows">How many to take.</param>
    /// <param name="seed">The random_state.</param>
    /// <param name="replace">Whether a row may be taken more than once.</param>
    /// <param name="weights">A weight for each row, of any sum; NaN counts as 0, as in pandas. Null: all rows alike.</param>
    /// <param name="generator">The generator that the seed is for.</param>
    /// <exception cref="InputException">More rows than there are, or weights that cannot be drawn from.</exception>
    public static int[] Sample(
        int count, int rows, uint seed, bool replace = false, IReadOnlyList<double>? weights = null, RandomGenerator generator = RandomGenerator.Legacy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (rows < 0)
            throw new InputException($"{rows} rows cannot be sampled; ask for 0 or more");
        if (!replace && rows > count)
            throw new InputException($"{rows} rows cannot be sampled from {count}; ask for at most {count}, or sample with replacement");
        if (count == 0)
            return rows == 0 ? [] : throw new InputException($"{rows} rows cannot be sampled from a table without rows; ask for 0");

        if (weights is null)
            return generator == RandomGenerator.Legacy ? new NumpyRandomState(seed).Choice(count, rows, replace) : new NumpyGenerator(seed).Choice(count, rows, replace);
        var probabilities = Probabilities(weights, count);
        var possible = probabilities.Count(p => p > 0);
        if (!replace && rows > possible)
            throw new InputException($"{rows} rows cannot be sampled where only {possible} have a weight above zero; ask for fewer, or sample with replacement");
        return generator == RandomGenerator.Legacy ? new NumpyRandomState(seed).Choice(probabilities, rows, replace) : new NumpyGenerator(seed).Choice(probabilities, rows, replace);
    }

    /// <summary><c>sample(frac=share, random_state=seed)</c>; share · count is rounded half to even.</summary>
    /// <exception cref="InputException">As for the other overload, or a share below 0.</exception>
    public static int[] Sample(
        int count, double share, uint seed, bool replace = false, IReadOnlyList<double>? weights = null, RandomGenerator generator = RandomGenerator.Legacy)
    {
        if (!(share >= 0) || double.IsInfinity(share))
            throw new InputException($"a share of {Show(share)} of the rows cannot be sampled; ask for 0 to 1");
        if (!replace && share > 1)
            throw new InputException($"a share of {Show(share)} is more than all rows; ask for at most 1, or sample with replacement");
        return Sample(count, checked((int)Math.Round(share * count, MidpointRounding.ToEven)), seed, replace, weights, generator);
    }

    private static double[] Probabilities(IReadOnlyList<double> weights, int count)
    {
        if (weights.Count != count)
            throw new InputException($"there are {weights.Count} weights for {count} rows; give each row one");
        var probabilities = new double[count];
        for (var i = 0; i < count; i++)
        {
            if (weights[i] < 0 || double.IsInfinity(weights[i]))
                throw new InputException($"row {i} has the weight {Show(weights[i])}; weights are finite and not below 0");
            probabilities[i] = double.IsNaN(weights[i]) ? 0 : weights[i];
        }
        var sum = PairwiseSum(probabilities);
        if (sum == 0)
            throw new InputException("all weights are zero; give some row a weight above 0");
        for (var i = 0; i < count; i++)
            probabilities[i] /= sum;
        return probabilities;
    }

    /// <summary>NumPy's sum: its order of additions decides the last bit, and occasionally which row is drawn.</summary>
    private static double PairwiseSum(ReadOnlySpan<double> values)
    {
        if (values.Length < 8)
        {
            // NumPy begins with -0.0, so that a sum of negative zeros keeps its sign.
            var plain = -0.0;
            foreach (var value in values)
                plain += value;
            return plain;
        }
        if (values.Length > 128)
        {
            var half = values.Length / 2;
            half -= half % 8;
            return PairwiseSum(values[..half]) + PairwiseSum(values[half..]);
        }
        Span<double> r = stackalloc double[8];
        values[..8].CopyTo(r);
        var i = 8;
        for (; i < values.Length - values.Length % 8; i += 8)
        {
            for (var lane = 0; lane < 8; lane++)
                r[lane] += values[i + lane];
        }
        var sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        for (; i < values.Length; i++)
            sum += values[i];
        return sum;
    }

    private static string Show(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
