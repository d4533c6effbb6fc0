// training_args.json: the options of a training, beside its model.
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Options;
using Tlpipe.Formats;

namespace Tlpipe.Stages.Training;

/// <summary>
/// The options under their names in YAML, sorted, defaults applied. Trainer leaves a pickle of a Python object there, which
/// nothing else can read (docs/hf-parity.md 13.9).
/// </summary>
internal static class TrainingArgsFile
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string folder, ModelTrainingOptions options, string dtype)
    {
        var written = OptionsDocument.Write(OptionModel.Of(options.GetType()), options, executionOnly: false);
        written["dtype"] = dtype;
        var sorted = new JsonObject(written.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => KeyValuePair.Create(o.Key, o.Value?.DeepClone())));
        File.WriteAllText(Path.Combine(folder, HuggingFaceFiles.TrainingArguments), sorted.ToJsonString(Json) + "\n");
    }
}
