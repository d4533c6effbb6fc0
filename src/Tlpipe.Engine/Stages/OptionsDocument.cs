// Bound options as JSON and back: for keys, and for the process that computes a stage.
using System.Collections;
using System.Globalization;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Config;

namespace Tlpipe.Engine.Stages;

/// <summary>Writes and reads options records.</summary>
public static class OptionsDocument
{
    /// <summary>Writes options with every default applied.</summary>
    /// <param name="model">The record's model.</param>
    /// <param name="options">The record.</param>
    /// <param name="executionOnly">Whether to write the options that are left out of keys, or the others.</param>
    /// <param name="references">Whether to write references and paths too, which a key holds by content instead.</param>
    public static JsonObject Write(OptionModel model, object options, bool executionOnly, bool references = false)
    {
        var document = new JsonObject();
        foreach (var option in model.Options.Where(o => o.ExecutionOnly == executionOnly))
        {
            var value = option.Property.GetValue(options);
            if (!references && IsReference(option.Type))
                continue;
            document[option.Name] = WriteValue(value, references);
        }
        return document;
    }

    /// <summary>Makes the record of which <see cref="Write"/> wrote both parts, references included.</summary>
    public static object Read(OptionModel model, JsonObject semantic, JsonObject executionOnly)
    {
        var options = model.NewRecord();
        foreach (var option in model.Options)
        {
            var part = option.ExecutionOnly ? executionOnly : semantic;
            if (part.TryGetPropertyValue(option.Name, out var node))
                option.Property.SetValue(options, ReadValue(node, option.Type));
        }
        return options;
    }

    private static bool IsReference(Type type) => (OptionModel.ElementOf(type) ?? type) is var t && (t == typeof(Input) || t == typeof(InputPath));

    private static JsonNode? WriteValue(object? value, bool references) => value switch
    {
        null => null,
        string text => text,
        bool b => b,
        int i => i,
        long l => l,
        // A whole double is written as a whole number, so that 3 and 3.0 have one key.
        double d => d,
        Enum e => OptionModel.WordOf(e),
        Expression e => e.ToString(),
        Input input => new JsonObject { ["stage"] = input.Stage, ["output"] = input.Output },
        InputPath path => new JsonObject { ["path"] = path.FullPath, ["text"] = path.Text },
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(item => WriteValue(item, references))]),
        _ => Write(OptionModel.Of(value.GetType()), value, executionOnly: false, references),
    };

    private static object? ReadValue(JsonNode? node, Type type)
    {
        if (node is null)
            return null;
        if (type == typeof(string))
            return node.GetValue<string>();
        if (type == typeof(bool))
            return node.GetValue<bool>();
        if (type == typeof(int) || type == typeof(long) || type == typeof(double))
            return Convert.ChangeType(double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) is var d && type == typeof(double) ? d : long.Parse(node.ToJsonString(), CultureInfo.InvariantCulture), type, CultureInfo.InvariantCulture);
        if (type.IsEnum)
            return Enum.GetValues(type).Cast<object>().Single(v => OptionModel.WordOf(v) == node.GetValue<string>());
        if (type == typeof(Expression))
            return Expression.Parse(node.GetValue<string>(), at: null);
        if (type == typeof(Input))
            return new Input(node["stage"]!.GetValue<string>(), node["output"]!.GetValue<string>(), Location: null);
        if (type == typeof(InputPath))
            return new InputPath(node["path"]!.GetValue<string>(), node["text"]!.GetValue<string>(), Location: null);
        if (OptionModel.ElementOf(type) is { } element)
        {
            var items = node.AsArray();
            var list = Array.CreateInstance(element, items.Count);
            for (var i = 0; i < items.Count; i++)
                list.SetValue(ReadValue(items[i], element), i);
            return list;
        }
        return Read(OptionModel.Of(type), node.AsObject(), []);
    }
}
