// What a plot shows, however it is drawn.
namespace Tlpipe.Reports;

/// <summary>A line of a plot.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="Points">In the order of x.</param>
/// <param name="HasMarks">Whether every point has a mark: of evaluations, which are few.</param>
internal sealed record Series(string Name, IReadOnlyList<(double X, double Y)> Points, bool HasMarks = false)
{
    /// <summary>For each point the interval that it lies in, where it has one; empty where none has.</summary>
    public IReadOnlyList<(double Low, double High)?> Intervals { get; init; } = [];
}

/// <summary>A plot with a name of its own among the plots of a report.</summary>
/// <param name="Name">For the file's name: <c>finetuned-loss</c>.</param>
/// <param name="Title">What it shows.</param>
internal abstract record Plot(string Name, string Title);

/// <summary>Lines over steps or epochs.</summary>
internal sealed record LinePlot(string Name, string Title, string XLabel, string YLabel, IReadOnlyList<Series> Lines) : Plot(Name, Title)
{
    /// <summary>Where all points lie along x, which then goes by the logarithm; null for a common axis.</summary>
    public IReadOnlyList<double>? Places { get; init; }

    /// <summary>A value's place along x before it is scaled.</summary>
    public double Along(double x) => Places is null ? x : Math.Log10(x);
}

/// <summary>A histogram.</summary>
/// <param name="Name">For the file's name.</param>
/// <param name="Title">What it shows.</param>
/// <param name="XLabel">What is counted by.</param>
/// <param name="Width">The width of a bin; the first begins at 0.</param>
/// <param name="Counts">How many are in each bin.</param>
/// <param name="Limit">Where rows were cut; null where they were not.</param>
internal sealed record HistogramPlot(string Name, string Title, string XLabel, int Width, IReadOnlyList<long> Counts, int? Limit) : Plot(Name, Title);

/// <summary>How often each class (a row) got each answer (a column).</summary>
internal sealed record ConfusionPlot(string Name, string Title, long[,] Counts) : Plot(Name, Title);

/// <summary>A value of a <see cref="DotPlot"/>: its mean or only value, its interval, and the runs behind it.</summary>
internal sealed record Dot(string Label, double Value, double? Low, double? High, IReadOnlyList<double> Runs);

/// <summary>Values with intervals under each other.</summary>
/// <param name="Name">For the file's name.</param>
/// <param name="Title">What it shows.</param>
/// <param name="XLabel">What is measured.</param>
/// <param name="Dots">The values.</param>
/// <param name="Mark">Where a line is drawn across, such as at no difference; null for none.</param>
internal sealed record DotPlot(string Name, string Title, string XLabel, IReadOnlyList<Dot> Dots, double? Mark = null) : Plot(Name, Title);

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

    /// <summary>What stands at the ticks, where it is not their numbers; null where it is.</summary>
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
