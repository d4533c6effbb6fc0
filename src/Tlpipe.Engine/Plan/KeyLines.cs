// A key document as lines, so that two of them can be compared.
using System.Globalization;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Plan;

/// <summary>A line in which two key documents differ.</summary>
/// <param name="Path"><c>options.learning_rate</c>, <c>inputs.train</c>, <c>version</c> or <c>dtype</c>.</param>
/// <param name="Before">The value in the earlier one, as JSON; null if it has none.</param>
/// <param name="After">The value in the later one, as JSON; null if it has none.</param>
public sealed record KeyDifference(string Path, string? Before, string? After)
{
    /// <summary>The path of the option; null if the line is not an option.</summary>
    public string? Option => Path.StartsWith(KeyLines.Options, StringComparison.Ordinal) ? Path[KeyLines.Options.Length..] : null;

    /// <summary>The role of the input; null if the line is not an input.</summary>
    public string? Role => Path.StartsWith(KeyLines.Inputs, StringComparison.Ordinal) ? Path[KeyLines.Inputs.Length..] : null;
}

/// <summary>Key documents line by line. The lines hold exactly what the key holds: both are made from the same document.</summary>
public static class KeyLines
{
    internal const string Options = "options.";
    internal const string Inputs = "inputs.";

    /// <summary>The lines of a document: each path with its value as JSON.</summary>
    public static IReadOnlyDictionary<string, string> Of(KeyDocument document)
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Add("", document.ToJson(), lines);
        return lines;
    }

    /// <summary>The lines in which two documents differ, in the order of their paths.</summary>
    public static IReadOnlyList<KeyDifference> Between(KeyDocument before, KeyDocument after) => Between(Of(before), Of(after));

    /// <summary>The lines in which two documents differ.</summary>
    public static IReadOnlyList<KeyDifference> Between(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after) =>
    [
        .. before.Keys.Union(after.Keys).Order(StringComparer.Ordinal)
            .Select(path => new KeyDifference(path, before.GetValueOrDefault(path), after.GetValueOrDefault(path)))
            .Where(line => line.Before != line.After),
    ];

    private static void Add(string path, JsonNode? node, SortedDictionary<string, string> lines)
    {
        switch (node)
        {
            case JsonObject { Count: > 0 } members:
                foreach (var (name, value) in members)
                    Add(path.Length == 0 ? name : $"{path}.{name}", value, lines);
                break;
            case JsonArray { Count: > 0 } items when items.Any(item => item is JsonObject):
                for (var i = 0; i < items.Count; i++)
                    Add(string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), items[i], lines);
                break;
            case JsonObject or null when path is "inputs" or "options":
                break;
            default:
                lines[path] = CanonicalJson.Text(node);
                break;
        }
    }
}
