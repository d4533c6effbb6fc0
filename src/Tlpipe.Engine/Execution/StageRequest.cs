// All that a process needs to compute one stage instance, as a file that the parent writes and the child reads.
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Tlpipe.Engine.Identity;

namespace Tlpipe.Engine.Execution;

/// <summary>
/// One computation, independent of the config: an edit of the config during a run does not affect the stages of that run.
/// </summary>
/// <param name="Name">The instance's full name, for messages.</param>
/// <param name="Store">The store's folder.</param>
/// <param name="Document">The identity of the result; its hash is the key.</param>
/// <param name="Options">The options that are part of the key, inputs included.</param>
/// <param name="ExecutionOptions">The others.</param>
/// <param name="InputKeys">The key of the result of every instance that the options refer to.</param>
/// <param name="Device"><c>auto</c>, <c>cpu</c> or <c>cuda:N</c>.</param>
/// <param name="Dtype"><c>fp32</c>, <c>bf16</c> or <c>fp16</c>.</param>
/// <param name="Threads">Threads to compute with.</param>
/// <param name="CheckpointEvery">The most time between two checkpoints.</param>
/// <param name="Force">Whether to compute although the store has the result.</param>
public sealed record StageRequest(
    string Name,
    string Store,
    KeyDocument Document,
    JsonObject Options,
    JsonObject ExecutionOptions,
    IReadOnlyDictionary<string, string> InputKeys,
    string Device,
    string Dtype,
    int Threads,
    TimeSpan CheckpointEvery,
    bool Force)
{
    /// <summary>The content that the stage fetches; null for a stage that fetches nothing.</summary>
    public JsonObject? Origin { get; init; }

    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, RunningJson.Default.StageRequest));

    public static StageRequest Load(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), RunningJson.Default.StageRequest)
        ?? throw new ArgumentException($"{path} holds no request");
}

/// <summary>The JSON of requests and events; generated at build time, so that starting costs no reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    // A training that diverges reports a loss that is not a number.
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(StageRequest))]
[JsonSerializable(typeof(Tlpipe.Engine.Stages.StageEvent))]
[JsonSerializable(typeof(LeaseNews))]
internal sealed partial class RunningJson : JsonSerializerContext;
