// How far off the mean of values of rows may be, fast enough for tens of thousands of rows.
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Statistics;

/// <summary>
/// The bootstrap of <see cref="PairedBootstrap"/> for the mean of one value a row: the same draws and the same interval, its jackknife in closed
/// form.
/// </summary>
public static class RowBootstrap
{
    /// <summary>Draws rows with replacement and takes the mean each time; BCa's interval.</summary>
    /// <param name="values">A value a row, such as the difference of two classifiers' hits.</param>
    /// <param name="resamples">How often to draw.</param>
    /// <param name="seed">Seeds the draws (NumPy's default_rng).</param>
    /// <param name="confidence">0 to 1.</param>
    public static BootstrapDifference OfMean(IReadOnlyList<double> values, int resamples = 2000, ulong seed = 0, double confidence = 0.95)
    {
        var array = values as double[] ?? [.. values];
        var observed = array.Average();
        var squares = array.Sum(v => (v - observed) * (v - observed));
        var cubes = array.Sum(v => Math.Pow(v - observed, 3));
        // Without one row a mean moves by (mean - value) / (n - 1): the skewness of what is left is the values' own.
        var acceleration = squares == 0 ? 0 : cubes / (6 * Math.Pow(squares, 1.5));
        var generator = new NumpyGenerator(seed);
        var drawn = new double[resamples];
        for (var i = 0; i < resamples; i++)
        {
            var sum = 0.0;
            foreach (var row in generator.Choice(array.Length, array.Length, replace: true))
                sum += array[row];
            drawn[i] = sum / array.Length;
        }
        return PairedBootstrap.Corrected(observed, drawn, acceleration, confidence);
    }
}
