// Lengths of time, as people write and read them.
using System.Globalization;

namespace Tlpipe.Formats.Units;

/// <summary>Reads and prints durations.</summary>
public static class Duration
{
    private const long Minute = 60;
    private const long Hour = 60 * Minute;
    private const long Day = 24 * Hour;

    // A TimeSpan holds some ten million days.
    private const long Longest = 100_000 * Day;

    private static readonly (string Unit, long Seconds)[] Units = [("min", Minute), ("s", 1), ("h", Hour), ("d", Day)];

    /// <summary>For reading: <c>0.8 s</c>, <c>42 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>, <c>9 days</c>.</summary>
    public static string Text(double seconds)
    {
        // 9.95 would be rounded to 10.0.
        if (seconds < 9.95)
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, seconds):0.0} s");
        var whole = (long)Math.Round(Math.Min(seconds, Longest * 1e3));
        return whole switch
        {
            < Minute => $"{whole} s",
            < Hour => $"{whole / Minute} min {whole % Minute} s",
            < Day => $"{whole / Hour} h {whole % Hour / Minute} min",
            _ => ((double)whole / Day).ToString("0.#", CultureInfo.InvariantCulture) is var days && days == "1" ? "1 day" : $"{days} days",
        };
    }

    /// <summary>In the largest unit that divides it exactly, as <see cref="Parse"/> reads it: <c>30s</c>, <c>5min</c>, <c>2h</c>. Fractions of a second are dropped.</summary>
    public static string Option(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        var (number, unit) = seconds == 0 ? (0, "s") : seconds % Hour == 0 ? (seconds / Hour, "h") : seconds % Minute == 0 ? (seconds / Minute, "min") : (seconds, "s");
        return string.Create(CultureInfo.InvariantCulture, $"{number}{unit}");
    }

    /// <summary>The time of <c>30s</c>, <c>5min</c>, <c>2h</c> or <c>7d</c>, at most 100,000 days; null if the text is not a duration.</summary>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        if (digits < 0 || !int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return null;
        foreach (var (unit, seconds) in Units)
            if (text.AsSpan(digits).SequenceEqual(unit))
                return TimeSpan.FromSeconds(Math.Min(number * seconds, Longest));
        return null;
    }
}
