// The function that logistic regression minimizes, with its derivatives.
namespace Tlpipe.Text.Baselines;

/// <summary>
/// <c>1/2 |w|^2 + C sum_i s_i loss_i</c>. Parameters are laid out output by output, the features' coefficients and then the intercept. Two classes have one
/// output, the logit of class 1 beside one of 0; more have one each.
/// </summary>
internal sealed class LogisticObjective
{
    private readonly CsrMatrix x;
    private readonly IReadOnlyList<int> labels;
    private readonly double[] rowWeights;
    private readonly bool hasIntercept;
    private readonly int firstClass;
    private readonly double[] probabilities;

    public LogisticObjective(CsrMatrix x, IReadOnlyList<int> labels, int classes, LogisticRegressionOptions options)
    {
        (this.x, this.labels, hasIntercept) = (x, labels, options.FitIntercept);
        firstClass = classes == 2 ? 1 : 0;
        Outputs = classes - firstClass;
        Stride = x.Columns + 1;
        var counts = new int[classes];
        foreach (var label in labels)
            counts[label]++;
        rowWeights = [.. labels.Select(label => options.C * (options.ClassWeight == ClassWeight.Balanced ? (double)labels.Count / (classes * counts[label]) : 1))];
        probabilities = new double[x.Rows * Outputs];
    }

    /// <summary>Logits that are computed.</summary>
    public int Outputs { get; }

    /// <summary>Parameters of an output.</summary>
    public int Stride { get; }

    /// <summary>All parameters.</summary>
    public int Size => Outputs * Stride;

    /// <summary>The value at a point, and the gradient there; <see cref="Curvature"/> then belongs to that point.</summary>
    public double Value(double[] point, double[] gradient)
    {
        var value = Penalty(point, gradient);
        for (var row = 0; row < x.Rows; row++)
        {
            var p = probabilities.AsSpan(row * Outputs, Outputs);
            value += rowWeights[row] * Loss(point, row, p);
            for (var output = 0; output < Outputs; output++)
                AddRow(gradient, row, output, rowWeights[row] * (p[output] - (labels[row] == output + firstClass ? 1 : 0)));
        }
        return value;
    }

    /// <summary>The second derivatives times a direction.</summary>
    public double[] Curvature(double[] direction)
    {
        var product = new double[Size];
        Penalty(direction, product);
        var along = new double[Outputs];
        for (var row = 0; row < x.Rows; row++)
        {
            var p = probabilities.AsSpan(row * Outputs, Outputs);
            var mean = 0.0;
            for (var output = 0; output < Outputs; output++)
                mean += p[output] * (along[output] = Logit(direction, row, output));
            for (var output = 0; output < Outputs; output++)
                AddRow(product, row, output, rowWeights[row] * p[output] * (along[output] - mean));
        }
        return product;
    }

    /// <summary>Half the squares of all but the intercepts, whose derivative is written into the gradient.</summary>
    private double Penalty(double[] point, double[] gradient)
    {
        var value = 0.0;
        for (var i = 0; i < Size; i++)
        {
            gradient[i] = (i + 1) % Stride == 0 ? 0 : point[i];
            value += gradient[i] * gradient[i] / 2;
        }
        return value;
    }

    /// <summary>The row's cross-entropy; its outputs' probabilities are left in <paramref name="p"/>.</summary>
    private double Loss(double[] point, int row, Span<double> p)
    {
        var (highest, own) = (firstClass == 1 ? 0.0 : double.NegativeInfinity, 0.0);
        for (var output = 0; output < Outputs; output++)
        {
            p[output] = Logit(point, row, output);
            highest = Math.Max(highest, p[output]);
            if (labels[row] == output + firstClass)
                own = p[output];
        }
        var sum = firstClass == 1 ? Math.Exp(-highest) : 0;
        foreach (var logit in p)
            sum += Math.Exp(logit - highest);
        foreach (ref var logit in p)
            logit = Math.Exp(logit - highest) / sum;
        return highest + Math.Log(sum) - own;
    }

    private double Logit(double[] point, int row, int output) =>
        x.Dot(row, point.AsSpan(output * Stride, x.Columns)) + (hasIntercept ? point[(output * Stride) + x.Columns] : 0);

    private void AddRow(double[] vector, int row, int output, double scale)
    {
        x.AddTo(vector.AsSpan(output * Stride, x.Columns), row, scale);
        if (hasIntercept)
            vector[(output * Stride) + x.Columns] += scale;
    }
}
