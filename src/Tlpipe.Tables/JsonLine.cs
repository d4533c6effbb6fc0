// A line of a file of JSON objects.
using System.Text.Json;
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Reads lines that are JSON objects; every caller reports the same errors.</summary>
internal static class JsonLine
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The object of a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="place">The file and the line's number, for messages.</param>
    /// <param name="column">A member that the object could have, for the example in messages.</param>
    /// <exception cref="InputException">The line is not a JSON object, or names a member twice.</exception>
    public static JsonDocument Parse(string line, string place, string column = "text")
    {
        try
        {
            var document = JsonDocument.Parse(line, Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
        }
        catch (JsonException e)
        {
            throw new InputException($"{place}:{e.BytePositionInLine + 1}: this is not JSON; each line is an object such as {{\"{column}\": \"…\"}}", e);
        }
        throw new InputException($"{place}: the line is not a JSON object; each line is one such as {{\"{column}\": \"…\"}}");
    }

    /// <summary>The error that System.Text.Json reports as an <see cref="InvalidOperationException"/> when a string is read.</summary>
    public static InputException HalfPair(string place, InvalidOperationException e) =>
        new($"{place}: a text holds half of a surrogate pair; write both halves of \\ud83d\\ude00, or neither", e);
}
