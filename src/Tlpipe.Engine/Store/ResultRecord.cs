// Result records as JSON files.
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Store;

/// <summary>
/// Writes and reads result records. They are read member by member rather than by the serializer: a run that finds everything in the store is
/// mostly this, and the serializer's generic code would be compiled anew in every process.
/// </summary>
internal static class ResultRecord
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // A diverged loss is a measurement too.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public static byte[] Write(StoredResult result) => JsonSerializer.SerializeToUtf8Bytes(result, Json);

    /// <summary>Reads a record; null where it is not the whole and true record of that key.</summary>
    public static StoredResult? Read(byte[] bytes, string key)
    {
        try
        {
            using var record = JsonDocument.Parse(bytes, Strict);
            var result = Result(record.RootElement);
            return result.Key == key && result.Document.Key == key && result.Outputs.All(o => IsSound(o.Key, o.Value)) ? result : null;
        }
        // Text where a number belongs, a missing member, a number out of range.
        catch (Exception e) when (e is JsonException or ArgumentException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static StoredResult Result(JsonElement json) => new(
        Text(json, "key"),
        Document(json.GetProperty("document")),
        Members(json.GetProperty("outputs"), output => new StoredOutput(
            Text(output, "digest"),
            Items(output.GetProperty("files"), file => new StoredFile(Text(file, "path"), Text(file, "sha256"), file.GetProperty("size").GetInt64())),
            Numbers(output.GetProperty("facts")))),
        Numbers(json.GetProperty("measured")),
        Origin(json.GetProperty("provenance")));

    private static KeyDocument Document(JsonElement json) => new()
    {
        V = json.GetProperty("v").GetInt32(),
        Stage = Text(json, "stage"),
        Version = json.GetProperty("version").GetInt32(),
        // The element's memory goes with its document.
        Options = JsonObject.Create(json.GetProperty("options").Clone()) ?? throw new JsonException("a record without options"),
        Inputs = Members(json.GetProperty("inputs"), Text),
        Dtype = json.TryGetProperty("dtype", out var dtype) ? Text(dtype) : null,
    };

    private static Provenance Origin(JsonElement json) => new(
        json.GetProperty("started").GetDateTimeOffset(),
        Number(json.GetProperty("seconds")),
        Text(json, "host"),
        Text(json, "version"),
        json.GetProperty("threads").GetInt32(),
        Text(json, "device"),
        Members(json.GetProperty("libraries"), Text))
    {
        ResumedAtSteps = json.TryGetProperty("resumed_at_steps", out var steps) ? Items(steps, step => step.GetInt64()) : [],
        PeakMemory = json.TryGetProperty("peak_memory", out var peak) && peak.ValueKind != JsonValueKind.Null ? peak.GetInt64() : null,
    };

    private static Dictionary<string, T> Members<T>(JsonElement json, Func<JsonElement, T> value)
    {
        var members = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
            members.Add(member.Name, value(member.Value));
        return members;
    }

    private static List<T> Items<T>(JsonElement json, Func<JsonElement, T> value)
    {
        var items = new List<T>();
        foreach (var item in json.EnumerateArray())
            items.Add(value(item));
        return items;
    }

    private static Dictionary<string, double> Numbers(JsonElement json) => Members(json, Number);

    private static double Number(JsonElement json) => json.ValueKind != JsonValueKind.String ? json.GetDouble() : json.GetString() switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        var text => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is no number")),
    };

    private static string Text(JsonElement json, string name) => Text(json.GetProperty(name));

    private static string Text(JsonElement json) => json.GetString() ?? throw new JsonException("null stands where text belongs");

    // A record may come from somebody else's store; its names must not lead out of the folder they are laid in.
    private static bool IsSound(string name, StoredOutput output) =>
        StoreNames.IsRelative(name) && !name.Contains('/')
        && output.Files.All(f => StoreNames.IsRelative(f.Path) && StoreNames.IsSha256(f.Sha256) && f.Size >= 0);
}
