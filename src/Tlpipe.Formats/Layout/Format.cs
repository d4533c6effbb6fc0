// Numbers and times in the form in which people read them.
using System.Globalization;

namespace Tlpipe.Formats.Layout;

/// <summary>Counts, figures and ages as text. Sizes and durations are in Tlpipe.Engine.Units.</summary>
internal static class Format
{
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

    /// <summary>A loss with four decimals; a dash if it is unknown.</summary>
    public static string Loss(double? loss) => loss?.ToString("0.0000", CultureInfo.InvariantCulture) ?? "-";
}
