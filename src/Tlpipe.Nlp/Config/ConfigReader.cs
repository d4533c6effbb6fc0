// Reads values of a config.json, naming key and value where one cannot be used.
using System.Text.Json.Nodes;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Config;

/// <summary>A config.json's values by key; null and a missing key are the same.</summary>
internal sealed class ConfigReader(JsonObject root, string path)
{
    public JsonObject Root => root;

    public string Path => path;

    public int Size(string key) =>
        Integer(key) is { } value ? Positive(key, value) : throw new InputException($"{path} has no {key}; give the config.json of a BERT model");

    public int Size(string key, int otherwise) => Positive(key, Integer(key) ?? otherwise);

    public int? Integer(string key) => Value<int>(key, "a whole number");

    public double? Number(string key) => Value<double>(key, "a number");

    public bool? Flag(string key) => Value<bool>(key, "true or false");

    public double? Probability(string key)
    {
        var value = Number(key);
        if (value is < 0 or >= 1)
            throw new InputException($"{path}: {key} is {value}; give a number from 0 to below 1");
        return value;
    }

    public string? Text(string key) =>
        root[key] is null ? null : root[key] is JsonValue node && node.TryGetValue<string>(out var text) ? text : throw Wrong(key, "a text");

    /// <summary>Refuses a value that is not supported.</summary>
    public void Require(string key, string? value, params string[] supported)
    {
        if (value is not null && !supported.Contains(value))
            throw new InputException($"{path}: {key} is '{value}', which tlpipe's BERT cannot honour; supported: {string.Join(", ", supported)}");
    }

    public string? FirstArchitecture() =>
        root["architectures"] is JsonArray { Count: > 0 } names && names[0] is JsonValue name && name.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The names in <c>id2label</c>, else as many default names as <c>num_labels</c> says, else two.</summary>
    public IReadOnlyList<string> Labels()
    {
        if (root["id2label"] is null)
            return BertConfig.DefaultLabels(Size("num_labels", 2));
        if (root["id2label"] is not JsonObject names)
            throw Wrong("id2label", "an object from index to name");
        var labels = new string[names.Count];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = names[$"{i}"] is JsonValue name && name.TryGetValue<string>(out var text) ? text : throw Wrong("id2label", $"names for the indices 0 to {labels.Length - 1}");
        return labels;
    }

    private T? Value<T>(string key, string kind)
        where T : struct
    {
        if (root[key] is null)
            return null;
        return root[key] is JsonValue node && node.TryGetValue<T>(out var value) ? value : throw Wrong(key, kind);
    }

    private int Positive(string key, int value) =>
        value > 0 ? value : throw new InputException($"{path}: {key} is {value}; give a number above 0");

    private InputException Wrong(string key, string kind) => new($"{path}: {key} is {root[key]?.ToJsonString()}; give {kind}");
}
