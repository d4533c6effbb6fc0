// The classifier without training: each row goes to the class whose mean is nearest.
using Tlpipe.Formats;

namespace Tlpipe.Text.Baselines;

/// <summary>
/// Nearest centroid (scikit-learn's NearestCentroid with Euclidean distances). Its scores are those of Gaussians of one width around the classes' means:
/// the classes' shares do not count, and the nearest mean always has the greatest score.
/// </summary>
public sealed class NearestCentroid
{
    private readonly double twiceVariance;

    private NearestCentroid(double[][] centroids, double twiceVariance)
    {
        Centroids = centroids;
        this.twiceVariance = twiceVariance;
    }

    /// <summary>The mean of each class.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Centroids { get; }

    /// <summary>Takes the means of the classes, and the mean variance of an element within them.</summary>
    /// <param name="vectors"><c>[rows, width]</c></param>
    /// <param name="labels">The class of each row; every class from 0 on has rows.</param>
    /// <exception cref="InputException">A class has no rows.</exception>
    public static NearestCentroid Fit(float[,] vectors, IReadOnlyList<int> labels)
    {
        var (classes, width) = (labels.Max() + 1, vectors.GetLength(1));
        var sums = Enumerable.Range(0, classes).Select(_ => new double[width]).ToArray();
        var counts = new int[classes];
        for (var row = 0; row < labels.Count; row++)
        {
            counts[labels[row]]++;
            for (var i = 0; i < width; i++)
                sums[labels[row]][i] += vectors[row, i];
        }
        if (Array.IndexOf(counts, 0) is >= 0 and var empty)
            throw new InputException($"class {empty} has no rows to take a mean of; give rows of each class from 0 to {classes - 1}");
        for (var c = 0; c < classes; c++)
            for (var i = 0; i < width; i++)
                sums[c][i] /= counts[c];
        var squares = Enumerable.Range(0, labels.Count).Sum(row => SquaredDistance(vectors, row, sums[labels[row]]));
        var freedom = Math.Max(1, labels.Count - classes);
        return new NearestCentroid(sums, Math.Max(1e-12, 2 * squares / freedom / width));
    }

    /// <summary>A score for each class of each row, <c>[rows, classes]</c>: minus the squared distance over twice the variance.</summary>
    public float[,] Logits(float[,] vectors)
    {
        var logits = new float[vectors.GetLength(0), Centroids.Count];
        for (var row = 0; row < logits.GetLength(0); row++)
        {
            double[] scores = [.. Centroids.Select(centroid => -SquaredDistance(vectors, row, centroid) / twiceVariance)];
            // The nearest mean's score is 0, so that a common offset costs no digits.
            for (var c = 0; c < scores.Length; c++)
                logits[row, c] = (float)(scores[c] - scores.Max());
        }
        return logits;
    }

    private static double SquaredDistance(float[,] vectors, int row, IReadOnlyList<double> centroid)
    {
        var sum = 0.0;
        for (var i = 0; i < centroid.Count; i++)
            sum += (vectors[row, i] - centroid[i]) * (vectors[row, i] - centroid[i]);
        return sum;
    }
}
