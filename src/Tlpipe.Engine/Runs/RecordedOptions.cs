// A recorded stage's options, bound to the record of its kind.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Runs;

/// <summary>Reads the options that <see cref="ResolvedPipeline"/> has by path, so that a recorded stage can be asked with types as a stage of a pipeline can.</summary>
public static class RecordedOptions
{
    /// <summary>
    /// The options record of a stage. An option that the recording version did not have has its default. Null if the kind is not in the catalog, or its
    /// options have changed too much to be read.
    /// </summary>
    public static object? Of(ResolvedStage stage, StageCatalog catalog)
    {
        if (!catalog.TryGet(stage.Kind, out var kind))
            return null;
        try
        {
            var document = Document(kind.Options, "", stage.Options);
            return OptionsDocument.Read(kind.Options, document, document);
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    private static JsonObject Document(OptionModel model, string prefix, IReadOnlyDictionary<string, JsonNode?> options)
    {
        var document = new JsonObject();
        foreach (var option in model.Options)
        {
            // A version before may have recorded it by an old name.
            if (option.OldNames.Prepend(option.Name).Select(name => prefix + name).FirstOrDefault(name => IsIn(options, name)) is { } path)
                document[option.Name] = Value(option.Type, path, options);
            else if (!option.Required)
                document[option.Name] = OptionsDocument.WriteValue(option.Type, option.Default, references: true);
        }
        return document;
    }

    private static JsonNode? Value(OptionType type, string path, IReadOnlyDictionary<string, JsonNode?> options)
    {
        var isWhole = options.TryGetValue(path, out var value);
        if (isWhole && value is null)
            return null;
        return type.Kind switch
        {
            // Its execution-only options have paths of their own, even if its other options are recorded as a whole.
            ValueKind.Record => Document(type.Record!, path + ".", options),
            ValueKind.Input => Reference(TextOf(value, path)),
            ValueKind.Path => new JsonObject { ["path"] = TextOf(value, path), ["text"] = TextOf(value, path) },
            _ when isWhole => value!.DeepClone(),
            ValueKind.List => new JsonArray([.. Enumerable.Range(0, int.MaxValue).Select(i => $"{path}[{i}]").TakeWhile(item => IsIn(options, item)).Select(item => Value(type.Element!, item, options))]),
            _ => new JsonObject(options.Where(option => option.Key.StartsWith(path + ".", StringComparison.Ordinal))
                .Select(option => KeyValuePair.Create(option.Key[(path.Length + 1)..], option.Value?.DeepClone()))),
        };
    }

    /// <summary>Whether a value is recorded, as a whole or in parts.</summary>
    private static bool IsIn(IReadOnlyDictionary<string, JsonNode?> options, string path) =>
        options.ContainsKey(path) || options.Keys.Any(key => key.Length > path.Length && key.StartsWith(path, StringComparison.Ordinal) && (key[path.Length] is '.' or '['));

    private static string TextOf(JsonNode? value, string path) => value?.GetValue<string>() ?? throw new FormatException($"{path} is not text");

    private static JsonObject Reference(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0
            ? new JsonObject { ["stage"] = text[..colon], ["output"] = text[(colon + 1)..] }
            : throw new FormatException($"'{text}' is not a reference");
    }
}
