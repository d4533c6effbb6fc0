// The JSON Schema of configs, made from the option records.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Config;

/// <summary>
/// Makes the JSON Schema (draft 7, which editors know best) of configs. It refuses mistakes that can be found without following references: unknown keys,
/// kinds and options, wrong types, numbers out of range, options that are missing. <c>$(name)</c> is allowed for any value.
/// </summary>
/// <param name="catalog">The stage kinds.</param>
/// <param name="stageMeaning">The description of a stage kind, in a sentence or two.</param>
/// <param name="optionMeaning">The description of an option.</param>
public sealed class ConfigSchema(StageCatalog catalog, Func<StageKind, string> stageMeaning, Func<Option, string> optionMeaning)
{
    private const string Name = "^[A-Za-z_][A-Za-z0-9_-]*$";

    public JsonObject ToJson() => new()
    {
        ["$schema"] = "http://json-schema.org/draft-07/schema#",
        ["title"] = "A pipeline of tlpipe",
        ["type"] = "object",
        ["additionalProperties"] = false,
        ["properties"] = Sections(),
        // An import may supply the keys that a file with imports lacks.
        ["if"] = new JsonObject { ["required"] = Words("imports") },
        ["else"] = new JsonObject
        {
            ["required"] = Words("stages"),
            ["properties"] = new JsonObject
            {
                ["stages"] = new JsonObject { ["minProperties"] = 1, ["additionalProperties"] = new JsonObject { ["required"] = Words("uses") } },
            },
        },
        ["definitions"] = Definitions(),
    };

    private static JsonObject Sections() => new()
    {
        ["name"] = Described("The pipeline's name, and that of its folder under outputs. Default: the file's.", Type("string", "number")),
        ["root"] = Described("What paths in the config are relative to; itself relative to the config's folder. Default: that folder.", Type("string")),
        ["imports"] = Described(
            "Configs to read first; what this one says wins.",
            AnyOf(Type("string"), ListOf(AnyOf(Type("string"), new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = false,
                ["required"] = Words("path"),
                ["properties"] = new JsonObject { ["path"] = Type("string"), ["when"] = Reference("condition") },
            })))),
        ["properties"] = Described(
            "Values that $(name) stands for anywhere below; -p name=value replaces them.",
            new JsonObject { ["type"] = AnyType("object", "null"), ["propertyNames"] = new JsonObject { ["pattern"] = Name } }),
        ["targets"] = Described(
            "Named groups of stages, for -t.",
            new JsonObject
            {
                ["type"] = AnyType("object", "null"),
                ["propertyNames"] = new JsonObject { ["pattern"] = Name },
                ["additionalProperties"] = AnyOf(Type("string"), ListOf(Type("string"))),
            }),
        ["stages"] = Described(
            "The stages, by name.",
            new JsonObject
            {
                ["type"] = "object",
                ["propertyNames"] = new JsonObject { ["pattern"] = Name },
                ["additionalProperties"] = Reference("stage"),
            }),
        ["runtime"] = Described("Where and how to run; never part of a result's identity.", Reference("runtime")),
        ["numerics"] = Described("How numbers are computed; part of a result's identity where a stage computes with tensors.", Reference("numerics")),
    };

    private JsonObject Definitions()
    {
        var definitions = new JsonObject
        {
            ["use"] = new JsonObject { ["type"] = "string", ["pattern"] = @"\$\(" },
            ["condition"] = Described(
                "An expression over properties, such as size == 'small' and not gpu; without it, or where it is true, this is there.",
                Type("string", "boolean")),
            ["runtime"] = Record(OptionModel.Of(typeof(RuntimeOptions)), isWhole: true),
            ["numerics"] = Record(OptionModel.Of(typeof(NumericsOptions)), isWhole: true),
            ["stage"] = Stage(),
        };
        foreach (var kind in catalog.Kinds)
            definitions[kind.Kind] = AnyOf(Record(kind.Options, isWhole: true), Reference("use"));
        return definitions;
    }

    private JsonObject Stage()
    {
        var kinds = new JsonArray();
        var options = new JsonArray();
        foreach (var kind in catalog.Kinds)
        {
            kinds.Add(Described(stageMeaning(kind), new JsonObject { ["const"] = kind.Kind }));
            var then = new JsonObject { ["properties"] = new JsonObject { ["with"] = Reference(kind.Kind) } };
            if (kind.Options.Options.Any(option => option.Required))
                then["required"] = Words("with");
            options.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["required"] = Words("uses"), ["properties"] = new JsonObject { ["uses"] = new JsonObject { ["const"] = kind.Kind } } },
                ["then"] = then,
            });
        }
        kinds.Add(Reference("use"));
        return new JsonObject
        {
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["uses"] = Described("The kind of stage; 'tlpipe stages' lists them.", new JsonObject { ["anyOf"] = kinds }),
                ["with"] = Described("The stage's options.", Type("object", "string", "null")),
                ["when"] = Reference("condition"),
                ["matrix"] = Described(
                    "One stage, an instance for each value; several axes multiply. A range is 1..5.",
                    AnyOf(
                        new JsonObject
                        {
                            ["type"] = "object",
                            ["minProperties"] = 1,
                            ["additionalProperties"] = AnyOf(
                                new JsonObject { ["type"] = "array", ["minItems"] = 1, ["items"] = Type("string", "number", "boolean") },
                                new JsonObject { ["type"] = "string", ["pattern"] = @"^[0-9]+\.\.[0-9]+$|\$\(" }),
                        },
                        Reference("use"))),
                ["after"] = Described("Stages to wait for although nothing of theirs is read.", AnyOf(ListOf(Type("string")), Reference("use"))),
                ["expect"] = Described(
                    "Counts that plan works with until the stage has run, such as rows: 600; a run warns where they come out otherwise.",
                    Type("object", "string", "null")),
            },
            ["allOf"] = options,
        };
    }

    private JsonObject Record(OptionModel model, bool isWhole)
    {
        var properties = new JsonObject();
        foreach (var option in model.Options)
        {
            var value = Value(option.Type, option.Bounds);
            if (option is { Required: false, Default: { } standard } && option.Type.Kind is not (ValueKind.Record or ValueKind.Duration))
                value["default"] = OptionsDocument.WriteValue(option.Type, standard, references: true);
            properties[option.Name] = Described(optionMeaning(option), value);
            foreach (var old in option.OldNamesAreRefused ? [] : option.OldNames)
                properties[old] = new JsonObject { ["description"] = $"Now {option.Name}.", ["deprecated"] = true };
        }
        var record = new JsonObject { ["type"] = isWhole ? AnyType("object", "null") : "object", ["additionalProperties"] = false, ["properties"] = properties };
        // An option can still go by an old name.
        if (model.Options.Where(option => option.Required && (option.OldNamesAreRefused || option.OldNames.Count == 0)).Select(option => option.Name).ToArray() is { Length: > 0 } required)
            record["required"] = Words(required);
        return record;
    }

    private JsonObject Value(OptionType type, Bounds? bounds)
    {
        var value = type.Kind switch
        {
            ValueKind.Text => Type("string", "number", "boolean"),
            ValueKind.Switch => AnyOf(Type("boolean"), Reference("use")),
            ValueKind.Integer => AnyOf(Bounded("integer", bounds), Reference("use")),
            ValueKind.Number => AnyOf(Bounded("number", bounds), Reference("use")),
            ValueKind.Word => AnyOf(new JsonObject { ["enum"] = Words([.. type.Words]) }, Reference("use")),
            ValueKind.Duration => new JsonObject { ["type"] = "string", ["pattern"] = @"^[0-9]+(s|min|h|d)$|\$\(" },
            ValueKind.Input => new JsonObject { ["type"] = "string", ["pattern"] = @"^[A-Za-z_]|\$\(" },
            ValueKind.Path => new JsonObject { ["type"] = AnyType("string", "number"), ["minLength"] = 1 },
            ValueKind.Expression => Type("string", "boolean"),
            ValueKind.Secret => new JsonObject { ["type"] = "string", ["pattern"] = @"^env:[A-Za-z_][A-Za-z0-9_]*$|^\$\(" },
            ValueKind.Record => Nested(type.Record!),
            ValueKind.Map => AnyOf(new JsonObject { ["type"] = "object", ["additionalProperties"] = Value(type.Element!, bounds) }, Reference("use")),
            _ when type.Element!.Kind == ValueKind.Input => AnyOf(ListOf(Value(type.Element, bounds)), Value(type.Element, bounds)),
            _ => AnyOf(ListOf(Value(type.Element!, bounds)), Reference("use")),
        };
        return type.Nullable ? AnyOf(value, Type("null")) : value;
    }

    private JsonObject Nested(OptionModel record) => record.Shorthand is { } shorthand
        ? AnyOf(Record(record, isWhole: false), Value(shorthand.Type, shorthand.Bounds))
        : AnyOf(Record(record, isWhole: false), Reference("use"));

    private static JsonObject Bounded(string type, Bounds? bounds)
    {
        var number = Type(type);
        if (bounds is not null)
            number[bounds.AboveLeast ? "exclusiveMinimum" : "minimum"] = bounds.Least;
        if (bounds is not null && double.IsFinite(bounds.Greatest))
            number[bounds.BelowGreatest ? "exclusiveMaximum" : "maximum"] = bounds.Greatest;
        return number;
    }

    private static JsonObject Type(params string[] types) => new() { ["type"] = AnyType(types) };

    private static JsonNode AnyType(params string[] types) => types is [var only] ? JsonValue.Create(only) : Words(types);

    private static JsonArray Words(params string[] words) => [.. words.Select(word => (JsonNode?)word)];

    private static JsonObject ListOf(JsonObject element) => new() { ["type"] = "array", ["items"] = element };

    private static JsonObject Reference(string definition) => new() { ["$ref"] = "#/definitions/" + definition };

    /// <summary>One of several; nested alternatives are flattened.</summary>
    private static JsonObject AnyOf(params JsonObject[] choices)
    {
        var all = new JsonArray();
        foreach (var choice in choices)
            if (choice is { Count: 1 } && choice["anyOf"] is JsonArray inner)
                foreach (var part in inner)
                    all.Add(part?.DeepClone());
            else
                all.Add(choice);
        return new JsonObject { ["anyOf"] = all };
    }

    /// <summary>A schema with a description. Draft 7 ignores everything beside a reference, so references are wrapped.</summary>
    private static JsonObject Described(string meaning, JsonObject schema)
    {
        if (meaning.Length == 0)
            return schema;
        var described = new JsonObject { ["description"] = meaning };
        if (schema.ContainsKey("$ref"))
            described["allOf"] = new JsonArray(schema);
        else
            foreach (var (key, value) in schema)
                described[key] = value?.DeepClone();
        return described;
    }
}
