// The bounds of a numeric option, as its [Range] gives them.
using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Tlpipe.Engine.Options;

/// <summary>
/// The bounds of a number, or of each number of a list. They are read from <see cref="RangeAttribute"/>, whose own IsValid would convert by
/// operand type and culture.
/// </summary>
/// <param name="Least">The lower bound.</param>
/// <param name="AboveLeast">Whether <paramref name="Least"/> itself is too small.</param>
/// <param name="Greatest">The upper bound; infinite if only the option's type bounds it.</param>
/// <param name="BelowGreatest">Whether <paramref name="Greatest"/> itself is too large.</param>
/// <param name="Remedy">The remedy for a number out of range, if the bounds do not say it: the attribute's ErrorMessage.</param>
public sealed record Bounds(double Least, bool AboveLeast, double Greatest, bool BelowGreatest, string? Remedy)
{
    /// <summary>Whether a finite number lies within.</summary>
    public bool Contains(double value) =>
        (AboveLeast ? value > Least : value >= Least) && (BelowGreatest ? value < Greatest : value <= Greatest);

    /// <summary>In words, behind "a number": <c>from 0 to below 1</c>, <c>above 0</c>, <c>from 1 on</c>.</summary>
    public override string ToString()
    {
        var least = (AboveLeast ? "above " : "from ") + Least.ToString(CultureInfo.InvariantCulture);
        return double.IsFinite(Greatest) ? $"{least}{(BelowGreatest ? " to below " : " to ")}{Greatest.ToString(CultureInfo.InvariantCulture)}"
            : AboveLeast ? least
            : least + " on";
    }

    /// <summary>The bounds that an attribute means on an option of that type; null without an attribute.</summary>
    internal static Bounds? Of(RangeAttribute? range, OptionType type)
    {
        if (range is null)
            return null;
        var greatest = Number(range.Maximum);
        var typesOwn = (type.Element ?? type).ClrType == typeof(int) ? int.MaxValue : double.MaxValue;
        return new Bounds(
            Number(range.Minimum), range.MinimumIsExclusive, greatest < typesOwn ? greatest : double.PositiveInfinity, range.MaximumIsExclusive, range.ErrorMessage);
    }

    private static double Number(object bound) => Convert.ToDouble(bound, CultureInfo.InvariantCulture);
}
