// Logistic regression, solved exactly.
namespace Tlpipe.Text.Baselines;

/// <summary>How much the rows of a class count.</summary>
public enum ClassWeight
{
    /// <summary>All the same.</summary>
    None,

    /// <summary>Every class as much as any other, however many rows it has: <c>n / (classes * n_class)</c>.</summary>
    Balanced,
}

/// <summary>The options of scikit-learn's <c>LogisticRegression</c> that change its optimum, with its names and defaults.</summary>
/// <param name="C">The inverse of the penalty's weight.</param>
/// <param name="FitIntercept">Whether classes have intercepts, which are not penalized.</param>
/// <param name="ClassWeight">How much the rows of a class count.</param>
public sealed record LogisticRegressionOptions(double C = 1.0, bool FitIntercept = true, ClassWeight ClassWeight = ClassWeight.None);

/// <summary>
/// The minimum of <c>1/2 |w|^2 + C sum(loss)</c> (scikit-learn's user guide, section 1.1.11), which is unique: a sigmoid for two classes, a softmax for more.
/// Found by Newton's method with conjugate gradients (Nocedal and Wright, Numerical Optimization, algorithm 7.1) until nothing changes any more.
/// </summary>
public sealed class LogisticRegression
{
    private LogisticRegression(double[][] coefficients, double[] intercepts, int iterations) =>
        (Coefficients, Intercepts, Iterations) = (coefficients, intercepts, iterations);

    /// <summary>A row for each class, <c>[classes, features]</c>; for two classes one row, that of class 1.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Coefficients { get; }

    /// <summary>One for each row of <see cref="Coefficients"/>.</summary>
    public IReadOnlyList<double> Intercepts { get; }

    /// <summary>Newton steps that it took.</summary>
    public int Iterations { get; }

    /// <summary>Finds the optimum.</summary>
    /// <param name="x">The features, <c>[rows, features]</c>.</param>
    /// <param name="labels">The rows' classes, 0 to <paramref name="classes"/> - 1.</param>
    /// <param name="classes">At least 2.</param>
    /// <param name="options">Penalty and weights.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static LogisticRegression Fit(CsrMatrix x, IReadOnlyList<int> labels, int classes, LogisticRegressionOptions options, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNotEqual(labels.Count, x.Rows);
        var objective = new LogisticObjective(x, labels, classes, options);
        var (weights, iterations) = NewtonMinimum.Find(objective, cancellation);
        var stride = x.Columns + 1;
        return new LogisticRegression(
            [.. Enumerable.Range(0, objective.Outputs).Select(output => weights[(output * stride)..(output * stride + x.Columns)])],
            [.. Enumerable.Range(0, objective.Outputs).Select(output => weights[(output * stride) + x.Columns])],
            iterations);
    }

    /// <summary>A logit for each class, <c>[rows, classes]</c>; for two classes that of class 0 is 0.</summary>
    public float[,] Logits(CsrMatrix x)
    {
        var outputs = Intercepts.Count;
        var first = outputs == 1 ? 1 : 0;
        var logits = new float[x.Rows, outputs + first];
        for (var output = 0; output < outputs; output++)
        {
            var coefficients = Coefficients[output].ToArray();
            for (var row = 0; row < x.Rows; row++)
                logits[row, first + output] = (float)(x.Dot(row, coefficients) + Intercepts[output]);
        }
        return logits;
    }
}
