// The documentation of an option: its type, bounds and default, its meaning, and where Hugging Face has it.
using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Options;
using Tlpipe.Formats;
using Tlpipe.Formats.Units;

namespace Tlpipe.Reference;

/// <summary>
/// Words about options. A doc comment may have a sentence "Default: X.", which is not part of the meaning. An option that has a value anyway shows
/// that value; if it has none, X describes the behaviour without it.
/// </summary>
internal static partial class OptionText
{
    /// <summary>Type, bounds and default: <c>a number from 0 to 1, default 0.1</c>.</summary>
    public static string Facts(Option option)
    {
        var facts = option.Bounds is { } bounds ? $"{option.Type.Description} {bounds}" : option.Type.Description;
        facts += option.Required ? ", required"
            : option.Type.Kind == ValueKind.Record && option.Default is not null ? ""
            : Default(option) is { } value ? $", default {value}"
            : ", optional";
        return option.ExecutionOnly ? facts + "; not part of a result's identity" : facts;
    }

    /// <summary>The doc comment without its sentence about the default.</summary>
    public static string Meaning(Option option) => DefaultSentence().Replace(DocComments.Of(option.Property), "").Trim();

    /// <summary>The default that the doc comment states; null if it states none.</summary>
    public static string? StatedDefault(Option option) =>
        DefaultSentence().Match(DocComments.Of(option.Property)) is { Success: true } sentence ? sentence.Groups["default"].Value : null;

    /// <summary>The class or function that has the option under the same name; empty if there is none.</summary>
    public static string HuggingFaceOwner(Option option) =>
        (option.Property.GetCustomAttribute<HuggingFaceAttribute>() ?? option.Property.DeclaringType?.GetCustomAttribute<HuggingFaceAttribute>())?.Owner ?? "";

    /// <summary>The value itself with the comment's addition; without a value, the comment's text alone.</summary>
    private static string? Default(Option option)
    {
        var stated = StatedDefault(option);
        if (option.Default is null or ICollection { Count: 0 })
            return stated ?? (option.NamesOf is { } names ? $"the names of {names}" : null);
        var value = Shown(option);
        return stated?.StartsWith(value + ", ", StringComparison.Ordinal) == true ? stated : value;
    }

    private static string Shown(Option option) => option.Default switch
    {
        TimeSpan duration => Duration.Option(duration),
        string { Length: 0 } => "\"\"",
        string text => text,
        double number => number.ToString("R", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal).Replace('E', 'e'),
        var other => OptionsDocument.WriteValue(option.Type, other, references: true)?.ToJsonString().Trim('"') ?? "none",
    };

    [GeneratedRegex(@"\s*\bDefault:? (?<default>.+?)\.(?= |$)", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultSentence();
}
