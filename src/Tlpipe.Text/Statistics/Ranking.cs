// How well scores put the rows of one class above those of the other.
namespace Tlpipe.Text.Statistics;

/// <summary>Areas under curves over all thresholds, equal scores taken together, as scikit-learn computes them.</summary>
public static class Ranking
{
    /// <summary>
    /// The area under the ROC curve: the share of pairs of a positive and a negative row in which the positive has the higher score,
    /// equal ones counted half (Mann and Whitney 1947).
    /// </summary>
    /// <param name="labels">Whether a row is positive.</param>
    /// <param name="scores">The higher, the likelier the row is positive.</param>
    /// <returns>0 to 1; NaN where all rows are of one class.</returns>
    public static double RocArea(IReadOnlyList<bool> labels, IReadOnlyList<double> scores)
    {
        double pairs = 0, negativesBelow = 0;
        foreach (var (positives, negatives) in Steps(labels, scores).Reverse())
        {
            pairs += positives * (negativesBelow + negatives / 2.0);
            negativesBelow += negatives;
        }
        var all = labels.Count(label => label) * (double)labels.Count(label => !label);
        return all == 0 ? double.NaN : pairs / all;
    }

    /// <summary>The average precision: precision at each threshold, weighted by what it adds to recall.</summary>
    /// <inheritdoc cref="RocArea" path="/param"/>
    /// <returns>0 to 1; NaN where no row is positive.</returns>
    public static double AveragePrecision(IReadOnlyList<bool> labels, IReadOnlyList<double> scores)
    {
        double area = 0, found = 0, taken = 0;
        foreach (var (positives, negatives) in Steps(labels, scores))
        {
            found += positives;
            taken += positives + negatives;
            area += positives * found / taken;
        }
        return found == 0 ? double.NaN : area / found;
    }

    /// <summary>Positive and negative rows of each score, the highest first.</summary>
    private static IEnumerable<(int Positives, int Negatives)> Steps(IReadOnlyList<bool> labels, IReadOnlyList<double> scores)
    {
        if (labels.Count != scores.Count)
            throw new ArgumentException($"{labels.Count} labels and {scores.Count} scores give no ranking", nameof(scores));
        return Enumerable.Range(0, scores.Count).GroupBy(row => scores[row]).OrderByDescending(group => group.Key)
            .Select(group => (group.Count(row => labels[row]), group.Count(row => !labels[row])));
    }
}
