// A bound pipeline as a config again, with nothing left to look up.
using System.Collections;
using System.Globalization;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>Makes the tree of a resolved pipeline. Each node has the place and origin of the value; one without either is a default.</summary>
internal static class ResolvedConfig
{
    public static MappingNode Of(Pipeline pipeline)
    {
        var entries = new List<Entry>
        {
            Key("name", Scalar(pipeline.Name, isText: true, Written(pipeline, "name"))),
            Key("root", Scalar(pipeline.Root, isText: true, Written(pipeline, "root"))),
        };
        if (pipeline.Properties.Count > 0)
            entries.Add(Key("properties", Mapping(pipeline.Properties.Select(property => Key(property.Key, Property(property.Key, property.Value))))));
        entries.Add(Key("stages", Mapping(pipeline.Stages.Select(stage => Key(stage.Name, Stage(stage))))));
        if (pipeline.Targets.Count > 0)
            entries.Add(Key("targets", Mapping(pipeline.Targets.Select(target => Key(target.Key, Names(target.Value))))));
        entries.Add(Key("runtime", Record(OptionModel.Of(typeof(RuntimeOptions)), pipeline.Runtime, option => pipeline.OriginOf("runtime." + option), "")));
        entries.Add(Key("numerics", Record(OptionModel.Of(typeof(NumericsOptions)), pipeline.Numerics, option => pipeline.OriginOf("numerics." + option), "")));
        return Mapping(entries);
    }

    /// <summary>A property's own place is enough; naming the property as its own origin would repeat it.</summary>
    private static Node Property(string name, Node value) =>
        value.Origin?.Text == $"property '{name}', {value.Location}" ? value with { Origin = null } : value;

    private static MappingNode Stage(StageInstance stage)
    {
        var place = new ValueOrigin(OriginKind.Config, stage.Location, null);
        var entries = new List<Entry> { Key("uses", Scalar(stage.Kind.Kind, isText: true, place)) };
        var with = Record(stage.Kind.Options, stage.Options, stage.OriginOf, "");
        if (!with.Entries.IsEmpty)
            entries.Add(Key("with", with));
        if (stage.After.Count > 0)
            entries.Add(Key("after", Names(stage.After)));
        return Mapping(entries);
    }

    private static MappingNode Record(OptionModel model, object options, Func<string, ValueOrigin> originOf, string path) =>
        Mapping(model.Options.Select(option =>
        {
            var inner = path.Length == 0 ? option.Name : $"{path}.{option.Name}";
            return Key(option.Name, Value(option.Type, option.Get(options), originOf, inner));
        }));

    private static Node Value(OptionType type, object? value, Func<string, ValueOrigin> originOf, string path)
    {
        var origin = originOf(path);
        if (value is null)
            return Scalar("null", isText: false, origin);
        return type.Kind switch
        {
            ValueKind.Switch => Scalar((bool)value ? "true" : "false", isText: false, origin),
            ValueKind.Integer => Scalar(Convert.ToString(value, CultureInfo.InvariantCulture)!, isText: false, origin),
            ValueKind.Number => Scalar(((double)value).ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'), isText: false, origin),
            ValueKind.Word => Scalar(type.ToWord(value), isText: true, origin),
            ValueKind.Duration => Scalar(Tlpipe.Formats.Units.Duration.Option((TimeSpan)value), isText: true, origin),
            ValueKind.Input => Scalar(Reference((Input)value), isText: true, origin),
            ValueKind.Path => Scalar(((InputPath)value).FullPath, isText: true, origin),
            ValueKind.Secret => new SecretNode { Location = origin.Location, Origin = OriginIn(origin), Variable = ((Secret)value).Variable },
            ValueKind.Record => Record(type.Record!, value, originOf, path),
            ValueKind.Map => Mapping(((IDictionary)value).Keys.Cast<string>().Order(StringComparer.Ordinal)
                .Select(key => Key(key, Value(type.Element!, ((IDictionary)value)[key], originOf, $"{path}.{key}")))),
            ValueKind.List => new ListNode
            {
                Location = origin.Location,
                Origin = OriginIn(origin),
                Elements = [.. ((IEnumerable)value).Cast<object?>().Select((element, i) => Value(type.Element!, element, originOf, $"{path}[{i}]"))],
            },
            _ => Scalar(value.ToString()!, isText: true, origin),
        };
    }

    private static string Reference(Input input) => $"{input.Stage}:{input.Output}";

    private static ListNode Names(IReadOnlyList<string> names) => new()
    {
        Location = null,
        Elements = [.. names.Select(name => Scalar(name, isText: true, ValueOrigin.Default))],
    };

    private static ValueOrigin Written(Pipeline pipeline, string key) =>
        pipeline.Document[key] is { } entry ? ValueOrigin.Of(entry.Value) : ValueOrigin.Default;

    private static ScalarNode Scalar(string text, bool isText, ValueOrigin origin) =>
        new() { Location = origin.Location, Origin = OriginIn(origin), Text = text, Quoted = isText };

    private static Origin? OriginIn(ValueOrigin origin) =>
        origin.Through is { } through ? new Origin(through, origin.Kind == OriginKind.CommandLine) : null;

    private static Entry Key(string name, Node value) => new(name, null, value);

    private static MappingNode Mapping(IEnumerable<Entry> entries) => new() { Location = null, Entries = [.. entries] };
}
