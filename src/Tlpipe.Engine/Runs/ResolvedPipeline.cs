// A pipeline as a run saw it: every property expanded, every default applied, and the source of each value.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Runs;

/// <summary>A stage instance as a run saw it.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Version">The kind's version.</param>
/// <param name="Location">Its place in the config.</param>
/// <param name="Options">Its options, execution-only ones too, by path; references as <c>stage:output</c>, paths as they were written.</param>
/// <param name="Places">The source of each given option's value: <c>file:line:column</c> or <c>-p name=value</c>; a missing option has its default.</param>
/// <param name="Needs">The instances that it needs.</param>
public sealed record ResolvedStage(
    string Name, string Kind, int Version, string Location, IReadOnlyDictionary<string, JsonNode?> Options, IReadOnlyDictionary<string, string> Places,
    IReadOnlyList<string> Needs);

/// <summary>A pipeline as a run saw it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Root">Its root.</param>
/// <param name="Device">The requested device.</param>
/// <param name="Dtype">The number format.</param>
/// <param name="Stages">Its stages, in order.</param>
public sealed record ResolvedPipeline(string Name, string Root, string Device, string Dtype, IReadOnlyList<ResolvedStage> Stages)
{
    public static ResolvedPipeline Of(Pipeline pipeline) => new(
        pipeline.Name, pipeline.Root, pipeline.Runtime.Device, pipeline.Numerics.Word, [.. pipeline.Stages.Select(Of)]);

    public static ResolvedPipeline FromJson(string json) =>
        JsonSerializer.Deserialize(json, RunsJson.Readable.ResolvedPipeline) ?? throw new JsonException("it holds nothing");

    public string ToJson() => new JsonObject
    {
        ["name"] = Name,
        ["root"] = Root,
        ["device"] = Device,
        ["dtype"] = Dtype,
        ["stages"] = new JsonArray([.. Stages.Select(ToJson)]),
    }.ToJsonString(RunsJson.Readable.Options);

    private static JsonNode ToJson(ResolvedStage stage) => new JsonObject
    {
        ["name"] = stage.Name,
        ["kind"] = stage.Kind,
        ["version"] = stage.Version,
        ["location"] = stage.Location,
        ["options"] = new JsonObject(stage.Options.Select(o => KeyValuePair.Create(o.Key, o.Value?.DeepClone()))),
        ["places"] = new JsonObject(stage.Places.Select(o => KeyValuePair.Create(o.Key, (JsonNode?)o.Value))),
        ["needs"] = new JsonArray([.. stage.Needs.Select(need => (JsonNode)need)]),
    };

    private static ResolvedStage Of(StageInstance stage)
    {
        var options = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        Flatten("", OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: false, references: true), options);
        Flatten("", OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: true, references: true), options);
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, origin) in stage.Origins)
            places[path] = origin.ToString();
        return new ResolvedStage(
            stage.Name, stage.Kind.Kind, stage.Kind.Version, stage.Location.ToString(), options, places, [.. stage.Needs]);
    }

    private static void Flatten(string path, JsonNode? node, Dictionary<string, JsonNode?> into)
    {
        switch (node)
        {
            case JsonObject reference when reference.Count == 2 && reference["stage"] is { } stage && reference["output"] is { } output:
                into[path] = $"{stage.GetValue<string>()}:{output.GetValue<string>()}";
                break;
            case JsonObject file when file.Count == 2 && file["path"] is not null && file["text"] is { } text:
                into[path] = text.GetValue<string>();
                break;
            case JsonObject { Count: > 0 } members:
                foreach (var (name, value) in members)
                    Flatten(path.Length == 0 ? name : $"{path}.{name}", value, into);
                break;
            case JsonArray { Count: > 0 } items when items.All(item => item is JsonObject):
                for (var i = 0; i < items.Count; i++)
                    Flatten($"{path}[{i}]", items[i], into);
                break;
            default:
                if (path.Length > 0)
                    into[path] = node?.DeepClone();
                break;
        }
    }
}

/// <summary>The JSON of recorded runs; generated at build time, so that starting costs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(ResolvedPipeline))]
[JsonSerializable(typeof(EventLine))]
internal sealed partial class RunsJson : JsonSerializerContext
{
    /// <summary>Letters and quotes are not escaped: people read the files, and no browser does.</summary>
    public static RunsJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
