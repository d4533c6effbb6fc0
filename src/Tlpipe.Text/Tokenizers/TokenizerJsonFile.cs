// One of the JSON files that describe a tokenizer, read with errors that name the key.
using System.Text.Json;
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>A JSON object in a file; unsupported settings are refused, naming the key, its value and what is supported.</summary>
internal sealed class TokenizerJsonFile
{
    private TokenizerJsonFile(string path, JsonElement root)
    {
        Path = path;
        Root = root;
    }

    public string Path { get; }

    public JsonElement Root { get; }

    /// <summary>Reads a file; null if it does not exist.</summary>
    public static TokenizerJsonFile? Open(string path)
    {
        if (!File.Exists(path))
            return null;
        var root = StrictJson.Element(path, BoundedFile.ReadBytes(path, BoundedFile.Vocabulary));
        return root.ValueKind == JsonValueKind.Object
            ? new TokenizerJsonFile(path, root)
            : throw new InputException($"{path} is not a JSON object; take the file from the model's source again");
    }

    /// <summary>A member; null where it is missing or JSON's null.</summary>
    public JsonElement? Member(string name) => Member(Root, name);

    public static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public bool? Bool(JsonElement element, string name) => Member(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Refusal(name, other, "true or false"),
    };

    public bool? Bool(string name) => Bool(Root, name);

    public string? String(JsonElement element, string name) => Member(element, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw Refusal(name, other, "a string"),
    };

    public string? String(string name) => String(Root, name);

    /// <summary>A token that is given as a string or as an object with <c>content</c>.</summary>
    public string? Token(string name) => Member(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } token => String(token, "content"),
        _ => String(name),
    };

    /// <summary>Refuses any value but the supported ones; a missing member passes.</summary>
    public void Require(JsonElement element, string name, params string[] supported)
    {
        if (Member(element, name) is { } value && !supported.Contains(value.ToString()))
            throw Refusal(name, value, string.Join(" or ", supported));
    }

    /// <summary>Refuses unknown members, since one of them might change tokens.</summary>
    /// <param name="element">An object.</param>
    /// <param name="place">What it is called, empty for the file itself.</param>
    /// <param name="known">The members that are known.</param>
    public void RequireKnown(JsonElement element, string place, params string[] known)
    {
        foreach (var member in element.EnumerateObject().Where(member => !known.Contains(member.Name)))
            throw Refusal(place.Length == 0 ? member.Name : $"{place}.{member.Name}", member.Value, string.Join(", ", known));
    }

    public InputException Refusal(string name, JsonElement? value, string supported)
    {
        var shown = value is { } given ? given.GetRawText() : "null";
        return new InputException($"{Path} has {name}: {(shown.Length > 80 ? shown[..80] + "…" : shown)}; supported: {supported}");
    }

    /// <summary>An added token's flags; those that widen or narrow the search are refused.</summary>
    public AddedToken AddedToken(JsonElement token, int id)
    {
        foreach (var flag in new[] { "single_word", "lstrip", "rstrip" })
        {
            if (Bool(token, flag) == true)
                throw Refusal($"an added token with {flag}", token, "added tokens without single_word, lstrip and rstrip");
        }
        var content = String(token, "content");
        if (string.IsNullOrEmpty(content))
            throw Refusal("an added token without content", token, "added tokens with a text");
        if (content.Length > BertVocabulary.LongestPiece)
            throw Refusal($"an added token of {content.Length:N0} characters", token, $"tokens of up to {BertVocabulary.LongestPiece} characters");
        var special = Bool(token, "special") ?? false;
        return new AddedToken(content, id, Bool(token, "normalized") ?? !special, special);
    }
}
