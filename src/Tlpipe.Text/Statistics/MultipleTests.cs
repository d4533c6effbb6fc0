// p-values of several comparisons at once.
namespace Tlpipe.Text.Statistics;

/// <summary>Adjusts p-values for their number; results are in the order of the inputs.</summary>
public static class MultipleTests
{
    /// <summary>Holm's method (1979): keeps the chance of even one false alarm.</summary>
    public static double[] Holm(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var highest = 0.0;
        foreach (var (index, place) in Ascending(p).Select((index, place) => (index, place)))
            adjusted[index] = highest = Math.Max(highest, Math.Min(1, (p.Count - place) * p[index]));
        return adjusted;
    }

    /// <summary>Benjamini and Hochberg's method (1995): keeps the expected share of false alarms among the alarms.</summary>
    public static double[] BenjaminiHochberg(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var lowest = 1.0;
        foreach (var (index, place) in Ascending(p).Select((index, place) => (index, place)).Reverse())
            adjusted[index] = lowest = Math.Min(lowest, p[index] * ((double)p.Count / (place + 1)));
        return adjusted;
    }

    private static IEnumerable<int> Ascending(IReadOnlyList<double> p) => Enumerable.Range(0, p.Count).OrderBy(i => p[i]);
}
