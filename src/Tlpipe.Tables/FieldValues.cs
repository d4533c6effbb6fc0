// Fields of text as values, as pandas reads them.
using System.Globalization;

namespace Tlpipe.Tables;

/// <summary>Reads a field as each of the types that it can have, narrowest first.</summary>
internal static class FieldValues
{
    private static readonly HashSet<string> True = new(StringComparer.Ordinal) { "True", "TRUE", "true" };
    private static readonly HashSet<string> False = new(StringComparer.Ordinal) { "False", "FALSE", "false" };

    /// <summary>A whole number of 64 bits, ignoring white space around it.</summary>
    public static long? Integer(ReadOnlySpan<char> field) =>
        long.TryParse(field, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Whether a field is a whole number, however large, ignoring white space around it.</summary>
    public static bool IsWhole(ReadOnlySpan<char> field)
    {
        var digits = field.Trim();
        if (digits.Length > 0 && digits[0] is ('+' or '-'))
            digits = digits[1..];
        return digits.Length > 0 && !digits.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>A floating-point number, an infinity by its names.</summary>
    public static double? Number(string field)
    {
        if (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && IsPlain(field))
            return value;
        return field.Trim().ToLowerInvariant() switch
        {
            "inf" or "+inf" or "infinity" or "+infinity" => double.PositiveInfinity,
            "-inf" or "-infinity" => double.NegativeInfinity,
            _ => null,
        };
    }

    /// <summary>A truth value by pandas' words.</summary>
    public static bool? Boolean(string field) => True.Contains(field) ? true : False.Contains(field) ? false : null;

    // .NET also knows NaN and the sign of infinity by their symbols.
    private static bool IsPlain(string field)
    {
        foreach (var c in field)
            if (char.IsLetter(c) ? c is not ('e' or 'E') : c == '\u221E')
                return false;
        return true;
    }
}
