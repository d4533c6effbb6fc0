// The exact files of a fetch stage, from its plan to its run.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Stages.Fetch;

/// <summary>A model's files.</summary>
/// <param name="Name">Its name on the hub; null for a folder of the user's.</param>
/// <param name="Folder">The folder, or the hub cache's for its commit.</param>
/// <param name="Model">Its commit and files.</param>
/// <param name="Offline">Whether the network must not be used.</param>
internal sealed record ModelOrigin(ModelName? Name, string Folder, LockedModel Model, bool Offline = false)
{
    public JsonObject Write() => JsonSerializer.SerializeToNode(this, OriginJson.Default.ModelOrigin)!.AsObject();

    public static ModelOrigin Read(JsonObject json) =>
        json.Deserialize(OriginJson.Default.ModelOrigin) ?? throw new FormatException("no origin of a model");
}

/// <summary>The file that a fetch-file stage takes.</summary>
/// <param name="Address">Where it is.</param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Source">Where the hash is written.</param>
/// <param name="Offline">Whether the network must not be used.</param>
internal sealed record FileOrigin(string Address, string? Sha256, string Source, bool Offline)
{
    public JsonObject Write() => JsonSerializer.SerializeToNode(this, OriginJson.Default.FileOrigin)!.AsObject();

    public static FileOrigin Read(JsonObject json) =>
        json.Deserialize(OriginJson.Default.FileOrigin) ?? throw new FormatException("no origin of a file");
}

/// <summary>The JSON of origins; generated at build time, so that starting costs no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ModelOrigin))]
[JsonSerializable(typeof(FileOrigin))]
internal sealed partial class OriginJson : JsonSerializerContext;
