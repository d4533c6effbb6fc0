// Numbers and times in the form in which people read them.
using System.Globalization;

namespace Tlpipe.Reporters;

/// <summary>Durations and counts as text.</summary>
internal static class Words
{
    /// <summary>A duration: <c>0.8 s</c>, <c>42 s</c>, <c>3 min 20 s</c>, <c>2 h 5 min</c>, <c>9 days</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, seconds):0.0} s"),
        < 60 => $"{seconds:0} s",
        < 3600 => $"{(int)seconds / 60} min {(int)seconds % 60} s",
        < 86400 => $"{(int)seconds / 3600} h {(int)seconds % 3600 / 60} min",
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400:0.#} days"),
    };

    /// <summary>How long ago something was.</summary>
    public static string Age(DateTimeOffset then)
    {
        var age = DateTimeOffset.UtcNow - then;
        return age.TotalSeconds switch
        {
            < 60 => "just now",
            < 3600 => Count((long)age.TotalMinutes, "minute") + " ago",
            < 2 * 86400 => Count((long)age.TotalHours, "hour") + " ago",
            _ => Count((long)age.TotalDays, "day") + " ago",
        };
    }

    /// <summary>A number and its noun: <c>1 row</c>, <c>16,938 rows</c>.</summary>
    public static string Count(long number, string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:N0} {noun}{(number == 1 ? "" : "s")}");

    /// <summary>A loss with four decimals; a dash where there is none.</summary>
    public static string Loss(double? loss) => loss?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";
}
