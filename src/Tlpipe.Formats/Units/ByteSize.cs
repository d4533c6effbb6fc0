// Numbers of bytes, as people write and read them.
using System.Globalization;

namespace Tlpipe.Formats.Units;

/// <summary>Reads and prints sizes. A kB, MB, GB or TB is a power of 1000 bytes; a KiB, MiB, GiB or TiB is a power of 1024 (IEC 80000-13).</summary>
public static class ByteSize
{
    private const double Largest = 1e18;

    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    private static readonly (string Unit, double Bytes)[] Factors =
    [
        ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40),
        ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1), ("", 1),
    ];

    /// <summary>A size in at most three digits: <c>812 B</c>, <c>1.5 kB</c>, <c>440 MB</c>, <c>12 GB</c>.</summary>
    public static string Text(double bytes)
    {
        var (value, unit) = (bytes, 0);
        // 999.5 would be rounded to four digits.
        while (Math.Abs(value) >= 999.5 && unit < Units.Length - 1)
            (value, unit) = (value / 1000, unit + 1);
        return $"{value.ToString(unit > 0 && Math.Abs(value) < 9.95 ? "0.0" : "0", CultureInfo.InvariantCulture)} {Units[unit]}";
    }

    /// <summary>The bytes of <c>200MB</c>, <c>1.5gib</c> or <c>4096</c>; null if the text is not a size of at least a byte.</summary>
    /// <param name="text">A number, then a unit in capitals or small letters; without a unit it counts bytes.</param>
    public static long? Parse(string text)
    {
        text = text.Trim();
        var (unit, factor) = Factors.First(f => text.EndsWith(f.Unit, StringComparison.OrdinalIgnoreCase));
        return double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number * factor is >= 1 and < Largest ? (long)(number * factor) : null;
    }
}
