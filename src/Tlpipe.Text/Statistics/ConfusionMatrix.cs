// Counts of a classifier's answers against the right ones, and the figures that follow from them.
namespace Tlpipe.Text.Statistics;

/// <summary>How figures of single classes become one.</summary>
public enum Averaging
{
    /// <summary>Their mean.</summary>
    Macro,

    /// <summary>Over all rows together.</summary>
    Micro,

    /// <summary>Their mean, each by its class's rows.</summary>
    Weighted,
}

/// <summary>
/// Counts of rows by right class and answered class, and the figures of scikit-learn's metrics that follow from them. As there, a
/// quotient without a denominator is 0.
/// </summary>
public sealed class ConfusionMatrix
{
    private readonly long[,] counts;
    private readonly long[] right;
    private readonly long[] answered;

    /// <param name="labels">The right classes, from 0.</param>
    /// <param name="answers">The answered classes.</param>
    /// <param name="classes">How many classes there are.</param>
    /// <exception cref="ArgumentException">The lists differ in length or are empty, or a class is outside.</exception>
    public ConfusionMatrix(IReadOnlyList<int> labels, IReadOnlyList<int> answers, int classes)
    {
        if (labels.Count != answers.Count || labels.Count == 0)
            throw new ArgumentException($"{labels.Count} labels and {answers.Count} answers give no comparison", nameof(answers));
        counts = new long[classes, classes];
        for (var row = 0; row < labels.Count; row++)
        {
            if ((uint)labels[row] >= (uint)classes || (uint)answers[row] >= (uint)classes)
                throw new ArgumentException($"row {row} has the classes {labels[row]} and {answers[row]} of {classes}", nameof(labels));
            counts[labels[row], answers[row]]++;
        }
        Classes = classes;
        Rows = labels.Count;
        right = [.. Enumerable.Range(0, classes).Select(i => Enumerable.Range(0, classes).Sum(j => counts[i, j]))];
        answered = [.. Enumerable.Range(0, classes).Select(j => Enumerable.Range(0, classes).Sum(i => counts[i, j]))];
    }

    /// <summary>The number of classes.</summary>
    public int Classes { get; }

    /// <summary>The number of rows.</summary>
    public long Rows { get; }

    /// <summary>Rows of a right class that got an answer.</summary>
    public long this[int label, int answer] => counts[label, answer];

    /// <summary>The share of rows that are right.</summary>
    public double Accuracy => (double)Hits / Rows;

    /// <summary>The mean recall of the classes that occur.</summary>
    public double BalancedAccuracy => Enumerable.Range(0, Classes).Where(c => right[c] > 0).Average(Recall);

    /// <summary>Matthews' correlation coefficient, for several classes Gorodkin's (2004); 0 where labels or answers are all one class.</summary>
    public double MatthewsCorrelation
    {
        get
        {
            double rows = Rows;
            var together = Hits * rows - Products(right, answered);
            var apart = Math.Sqrt((rows * rows - Products(answered, answered)) * (rows * rows - Products(right, right)));
            return apart == 0 ? 0 : together / apart;
        }
    }

    /// <summary>Cohen's kappa (1960): agreement beyond chance; NaN where chance agrees always.</summary>
    public double CohenKappa
    {
        get
        {
            var chance = Products(right, answered) / ((double)Rows * Rows);
            return (Accuracy - chance) / (1 - chance);
        }
    }

    private long Hits => Enumerable.Range(0, Classes).Sum(c => counts[c, c]);

    /// <summary>Of the rows answered with a class, the share that is right.</summary>
    public double Precision(int label) => Quotient(counts[label, label], answered[label]);

    /// <summary>Of the rows of a class, the share that was found.</summary>
    public double Recall(int label) => Quotient(counts[label, label], right[label]);

    /// <summary>The harmonic mean of a class's precision and recall.</summary>
    public double F1(int label) => Quotient(2 * counts[label, label], right[label] + answered[label]);

    /// <summary>Precision of all classes that occur in labels or answers.</summary>
    public double Precision(Averaging averaging) => Average(averaging, Precision);

    /// <summary>Recall of all classes that occur in labels or answers.</summary>
    public double Recall(Averaging averaging) => Average(averaging, Recall);

    /// <summary>F1 of all classes that occur in labels or answers.</summary>
    public double F1(Averaging averaging) => Average(averaging, F1);

    private double Average(Averaging averaging, Func<int, double> figure)
    {
        // With one class a row, each wrong row is one class's false answer and another's missed one: all three are the accuracy.
        if (averaging == Averaging.Micro)
            return Accuracy;
        var there = Enumerable.Range(0, Classes).Where(c => right[c] > 0 || answered[c] > 0);
        return averaging == Averaging.Macro ? there.Average(figure) : there.Sum(c => figure(c) * right[c]) / Rows;
    }

    private static double Products(long[] x, long[] y) => x.Zip(y, (a, b) => (double)a * b).Sum();

    private static double Quotient(long dividend, long divisor) => divisor == 0 ? 0 : (double)dividend / divisor;
}
