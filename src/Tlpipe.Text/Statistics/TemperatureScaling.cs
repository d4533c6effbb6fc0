// The temperature at which a classifier's probabilities are as sure as they are right.
using MathNet.Numerics.RootFinding;

namespace Tlpipe.Text.Statistics;

/// <summary>Temperature scaling (Guo et al. 2017, On Calibration of Modern Neural Networks, section 4.2): one number, fitted on rows that are not reported on.</summary>
public static class TemperatureScaling
{
    // Beyond these a classifier is right or wrong in all rows, and no temperature is the best.
    private const double Least = 0.01;
    private const double Greatest = 100;

    /// <summary>The temperature by which logits are divided so that the labels' mean negative log-likelihood is least, from 0.01 to 100.</summary>
    /// <param name="logits"><c>[rows, classes]</c></param>
    /// <param name="labels">The right class of each row.</param>
    /// <exception cref="ArgumentException">There are no rows, or not as many labels.</exception>
    public static double Fit(float[,] logits, IReadOnlyList<int> labels)
    {
        if (labels.Count == 0 || labels.Count != logits.GetLength(0))
            throw new ArgumentException($"{labels.Count} labels for {logits.GetLength(0)} rows", nameof(labels));
        // The likelihood is concave in the inverse of the temperature, so that its slope has one zero at most.
        var (low, high) = (1 / Greatest, 1 / Least);
        if (Slope(low) <= 0)
            return Greatest;
        return Slope(high) >= 0 ? Least : 1 / Brent.FindRoot(Slope, low, high, accuracy: 1e-12, maxIterations: 200);

        // The right class's logit less the logits' mean under the scaled probabilities.
        double Slope(double inverse)
        {
            var (sum, classes) = (0.0, logits.GetLength(1));
            for (var row = 0; row < labels.Count; row++)
            {
                var highest = double.NegativeInfinity;
                for (var c = 0; c < classes; c++)
                    highest = Math.Max(highest, logits[row, c]);
                var (total, mean) = (0.0, 0.0);
                for (var c = 0; c < classes; c++)
                {
                    var weight = Math.Exp((logits[row, c] - highest) * inverse);
                    total += weight;
                    mean += weight * logits[row, c];
                }
                sum += logits[row, labels[row]] - mean / total;
            }
            return sum / labels.Count;
        }
    }
}
