// Whether two classifiers that answered the same rows are equally often right.
using MathNet.Numerics.Distributions;

namespace Tlpipe.Text.Statistics;

/// <summary>
/// McNemar's test (1947): only rows that one has right and the other wrong count. It says nothing of how much training runs differ.
/// </summary>
/// <param name="Both">Rows that both have right.</param>
/// <param name="OnlyFirst">Rows that the first alone has right.</param>
/// <param name="OnlySecond">Rows that the second alone has right.</param>
/// <param name="Neither">Rows that neither has right.</param>
public sealed record McNemar(long Both, long OnlyFirst, long OnlySecond, long Neither)
{
    /// <summary>The counts of two classifiers' right answers.</summary>
    public static McNemar Of(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        if (first.Count != second.Count)
            throw new ArgumentException($"{first.Count} and {second.Count} answers are not of the same rows", nameof(second));
        int Count(bool x, bool y) => Enumerable.Range(0, first.Count).Count(row => first[row] == x && second[row] == y);
        return new McNemar(Count(true, true), Count(true, false), Count(false, true), Count(false, false));
    }

    /// <summary>The two-sided p-value by the binomial distribution: 1 where the two never differ. Never too small, often too large.</summary>
    public double ExactP => Discordant == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, (int)Discordant, Fewer));

    /// <summary>The mid-p-value, which counts what was found half (Fagerland et al. 2013): closer to its nominal rate than the exact one.</summary>
    public double MidP => Discordant == 0 ? 1 : Math.Min(1, 2 * Binomial.CDF(0.5, (int)Discordant, Fewer) - Binomial.PMF(0.5, (int)Discordant, (int)Fewer));

    /// <summary>The chi-squared statistic with Edwards' correction (1948) and its p-value; none where the two never differ.</summary>
    public (double Statistic, double P) Corrected
    {
        get
        {
            if (Discordant == 0)
                return (0, 1);
            var statistic = Math.Pow(Math.Max(0, Math.Abs(OnlyFirst - OnlySecond) - 1), 2) / Discordant;
            return (statistic, 2 * Normal.CDF(0, 1, -Math.Sqrt(statistic)));
        }
    }

    private long Discordant => OnlyFirst + OnlySecond;

    private long Fewer => Math.Min(OnlyFirst, OnlySecond);
}
