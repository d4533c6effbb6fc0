// The references that bound options make, and the files and folders that they name.
using System.Collections;
using System.Globalization;

namespace Tlpipe.Engine.Options;

/// <summary>A reference that a stage instance makes.</summary>
/// <param name="Role">The option's path: <c>table</c>, <c>model.config_of</c>, <c>results[0]</c>.</param>
/// <param name="Input">The instance that is referred to.</param>
public sealed record InputUse(string Role, Input Input);

/// <summary>A file or folder that a stage instance reads.</summary>
/// <param name="Role">The option's path.</param>
/// <param name="Path">The path; whether it exists was not looked at.</param>
/// <param name="Patterns">For a folder: the names of the files that belong to it; empty means all.</param>
public sealed record PathUse(string Role, InputPath Path, IReadOnlyList<string> Patterns);

/// <summary>Finds uses in a record, under the roles that a key has them by.</summary>
internal static class OptionUses
{
    /// <summary>The references: <c>table</c>, <c>model.config_of</c>, <c>results[0]</c>.</summary>
    public static IEnumerable<InputUse> Inputs(OptionModel model, object options) =>
        Values(model, options, "").Where(use => use.Value is Input).Select(use => new InputUse(use.Role, (Input)use.Value));

    /// <summary>The files and folders: <c>path</c>, <c>model.path</c>, <c>paths[0]</c>.</summary>
    public static IEnumerable<PathUse> Paths(OptionModel model, object options) =>
        Values(model, options, "").Where(use => use.Value is InputPath).Select(use => new PathUse(use.Role, (InputPath)use.Value, use.Option.Patterns));

    private static IEnumerable<(string Role, Option Option, object Value)> Values(OptionModel model, object options, string prefix) =>
        model.Options.SelectMany(option => In(option, option.Type, option.Get(options), prefix + option.Name));

    private static IEnumerable<(string Role, Option Option, object Value)> In(Option option, OptionType type, object? value, string role) => (type.Kind, value) switch
    {
        (_, null) => [],
        (ValueKind.Input or ValueKind.Path, _) => [(role, option, value)],
        (ValueKind.Record, _) => Values(type.Record!, value, role + "."),
        (ValueKind.List, IEnumerable list) => list.Cast<object?>().SelectMany(
            (element, i) => In(option, type.Element!, element, string.Create(CultureInfo.InvariantCulture, $"{role}[{i}]"))),
        (ValueKind.Map, IDictionary map) => map.Keys.Cast<string>().SelectMany(key => In(option, type.Element!, map[key], $"{role}.{key}")),
        _ => [],
    };
}
