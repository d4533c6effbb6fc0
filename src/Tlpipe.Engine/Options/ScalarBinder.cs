// Turns scalars into numbers, switches, words, durations, paths and expressions.
using System.Globalization;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>Turns scalars into the values of options.</summary>
/// <param name="root">The folder that paths in the config are relative to.</param>
/// <param name="currentFolder">The folder that paths on the command line are relative to.</param>
/// <param name="mistakes">Receives the mistakes.</param>
internal sealed partial class ScalarBinder(string root, string currentFolder, Mistakes mistakes)
{
    /// <summary>The value of the scalar, which is not null, or null if it is wrong (reported).</summary>
    public object? Bind(OptionType type, Bounds? bounds, ScalarNode scalar, string path) => type.Kind switch
    {
        ValueKind.Text => scalar.Text,
        ValueKind.Switch => Unquoted(type, scalar, path) ? Switch(scalar, path) : null,
        ValueKind.Integer => Unquoted(type, scalar, path) ? Integer(type, bounds, scalar, path) : null,
        ValueKind.Number => Unquoted(type, scalar, path) ? Number(type, bounds, scalar, path) : null,
        ValueKind.Word => type.FromWord(scalar.Text) ?? Wrong(scalar, path, $"'{scalar.Shown}' is not {type.Description}", Near(type, scalar)),
        ValueKind.Duration => Duration(scalar, path),
        ValueKind.Path => Path(scalar, path),
        ValueKind.Expression => Expression(scalar),
        _ => throw new ArgumentException($"a {type.Kind} is not a scalar", nameof(type)),
    };

    /// <summary>The absolute path that a scalar names.</summary>
    public string FullPath(ScalarNode scalar) =>
        System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(scalar.Text, scalar.FromCommandLine ? currentFolder : root));

    private bool Unquoted(OptionType type, ScalarNode scalar, string path)
    {
        if (scalar.Quoted)
            Wrong(scalar, path, $"\"{scalar.Shown}\" in quotes is text, not {type.Description}", "write it without quotes");
        return !scalar.Quoted;
    }

    private object? Switch(ScalarNode scalar, string path) => scalar.Text switch
    {
        "true" => true,
        "false" => false,
        _ => Wrong(scalar, path, $"'{scalar.Shown}' is neither true nor false"),
    };

    private object? Integer(OptionType type, Bounds? bounds, ScalarNode scalar, string path)
    {
        if (!WholeNumber().IsMatch(scalar.Text))
            return Wrong(scalar, path, $"'{scalar.Shown}' is not a whole number");
        var (least, greatest) = type.ClrType == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        if (!long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            || value < least || value > greatest)
            return Wrong(scalar, path, $"{scalar.Shown} is too {(scalar.Text[0] == '-' ? "small" : "large")} for a whole number");
        if (!InRange(type, bounds, value, scalar, path))
            return null;
        return type.ClrType == typeof(int) ? (object)(int)value : value;
    }

    private object? Number(OptionType type, Bounds? bounds, ScalarNode scalar, string path)
    {
        const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!double.TryParse(scalar.Text, Styles, CultureInfo.InvariantCulture, out var value) || !scalar.Text.Any(char.IsAsciiDigit))
            return Wrong(scalar, path, $"'{scalar.Shown}' is not a number");
        if (!double.IsFinite(value))
            return Wrong(scalar, path, $"{scalar.Shown} is too large for a number");
        return InRange(type, bounds, value, scalar, path) ? value : null;
    }

    private bool InRange(OptionType type, Bounds? bounds, double value, ScalarNode scalar, string path)
    {
        if (bounds is null || bounds.Contains(value))
            return true;
        Wrong(scalar, path, $"{scalar.Shown} is out of range", bounds.Remedy ?? $"give {type.Description} {bounds}");
        return false;
    }

    private object? Duration(ScalarNode scalar, string path) =>
        Tlpipe.Formats.Units.Duration.Parse(scalar.Text) ?? Wrong(scalar, path, $"'{scalar.Shown}' is not a duration", "write 30s, 5min or 2h");

    private object? Path(ScalarNode scalar, string path) =>
        scalar.Text.Contains('\0') ? Wrong(scalar, path, "a path cannot hold the letter NUL")
        : scalar.Text.Length == 0 ? Wrong(scalar, path, "an empty text is not a path")
        : new InputPath(FullPath(scalar), scalar.Text, scalar.Location);

    private Expression? Expression(ScalarNode scalar)
    {
        try
        {
            return Tlpipe.Engine.Options.Expression.ParseAt(scalar.Text, scalar.PlaceOf);
        }
        catch (PipelineException problem)
        {
            foreach (var mistake in problem.Diagnostics)
                mistakes.Add(mistake.Location, scalar.Origin, mistake.Code, mistake.Message);
            return null;
        }
    }

    private static string? Near(OptionType type, ScalarNode scalar) =>
        DidYouMean.Nearest(scalar.Text, type.Words) is { } near ? $"did you mean '{near}'?" : null;

    private object? Wrong(ScalarNode scalar, string path, string wrong, string? remedy = null)
    {
        mistakes.Add(scalar, ErrorCode.BadValue, $"{path}: {wrong}", remedy);
        return null;
    }

    [GeneratedRegex(@"^[-+]?[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex WholeNumber();
}
