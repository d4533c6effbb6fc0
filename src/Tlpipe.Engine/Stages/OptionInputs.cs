// The references that bound options make.
using System.Collections;
using System.Globalization;
using Tlpipe.Engine.Config;

namespace Tlpipe.Engine.Stages;

/// <summary>Finds them in a record, under the roles that a key has them by: <c>table</c>, <c>model.config_of</c>, <c>results[0]</c>.</summary>
internal static class OptionInputs
{
    public static IEnumerable<InputUse> Of(OptionModel model, object options, string prefix = "") =>
        model.Options.SelectMany(option => In(option.Type, option.Get(options), prefix + option.Name));

    private static IEnumerable<InputUse> In(OptionType type, object? value, string role) => (type.Kind, value) switch
    {
        (_, null) => [],
        (ValueKind.Input, Input input) => [new InputUse(role, input)],
        (ValueKind.Record, _) => Of(type.Record!, value, role + "."),
        (ValueKind.List, IEnumerable list) => list.Cast<object?>().SelectMany(
            (element, i) => In(type.Element!, element, string.Create(CultureInfo.InvariantCulture, $"{role}[{i}]"))),
        (ValueKind.Map, IDictionary map) => map.Keys.Cast<string>().SelectMany(key => In(type.Element!, map[key], $"{role}.{key}")),
        _ => [],
    };
}
