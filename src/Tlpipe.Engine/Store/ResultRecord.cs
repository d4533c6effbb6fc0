// Result records as JSON files.
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Store;

/// <summary>
/// Result records as JSON files. Their last member, <c>checksum</c>, is the SHA-256 of the canonical form of all the others, so that a flipped
/// bit in a digest is noticed as one in a blob is. A record without a checksum was written by an older version.
/// </summary>
/// <remarks>
/// They are read member by member rather than by the serializer: a run that finds everything in the store mostly reads records, and the
/// serializer's generic code would be compiled again in every process.
/// </remarks>
internal static class ResultRecord
{
    private const string ChecksumName = "checksum";
    private static readonly JsonDocumentOptions NoDuplicates = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        // A diverged loss is a measurement too.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static byte[] Write(StoredResult result)
    {
        var record = JsonSerializer.SerializeToNode(result, Json)!.AsObject();
        // As in the key, integers without a canonical form are text: the checksum needs it, too.
        record["document"] = result.Document.ToJson();
        record[ChecksumName] = Checksum(record);
        return JsonSerializer.SerializeToUtf8Bytes(record, Json);
    }

    /// <summary>Reads a record; null if it is not the complete and correct record of that key.</summary>
    public static StoredResult? Read(byte[] bytes, string key)
    {
        if (!Utf8.IsValid(bytes))
            return null;
        try
        {
            using var record = JsonDocument.Parse(bytes, NoDuplicates);
            var members = JsonObject.Create(record.RootElement);
            if (members is null)
                return null;
            var isChecked = members.Remove(ChecksumName, out var checksum);
            if (isChecked && checksum?.ToString() != Checksum(members))
                return null;
            // A record without a checksum may only have the members of that time, so that damage to the word "checksum" cannot disable the check.
            var result = new Members(record.RootElement, isStrict: !isChecked).Result();
            return result.Key == key && result.Document.Key == key && result.Outputs.All(o => IsSound(o.Key, o.Value)) ? result : null;
        }
        // Text in place of a number, a missing member, a number out of range.
        catch (Exception e) when (e is JsonException or ArgumentException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static string Checksum(JsonObject record) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Bytes(record)));

    // A record may come from another user's store; its names must not lead out of their folder.
    private static bool IsSound(string name, StoredOutput output) =>
        StoreNames.IsRelative(name) && !name.Contains('/')
        && output.Files.All(f => StoreNames.IsRelative(f.Path) && StoreNames.IsSha256(f.Sha256) && f.Size >= 0);

    /// <summary>An object of a record. Every member that it must have is there, or reading it throws.</summary>
    private readonly struct Members(JsonElement json, bool isStrict)
    {
        public StoredResult Result()
        {
            Allow("key", "document", "outputs", "measured", "provenance", ChecksumName);
            return new StoredResult(
                Text("key"), Of("document").Document(), Outputs(json.GetProperty("outputs")), Numbers("measured"), Of("provenance").Origin());
        }

        private Dictionary<string, StoredOutput> Outputs(JsonElement outputs)
        {
            var read = new Dictionary<string, StoredOutput>(StringComparer.Ordinal);
            foreach (var output in outputs.EnumerateObject())
                read.Add(output.Name, new Members(output.Value, isStrict).Output());
            return read;
        }

        private StoredOutput Output()
        {
            Allow("digest", "files", "facts");
            var files = new List<StoredFile>();
            foreach (var file in json.GetProperty("files").EnumerateArray())
                files.Add(new Members(file, isStrict).File());
            return new StoredOutput(Text("digest"), files, Numbers("facts"));
        }

        private StoredFile File()
        {
            Allow("path", "sha256", "size");
            return new StoredFile(Text("path"), Text("sha256"), json.GetProperty("size").GetInt64());
        }

        private KeyDocument Document()
        {
            Allow("v", "stage", "version", "options", "inputs", "dtype");
            return new KeyDocument
            {
                V = json.TryGetProperty("v", out var version) ? version.GetInt32() : 1,
                Stage = Text("stage"),
                Version = json.GetProperty("version").GetInt32(),
                // The element's memory goes with its document.
                Options = JsonObject.Create(json.GetProperty("options").Clone()) ?? throw new JsonException("a record without options"),
                Inputs = Texts("inputs"),
                Dtype = json.TryGetProperty("dtype", out var dtype) ? Text(dtype) : null,
            };
        }

        private Provenance Origin()
        {
            Allow("started", "seconds", "host", "version", "threads", "device", "libraries", "resumed_at_steps", "peak_memory");
            var steps = new List<long>();
            if (json.TryGetProperty("resumed_at_steps", out var resumed))
                foreach (var step in resumed.EnumerateArray())
                    steps.Add(step.GetInt64());
            return new Provenance(
                json.GetProperty("started").GetDateTimeOffset(), Number(json.GetProperty("seconds")), Text("host"), Text("version"),
                json.GetProperty("threads").GetInt32(), Text("device"), Texts("libraries"))
            {
                ResumedAtSteps = steps,
                PeakMemory = json.TryGetProperty("peak_memory", out var peak) && peak.ValueKind != JsonValueKind.Null ? peak.GetInt64() : null,
            };
        }

        private void Allow(params ReadOnlySpan<string> names)
        {
            if (!isStrict)
                return;
            foreach (var member in json.EnumerateObject())
                if (!names.Contains(member.Name) || member.NameEquals(ChecksumName))
                    throw new JsonException($"a record has no '{member.Name}'");
        }

        private Members Of(string name) => new(json.GetProperty(name), isStrict);

        private string Text(string name) => Text(json.GetProperty(name));

        private Dictionary<string, string> Texts(string name)
        {
            var texts = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var member in json.GetProperty(name).EnumerateObject())
                texts.Add(member.Name, Text(member.Value));
            return texts;
        }

        private Dictionary<string, double> Numbers(string name)
        {
            var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var member in json.GetProperty(name).EnumerateObject())
                numbers.Add(member.Name, Number(member.Value));
            return numbers;
        }

        private static string Text(JsonElement json) => json.GetString() ?? throw new JsonException("null stands where text belongs");

        private static double Number(JsonElement json) => json.ValueKind != JsonValueKind.String ? json.GetDouble() : json.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"'{text}' is not a number")),
        };
    }
}
