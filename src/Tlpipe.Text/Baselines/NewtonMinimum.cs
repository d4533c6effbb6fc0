// Newton's method for convex functions.
namespace Tlpipe.Text.Baselines;

/// <summary>Finds the minimum of a convex function by Newton's method, each step by conjugate gradients.</summary>
internal static class NewtonMinimum
{
    private const int MostSteps = 200;
    private const double SmallestGradient = 1e-10;
    private const double Sufficient = 1e-4;

    public static (double[] Point, int Steps) Find(LogisticObjective objective, CancellationToken cancellation)
    {
        var point = new double[objective.Size];
        var gradient = new double[objective.Size];
        var value = objective.Value(point, gradient);
        var end = SmallestGradient * Math.Max(1, Norm(gradient));
        for (var step = 0; step < MostSteps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Norm(gradient) <= end)
                return (point, step);
            var direction = Direction(objective, gradient);
            if (Search(objective, point, direction, gradient, value) is not { } lower)
                return (point, step);
            (point, gradient, value) = lower;
        }
        return (point, MostSteps);
    }

    /// <summary>The Newton direction, the more exact the smaller the gradient is.</summary>
    private static double[] Direction(LogisticObjective objective, double[] gradient)
    {
        var direction = new double[gradient.Length];
        var residual = Array.ConvertAll(gradient, g => -g);
        var search = (double[])residual.Clone();
        var squared = Dot(residual, residual);
        var end = squared * Math.Min(0.25, Math.Sqrt(squared)) * Math.Min(0.25, Math.Sqrt(squared));
        for (var i = 0; i < 10 * gradient.Length && squared > end; i++)
        {
            var curved = objective.Curvature(search);
            var curvature = Dot(search, curved);
            // Where the function is flat, as it is for an intercept that all classes share, no step lowers it further.
            if (curvature <= double.Epsilon)
                break;
            var length = squared / curvature;
            AddScaled(direction, search, length);
            AddScaled(residual, curved, -length);
            var next = Dot(residual, residual);
            for (var j = 0; j < search.Length; j++)
                search[j] = residual[j] + (next / squared * search[j]);
            squared = next;
        }
        return direction;
    }

    /// <summary>Halves the step until it goes down far enough (Armijo); null where rounding leaves no lower point.</summary>
    private static (double[] Point, double[] Gradient, double Value)? Search(
        LogisticObjective objective, double[] point, double[] direction, double[] gradient, double value)
    {
        var slope = Dot(gradient, direction);
        for (var length = 1.0; length > 1e-12; length /= 2)
        {
            var next = (double[])point.Clone();
            AddScaled(next, direction, length);
            var nextGradient = new double[point.Length];
            var nextValue = objective.Value(next, nextGradient);
            if (nextValue <= value + (Sufficient * length * slope) && nextValue < value)
                return (next, nextGradient, nextValue);
        }
        return null;
    }

    private static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    private static void AddScaled(double[] sum, double[] x, double scale)
    {
        for (var i = 0; i < sum.Length; i++)
            sum[i] += scale * x[i];
    }
}
