// A line of a file of JSON objects.
using System.Text;
using System.Text.Json;

namespace Tlpipe.Formats;

/// <summary>Reads lines that are JSON objects, strictly; every caller reports the same errors.</summary>
internal static class JsonLine
{
    private const int MaxDepth = 1000;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    /// <summary>The object of a line. All its texts and names are whole: reading them fails no more.</summary>
    /// <param name="line">The line.</param>
    /// <param name="place">The file and the line's number, for messages.</param>
    /// <param name="column">A member that the object could have, for the example in messages.</param>
    /// <exception cref="InputException">The line is not a JSON object, names a member twice, or holds half of a surrogate pair.</exception>
    public static JsonDocument Parse(string line, string place, string column = "text")
    {
        // System.Text.Json meets half of a pair only when the text is read, and then as a programmer's error.
        if (line.Contains("\\ud", StringComparison.OrdinalIgnoreCase) && Mistake(line, place, column) is { } half)
            throw half;
        try
        {
            var document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            throw Mistake(line, place, column) ?? new InputException($"{place}: this is not JSON; {Example(column)}", e);
        }
        throw new InputException(line.AsSpan().TrimStart().StartsWith('[')
            ? $"{place}: this is a JSON list; write each of its objects in a line of its own, as jq -c '.[]' does"
            : $"{place}: the line is not a JSON object; {Example(column)}");
    }

    private static string Example(string column) => $"each line is an object such as {{\"{column}\": \"…\"}}";

    /// <summary>What is wrong first in a line; null where nothing is.</summary>
    private static InputException? Mistake(string line, string place, string column)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = MaxDepth + 1 });
        var names = new Stack<HashSet<string>>();
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == MaxDepth && reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    return new InputException($"{Place(place, bytes, reader.TokenStartIndex)}: this is nested more than {MaxDepth} deep; leave such members out");
                if (reader.TokenType == JsonTokenType.StartObject)
                    names.Push(new HashSet<string>(StringComparer.Ordinal));
                else if (reader.TokenType == JsonTokenType.EndObject)
                    names.Pop();
                if (reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.String))
                    continue;
                var text = Text(ref reader);
                if (text is null)
                    return new InputException($"{place}: a {(reader.TokenType == JsonTokenType.String ? "text" : "key")} holds half of a surrogate pair; write both halves of \\ud83d\\ude00, or neither");
                if (reader.TokenType == JsonTokenType.PropertyName && !names.Peek().Add(text))
                    return new InputException($"{Place(place, bytes, reader.TokenStartIndex)}: the key {OneLine.Quote(text)} stands twice in one object; leave it once");
            }
            return null;
        }
        catch (JsonException e)
        {
            return new InputException($"{Place(place, bytes, e.BytePositionInLine ?? 0)}: this is not JSON; {Example(column)}", e);
        }
    }

    private static string? Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A place in a line, counted in characters from 1.</summary>
    private static string Place(string line, byte[] bytes, long at) => $"{line}:{Encoding.UTF8.GetCharCount(bytes, 0, (int)at) + 1}";
}
