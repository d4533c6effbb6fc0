// Bound options as JSON and back: for keys, and for the process that runs a stage.
using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Options;

/// <summary>Bound options as JSON and back.</summary>
public static class OptionsDocument
{
    /// <summary>
    /// Writes the semantic options or the execution-only ones, with every default applied: names in snake_case, enums as their
    /// words, expressions as canonical text, durations in seconds. Everything below an execution-only option is execution-only.
    /// </summary>
    /// <param name="model">The record's options.</param>
    /// <param name="options">The record.</param>
    /// <param name="executionOnly">Whether to write the execution-only options and not the others.</param>
    /// <param name="references">
    /// Whether inputs and paths are written too, so that <see cref="Read"/> can rebuild the record. A key leaves them out: the
    /// digests of their content are elsewhere in it.
    /// </param>
    public static JsonObject Write(OptionModel model, object options, bool executionOnly, bool references = false)
    {
        var json = new JsonObject();
        foreach (var option in model.Options)
        {
            if (!references && Refers(option.Type))
                continue;
            var value = option.Get(options);
            if (option.Type.Kind == ValueKind.Record && value is not null && !option.ExecutionOnly)
            {
                var nested = Write(option.Type.Record!, value, executionOnly, references);
                if (!executionOnly || nested.Count > 0)
                    Add(json, option, nested, references || executionOnly);
            }
            else if (option.ExecutionOnly == executionOnly)
            {
                Add(json, option, WriteValue(option.Type, value, references), references || executionOnly);
            }
        }
        return json;
    }

    /// <summary>Rebuilds a record from a document that <see cref="Write"/> wrote with references.</summary>
    /// <exception cref="FormatException">The documents are not of that model: another version wrote them.</exception>
    public static object Read(OptionModel model, JsonObject semantic, JsonObject executionOnly)
    {
        var options = model.Create();
        foreach (var option in model.Options)
        {
            var source = option.ExecutionOnly ? executionOnly : semantic;
            var name = NameIn(source, option) ?? throw new FormatException($"the options document has no {option.Name}");
            var value = source[name];
            option.Set(options, option.Type.Kind == ValueKind.Record && value is JsonObject nested && !option.ExecutionOnly
                ? Read(option.Type.Record!, nested, (NameIn(executionOnly, option) is { } nameThere ? executionOnly[nameThere] as JsonObject : null) ?? [])
                : ReadValue(option.Type, value, option.Name));
        }
        return options;
    }

    /// <summary>The name by which a document has an option; null if it does not have it.</summary>
    private static string? NameIn(JsonObject document, Option option) =>
        document.ContainsKey(option.Name) ? option.Name : option.OldNames.FirstOrDefault(document.ContainsKey);

    // A document to be read back has every option by its name; one for a key has the oldest names and omits options that were added later and change nothing.
    private static void Add(JsonObject json, Option option, JsonNode? value, bool all)
    {
        if (all || option.LeftOutAt is not { } before || CanonicalJson.Text(value) != before)
            json[all ? option.Name : option.KeyName] = value;
    }

    private static bool Refers(OptionType type) =>
        type.Kind is ValueKind.Input or ValueKind.Path || type.Element is { Kind: ValueKind.Input or ValueKind.Path };

    /// <summary>A value as JSON in a document.</summary>
    public static JsonNode? WriteValue(OptionType type, object? value, bool references) => value is null ? null : type.Kind switch
    {
        ValueKind.Text => JsonValue.Create((string)value),
        ValueKind.Switch => JsonValue.Create((bool)value),
        ValueKind.Integer => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        ValueKind.Number => JsonValue.Create((double)value),
        ValueKind.Word => JsonValue.Create(type.ToWord(value)),
        ValueKind.Duration => JsonValue.Create(((TimeSpan)value).TotalSeconds),
        ValueKind.Expression => JsonValue.Create(((Expression)value).ToString()),
        ValueKind.Secret => new JsonObject { ["env"] = ((Secret)value).Variable },
        ValueKind.Input => new JsonObject { ["stage"] = ((Input)value).Stage, ["output"] = ((Input)value).Output },
        ValueKind.Path => new JsonObject { ["path"] = ((InputPath)value).FullPath, ["text"] = ((InputPath)value).Text },
        ValueKind.Record => WriteWhole(type.Record!, value, references),
        ValueKind.Map => WriteMap(type.Element!, (IDictionary)value, references),
        _ => new JsonArray([.. ((IEnumerable)value).Cast<object?>().Select(element => WriteValue(type.Element!, element, references))]),
    };

    private static JsonObject WriteMap(OptionType element, IDictionary values, bool references)
    {
        var json = new JsonObject();
        foreach (DictionaryEntry entry in values)
            json[(string)entry.Key] = WriteValue(element, entry.Value, references);
        return json;
    }

    /// <summary>A record whose parts are not distinguished: below an execution-only option, or in a list.</summary>
    private static JsonObject WriteWhole(OptionModel model, object options, bool references)
    {
        var json = new JsonObject();
        foreach (var option in model.Options)
            if (references || !Refers(option.Type))
                Add(json, option, WriteValue(option.Type, option.Get(options), references), references);
        return json;
    }

    private static object? ReadValue(OptionType type, JsonNode? value, string name)
    {
        if (value is null)
            return type.Nullable ? null : throw new FormatException($"the options document has null for {name}");
        switch (type.Kind)
        {
            case ValueKind.Text:
                return value.GetValue<string>();
            case ValueKind.Switch:
                return value.GetValue<bool>();
            case ValueKind.Integer:
                return Convert.ChangeType(value.GetValue<long>(), type.ClrType, CultureInfo.InvariantCulture);
            case ValueKind.Number:
                return value.GetValue<double>();
            case ValueKind.Word:
                return type.FromWord(value.GetValue<string>()) ?? throw new FormatException($"the options document has {value} for {name}");
            case ValueKind.Duration:
                return TimeSpan.FromSeconds(value.GetValue<double>());
            case ValueKind.Expression:
                return Expression.Parse(value.GetValue<string>(), at: null);
            case ValueKind.Secret:
                return new Secret(TextOf(value, "env"));
            case ValueKind.Input:
                return new Input(TextOf(value, "stage"), TextOf(value, "output"), null);
            case ValueKind.Path:
                return new InputPath(TextOf(value, "path"), TextOf(value, "text"), null);
            case ValueKind.Record:
                return Read(type.Record!, value.AsObject(), value.AsObject());
            case ValueKind.Map:
                var map = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), type.Element!.ClrType))!;
                foreach (var (key, member) in value.AsObject())
                    map[key] = ReadValue(type.Element!, member, $"{name}.{key}");
                return map;
            default:
                var elements = value.AsArray();
                var list = Array.CreateInstance(type.Element!.ClrType, elements.Count);
                for (var i = 0; i < elements.Count; i++)
                    list.SetValue(ReadValue(type.Element!, elements[i], name), i);
                return list;
        }
    }

    private static string TextOf(JsonNode value, string name) =>
        value[name]?.GetValue<string>() ?? throw new FormatException($"the options document has a reference without {name}");
}
