// The types of columns, found from their fields.
namespace Tlpipe.Tables;

/// <summary>
/// Follows the numbers of a column, so that none loses a digit: whole ones beyond 64 bits stay text, as pandas keeps them from another type
/// than its unsigned one, and whole ones that a floating-point number does not hold stay whole even where others are missing.
/// </summary>
internal sealed class NumberInference
{
    /// <summary>Up to here each whole number has a floating-point number of its own.</summary>
    private const long ExactInFloatingPoint = 1L << 53;

    private bool whole = true;
    private bool beyond64Bits;
    private bool needsWhole;

    /// <summary>Whether all numbers so far were whole.</summary>
    public bool AreWhole => whole;

    /// <summary>Sees a number as it is written.</summary>
    public void See(ReadOnlySpan<char> number)
    {
        if (!whole)
            return;
        if (FieldValues.Integer(number) is { } integer)
            needsWhole |= integer is > ExactInFloatingPoint or < -ExactInFloatingPoint;
        else if (FieldValues.IsWhole(number))
            beyond64Bits = true;
        else
            whole = false;
    }

    /// <summary>The type of a column of numbers.</summary>
    public ColumnType Type(bool anyMissing) => this switch
    {
        { whole: true, beyond64Bits: true } => ColumnType.Text,
        { whole: true } when !anyMissing || needsWhole => ColumnType.Integer,
        _ => ColumnType.Number,
    };
}

/// <summary>Finds a column's type from its fields: whole numbers, else floating-point ones, else truth values, else text.</summary>
internal sealed class TypeInference
{
    private readonly NumberInference numbers = new();
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
        if (mayBeNumber)
            numbers.See(field);
        mayBeNumber = mayBeNumber && (numbers.AreWhole || FieldValues.Number(field) is not null);
        mayBeBoolean = mayBeBoolean && FieldValues.Boolean(field) is not null;
    }

    /// <summary>
    /// The type. As in pandas a column without any value is of floating-point numbers, and so is one of whole numbers with gaps, if that
    /// changes none of them.
    /// </summary>
    public ColumnType Type =>
        !anyPresent ? ColumnType.Number
        : mayBeNumber ? numbers.Type(anyMissing)
        : mayBeBoolean ? ColumnType.Boolean
        : ColumnType.Text;
}
