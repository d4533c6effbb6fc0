// Sizes and times as they are given on a command line.
using System.Globalization;

namespace Tlpipe.Commands;

/// <summary>Sizes such as <c>200MB</c>; a kB is 1000 bytes.</summary>
internal static class SizeText
{
    private const double Largest = 1e18;

    /// <summary>The bytes; null if the text is not a size of at least one byte.</summary>
    public static long? Parse(string text)
    {
        text = text.Trim().ToUpperInvariant();
        var (unit, factor) = text switch
        {
            _ when text.EndsWith("TB", StringComparison.Ordinal) => (2, 1e12),
            _ when text.EndsWith("GB", StringComparison.Ordinal) => (2, 1e9),
            _ when text.EndsWith("MB", StringComparison.Ordinal) => (2, 1e6),
            _ when text.EndsWith("KB", StringComparison.Ordinal) => (2, 1e3),
            _ when text.EndsWith('B') => (1, 1.0),
            _ => (0, 1.0),
        };
        return double.TryParse(text.AsSpan(0, text.Length - unit), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor is >= 1 and < Largest ? (long)(number * factor) : null;
    }
}

/// <summary>Times such as <c>30s</c>, <c>5min</c>, <c>2h</c> and <c>7d</c>.</summary>
internal static class TimeText
{
    /// <summary>The time; null if the text is not a time.</summary>
    public static TimeSpan? Parse(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return int.TryParse(text.AsSpan(0, digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? text[digits..] switch
            {
                "s" => TimeSpan.FromSeconds(number),
                "min" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                "d" => TimeSpan.FromDays(Math.Min(number, 100_000)),
                _ => null,
            }
            : null;
    }
}
