// The files and folders that bound options name.
using System.Collections;
using System.Globalization;
using Tlpipe.Engine.Config;

namespace Tlpipe.Engine.Stages;

/// <summary>Finds them in a record, under the roles that a key has them by: <c>path</c>, <c>model.path</c>, <c>paths[0]</c>.</summary>
internal static class OptionPaths
{
    public static IEnumerable<PathUse> Of(OptionModel model, object options, string prefix = "") =>
        model.Options.SelectMany(option => In(option.Type, option.Patterns, option.Get(options), prefix + option.Name));

    private static IEnumerable<PathUse> In(OptionType type, IReadOnlyList<string> patterns, object? value, string role) => (type.Kind, value) switch
    {
        (_, null) => [],
        (ValueKind.Path, InputPath path) => [new PathUse(role, path, patterns)],
        (ValueKind.Record, _) => Of(type.Record!, value, role + "."),
        (ValueKind.List, IEnumerable list) => list.Cast<object?>().SelectMany(
            (element, i) => In(type.Element!, patterns, element, string.Create(CultureInfo.InvariantCulture, $"{role}[{i}]"))),
        (ValueKind.Map, IDictionary map) => map.Keys.Cast<string>().SelectMany(key => In(type.Element!, patterns, map[key], $"{role}.{key}")),
        _ => [],
    };
}
