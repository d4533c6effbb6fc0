// Reads JSON of unknown origin and checks all of it first.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Tlpipe.Formats;

/// <summary>
/// Reads JSON files of unknown origin. System.Text.Json reports invalid Unicode and duplicate members only when they are accessed, and
/// then as programming errors.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>The root of a file.</summary>
    /// <exception cref="InputException">It is not JSON, not UTF-8, or has a member twice.</exception>
    public static JsonElement Element(string path, byte[] bytes) => Parsed(path, bytes, json =>
    {
        using var document = JsonDocument.Parse(json, Options);
        return document.RootElement.Clone();
    });

    /// <summary>The root of a file, null for JSON's null.</summary>
    /// <inheritdoc cref="Element" path="/exception"/>
    public static JsonNode? Node(string path, byte[] bytes) => Parsed(path, bytes, json => JsonNode.Parse(json.Span, documentOptions: Options));

    private static T Parsed<T>(string path, byte[] bytes, Func<ReadOnlyMemory<byte>, T> parse)
    {
        var json = bytes.AsMemory(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0);
        if (!Utf8.IsValid(json.Span))
            throw new InputException($"{path} is not UTF-8, which JSON is written in; take the file from the model's source again");
        try
        {
            RequireWholeText(path, json.Span);
            return parse(json);
        }
        catch (JsonException e)
        {
            throw new InputException($"{path} is not JSON (line {e.LineNumber + 1}), or has a member twice; take the file from the model's source again", e);
        }
    }

    private static void RequireWholeText(string path, ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (!reader.ValueIsEscaped)
                continue;
            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException e)
            {
                throw new InputException($"{path} holds half of a surrogate pair in a text; take the file from the model's source again", e);
            }
        }
    }
}
