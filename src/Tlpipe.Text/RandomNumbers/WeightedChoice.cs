// NumPy's choice by weight, which its old and new generators share.
namespace Tlpipe.Text.RandomNumbers;

/// <summary>Draws positions by weight as NumPy does from its doubles in [0, 1).</summary>
internal static class WeightedChoice
{
    /// <summary>Fills with random doubles.</summary>
    public delegate void Doubles(Span<double> destination);

    /// <summary>Draws.</summary>
    /// <param name="weights">Probabilities; their sum must be 1 up to rounding.</param>
    /// <param name="size">How many to draw.</param>
    /// <param name="replace">Whether a position may be drawn more than once.</param>
    /// <param name="random">Gives the doubles.</param>
    /// <exception cref="ArgumentException">A weight is negative or NaN, the weights do not sum to 1, or fewer than size are above zero.</exception>
    public static int[] Draw(ReadOnlySpan<double> weights, int size, bool replace, Doubles random)
    {
        CheckProbabilities(weights);
        return replace ? WithReplacement(weights, size, random) : WithoutReplacement(weights, size, random);
    }

    private static int[] WithReplacement(ReadOnlySpan<double> weights, int size, Doubles random)
    {
        var cumulative = Cumulative(weights);
        var draws = new double[size];
        random(draws);
        return Array.ConvertAll(draws, draw => FirstAbove(cumulative, draw));
    }

    private static int[] WithoutReplacement(ReadOnlySpan<double> weights, int size, Doubles random)
    {
        var left = weights.ToArray();
        if (left.Count(w => w > 0) < size)
            throw new ArgumentException($"fewer than {size} weights are above zero", nameof(weights));
        var chosen = new List<int>(size);
        var seen = new HashSet<int>();
        while (chosen.Count < size)
        {
            // As in NumPy, all draws of a round come before any of its picks loses its weight.
            var draws = new double[size - chosen.Count];
            random(draws);
            foreach (var position in chosen)
                left[position] = 0;
            var cumulative = Cumulative(left);
            foreach (var draw in draws)
            {
                var position = FirstAbove(cumulative, draw);
                if (seen.Add(position))
                    chosen.Add(position);
            }
        }
        return [.. chosen];
    }

    private static void CheckProbabilities(ReadOnlySpan<double> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
        {
            if (!(weight >= 0))
                throw new ArgumentException($"{weight} is not a probability", nameof(weights));
            sum += weight;
        }
        if (!(Math.Abs(sum - 1) <= 1.5e-8))
            throw new ArgumentException($"the probabilities sum to {sum}, not 1", nameof(weights));
    }

    private static double[] Cumulative(ReadOnlySpan<double> weights)
    {
        var cumulative = new double[weights.Length];
        var sum = 0.0;
        for (var i = 0; i < weights.Length; i++)
            cumulative[i] = sum += weights[i];
        for (var i = 0; i < cumulative.Length; i++)
            cumulative[i] /= sum;
        return cumulative;
    }

    // searchsorted(side='right')
    private static int FirstAbove(double[] cumulative, double value)
    {
        int low = 0, high = cumulative.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (cumulative[middle] <= value)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
