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

    /// <summary>A number of bytes: <c>812 B</c>, <c>1.5 kB</c>, <c>440 MB</c>, <c>12 GB</c>; a kB is 1000 bytes.</summary>
    public static string Size(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB", "PB"];
        var (value, unit) = ((double)bytes, 0);
        // 999.6 would be rounded to four digits.
        while (Math.Abs(value) >= 999.5 && unit < units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        return $"{value.ToString(unit > 0 && Math.Abs(value) < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {units[unit]}";
    }

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

    /// <summary>A number in a format, alike in every country.</summary>
    public static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A loss with four decimals; a dash where there is none.</summary>
    public static string Loss(double? loss) => loss?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";
}
