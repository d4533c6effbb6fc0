// How a figure grows with the number of labels, and what labels are worth.
namespace Tlpipe.Text.Statistics;

/// <summary>The runs of one option with one number of labels.</summary>
/// <param name="Size">The labels.</param>
/// <param name="Figures">The figure of each run.</param>
public sealed record CurvePoint(double Size, IReadOnlyList<double> Figures)
{
    /// <summary>The mean over runs.</summary>
    public double Mean => Figures.Average();

    /// <summary>Student's 95 % interval of the mean over runs; null with one.</summary>
    public Interval? Interval => Figures.Count < 2 ? null : Intervals.OfMean(Figures);
}

/// <summary>One option's figures by number of labels.</summary>
public sealed class LearningCurve
{
    private readonly int sign;

    /// <param name="name">The option.</param>
    /// <param name="points">Its points, in any order.</param>
    /// <param name="lessIsBetter">Whether a smaller figure is the better one.</param>
    public LearningCurve(string name, IEnumerable<CurvePoint> points, bool lessIsBetter = false)
    {
        Name = name;
        Points = [.. points.OrderBy(point => point.Size)];
        sign = lessIsBetter ? -1 : 1;
    }

    /// <summary>The option's name.</summary>
    public string Name { get; }

    /// <summary>The points, fewest labels first.</summary>
    public IReadOnlyList<CurvePoint> Points { get; }

    /// <summary>The improvement of the figure per label between a point and the one before it; null at the first.</summary>
    public double? GainALabel(int point) => point == 0
        ? null
        : sign * (Points[point].Mean - Points[point - 1].Mean) / (Points[point].Size - Points[point - 1].Size);

    /// <summary>
    /// How many labels the option needs for a figure: where the line between its means, straight over the logarithm of the labels, first reaches it. Null where it
    /// has that figure with its fewest labels already or does not reach it with its most.
    /// </summary>
    public double? LabelsFor(double figure)
    {
        for (var i = 1; i < Points.Count; i++)
        {
            var (below, above) = (sign * Points[i - 1].Mean, sign * Points[i].Mean);
            if (i == 1 && sign * figure < below)
                return null;
            if (sign * figure > Math.Max(below, above) || sign * figure < below)
                continue;
            var share = above == below ? 0 : (sign * figure - below) / (above - below);
            return Math.Exp(Math.Log(Points[i - 1].Size) + share * (Math.Log(Points[i].Size) - Math.Log(Points[i - 1].Size)));
        }
        return null;
    }
}
