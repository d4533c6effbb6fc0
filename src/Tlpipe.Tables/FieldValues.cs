// Fields of text as values, as pandas reads them.
using System.Globalization;

namespace Tlpipe.Tables;

/// <summary>Reads a field as each of the types that it can have, narrowest first.</summary>
internal static class FieldValues
{
    private static readonly HashSet<string> True = new(StringComparer.Ordinal) { "True", "TRUE", "true" };
    private static readonly HashSet<string> False = new(StringComparer.Ordinal) { "False", "FALSE", "false" };

    /// <summary>A whole number of 64 bits, ignoring white space around it.</summary>
    public static long? Integer(string field) =>
        long.TryParse(field, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

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

/// <summary>Finds a column's type from its fields: whole numbers, else floating-point ones, else truth values, else text.</summary>
internal sealed class TypeInference
{
    private bool mayBeInteger = true;
    private bool mayBeNumber = true;
    private bool mayBeBoolean = true;
    private bool anyPresent;
    private bool anyMissing;

    public void See(string field, bool missing)
    {
        anyMissing |= missing;
        if (missing)
            return;
        anyPresent = true;
        mayBeInteger = mayBeInteger && FieldValues.Integer(field) is not null;
        mayBeNumber = mayBeNumber && (mayBeInteger || FieldValues.Number(field) is not null);
        mayBeBoolean = mayBeBoolean && FieldValues.Boolean(field) is not null;
    }

    /// <summary>
    /// The type. As in pandas a column without any value is of floating-point numbers, and so is one of whole numbers with gaps.
    /// </summary>
    public ColumnType Type =>
        !anyPresent ? ColumnType.Number
        : mayBeInteger && !anyMissing ? ColumnType.Integer
        : mayBeNumber ? ColumnType.Number
        : mayBeBoolean ? ColumnType.Boolean
        : ColumnType.Text;
}
