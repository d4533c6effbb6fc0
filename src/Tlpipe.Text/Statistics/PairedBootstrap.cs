// How far off the difference of two classifiers' figures may be, for other rows of the same kind.
using MathNet.Numerics.Distributions;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Statistics;

/// <summary>A difference with its interval.</summary>
/// <param name="Difference">The second figure less the first.</param>
/// <param name="Interval">Where it lies.</param>
/// <param name="Deviation">The standard deviation over the resamples.</param>
public sealed record BootstrapDifference(double Difference, Interval Interval, double Deviation);

/// <summary>
/// Efron's bootstrap of a figure's difference, paired by rows, with his BCa interval (1987): percentiles moved by the median bias and
/// by how the spread grows with the figure, which the jackknife estimates.
/// </summary>
public static class PairedBootstrap
{
    // Leaving out each row of many takes time with their square, and changes the interval by less than the draws do.
    private const int MostRowsLeftOutSingly = 3000;
    private const int Blocks = 200;

    // With fewer draws than that the interval would describe other rows than those at hand.
    private const double LeastShareOfDraws = 0.5;

    /// <summary>Draws rows with replacement and computes the difference of each sample.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="difference">The difference over some rows, given by their indices, which may repeat.</param>
    /// <param name="resamples">How often to draw.</param>
    /// <param name="seed">Seeds the draws (NumPy's default_rng).</param>
    /// <param name="confidence">0 to 1.</param>
    /// <returns>Draws that do not have the figure (NaN), such as an area over rows of one class, are left out; where they are most, interval and deviation are NaN.</returns>
    /// <exception cref="ArgumentException">There are fewer than two rows.</exception>
    public static BootstrapDifference Of(int rows, Func<int[], double> difference, int resamples = 2000, ulong seed = 0, double confidence = 0.95)
    {
        if (rows < 2)
            throw new ArgumentException($"{rows} rows leave nothing to draw; two are the least", nameof(rows));
        var all = Enumerable.Range(0, rows).ToArray();
        var observed = difference(all);
        var generator = new NumpyGenerator(seed);
        var drawn = new double[resamples];
        for (var i = 0; i < resamples; i++)
            drawn[i] = difference(generator.Choice(rows, rows, replace: true));
        drawn = Array.FindAll(drawn, double.IsFinite);
        return drawn.Length < Math.Max(2, LeastShareOfDraws * resamples)
            ? new BootstrapDifference(observed, new Interval(double.NaN, double.NaN), double.NaN)
            : Corrected(observed, drawn, Acceleration(rows, difference), confidence);
    }

    /// <summary>BCa's interval of what was drawn.</summary>
    internal static BootstrapDifference Corrected(double observed, double[] drawn, double acceleration, double confidence)
    {
        Array.Sort(drawn);
        if (drawn[0] == drawn[^1])
            return new BootstrapDifference(observed, new Interval(drawn[0], drawn[0]), 0);

        double resamples = drawn.Length;
        var below = (drawn.Count(x => x < observed) + drawn.Count(x => x == observed) / 2.0) / resamples;
        var bias = Normal.InvCDF(0, 1, Math.Clamp(below, 0.5 / resamples, 1 - 0.5 / resamples));
        var z = Normal.InvCDF(0, 1, (1 + confidence) / 2);
        return new BootstrapDifference(observed, new Interval(At(-z), At(z)), Sample.Of(drawn).StandardDeviation);

        double At(double quantile)
        {
            var moved = bias + (bias + quantile) / (1 - acceleration * (bias + quantile));
            return Percentile(drawn, Normal.CDF(0, 1, moved));
        }
    }

    /// <summary>A sixth of the skewness of the figure's values with one row left out, or of many rows with one block of them.</summary>
    private static double Acceleration(int rows, Func<int[], double> difference)
    {
        if (rows > MostRowsLeftOutSingly)
            return Skewness([.. Enumerable.Range(0, Blocks).Select(block =>
                difference([.. Enumerable.Range(0, rows).Where(row => row % Blocks != block)]))]);
        var left = new double[rows];
        var others = Enumerable.Range(1, rows - 1).ToArray();
        for (var row = 0; row < rows; row++)
        {
            left[row] = difference(others);
            if (row < rows - 1)
                others[row] = row;
        }
        return Skewness(left);
    }

    private static double Skewness(double[] left)
    {
        left = Array.FindAll(left, double.IsFinite);
        if (left.Length == 0)
            return 0;
        var mean = left.Average();
        var squares = left.Sum(x => Math.Pow(mean - x, 2));
        return squares == 0 ? 0 : left.Sum(x => Math.Pow(mean - x, 3)) / (6 * Math.Pow(squares, 1.5));
    }

    private static double Percentile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var (low, high) = ((int)Math.Floor(place), (int)Math.Ceiling(place));
        return sorted[low] + (place - low) * (sorted[high] - sorted[low]);
    }
}
