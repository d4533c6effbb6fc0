// Round numbers along an axis of a plot.
namespace Tlpipe.Stages.Results;

/// <summary>Round numbers along an axis.</summary>
/// <param name="Low">Where the axis begins.</param>
/// <param name="High">Where it ends.</param>
/// <param name="Ticks">The numbers written at it.</param>
internal sealed record Axis(double Low, double High, IReadOnlyList<double> Ticks)
{
    /// <summary>An axis for values, with about so many ticks at round numbers; values that are not finite are left out.</summary>
    public static Axis Of(IEnumerable<double> values, int ticks, bool fromZero = false)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        var (low, high) = finite.Length == 0 ? (0.0, 1.0) : (finite.Min(), finite.Max());
        if (fromZero)
            low = Math.Min(0, low);
        if (high - low < 1e-12 * Math.Max(1, Math.Abs(high)))
            (low, high) = fromZero ? (low, low + 1) : (low - Math.Max(Math.Abs(low) * 0.1, 1e-6), high + Math.Max(Math.Abs(high) * 0.1, 1e-6));
        var step = RoundStep((high - low) / ticks);
        var (first, last) = (Math.Floor(low / step), Math.Ceiling(high / step));
        return new Axis(first * step, last * step, [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)]);
    }

    /// <summary>The next 1, 2 or 5 times a power of ten.</summary>
    public static double RoundStep(double atLeast)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(atLeast)));
        return power * ((atLeast / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 });
    }

    /// <summary>The texts at the ticks; null if they are the ticks' numbers.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>A value's place between two ends.</summary>
    public double Place(double value, double from, double to) => from + ((value - Low) / (High - Low) * (to - from));

    /// <summary>A tick as text: no more digits than its neighbours need.</summary>
    public string Text(double tick)
    {
        if (Words is not null)
            return Words[Ticks.TakeWhile(other => other != tick).Count()];
        var step = Ticks.Count > 1 ? Ticks[1] - Ticks[0] : 1;
        if (Math.Abs(tick) < step / 1e6)
            return "0";
        if (Math.Max(Math.Abs(Low), Math.Abs(High)) < 1e-3)
            return tick.ToString("0.##e0", System.Globalization.CultureInfo.InvariantCulture);
        var decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(step) - 1e-9), 0, 8);
        return tick.ToString("N" + decimals, System.Globalization.CultureInfo.InvariantCulture);
    }
}
