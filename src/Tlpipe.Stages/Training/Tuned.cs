// Options that a tune stage found, as a file and in a training.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Stages.Training;

/// <summary>Options that a tune stage found, as they pass from it to a training.</summary>
internal static class Tuned
{
    public const string FileName = "options.json";

    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a trial changes, as JSON: each option with its value as YAML has it.</summary>
    public static string Json(IEnumerable<KeyValuePair<string, string>> trial) =>
        new JsonObject(trial.Select(value => KeyValuePair.Create(value.Key, (JsonNode?)value.Value))).ToJsonString(Plain);

    /// <summary>What a trial changes, for messages.</summary>
    public static string Words(string json) => Values(json) is { Count: > 0 } values ? string.Join(", ", values.Select(value => $"{value.Key} {value.Value}")) : "as written";

    /// <summary>The options of a training, replaced by those that were found.</summary>
    public static T In<T>(T options, Input? tuned, StageRun run, IStage<T> stage)
        where T : class
    {
        if (tuned is null)
            return options;
        var path = Path.Combine(run.Read(tuned).Folder, FileName);
        if (!File.Exists(path))
            throw new PipelineException(null, ErrorCode.BadValue, $"tuned: '{tuned.Stage}' has found no options; give a tune stage");
        var json = File.ReadAllText(path);
        var found = (T)OptionValues.Replace(OptionModel.Of(typeof(T)), options, Values(json));
        if (stage.Check(found).FirstOrDefault() is { } mistake)
            throw new PipelineException(null, ErrorCode.Contradiction, $"with what '{tuned.Stage}' found, {mistake.Option}: {mistake.Message}");
        run.Report(new Note($"{Words(json)} (found by '{tuned.Stage}')"));
        return found;
    }

    private static List<KeyValuePair<string, string>> Values(string json) =>
        [.. JsonNode.Parse(json)!.AsObject().Select(value => KeyValuePair.Create(value.Key, value.Value!.GetValue<string>()))];
}
