// fetch-model: takes a Hugging Face model folder into the store.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp;
using Tlpipe.Nlp.Bert;

namespace Tlpipe.Stages;

/// <summary>Options of <c>fetch-model</c>.</summary>
public sealed record FetchModelOptions
{
    /// <summary>A folder with config.json, the weights and the tokenizer's files, as Hugging Face lays them out.</summary>
    [Files(
        "config.json", "model.safetensors", "model-*-of-*.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model-*-of-*.bin",
        "pytorch_model.bin.index.json", "vocab.txt", "tokenizer.json",
        "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")]
    public required InputPath Model { get; init; }

    /// <summary>What to tell a person when the folder is not there. Default: where to put it.</summary>
    [ExecutionOnly]
    [RemedyFor(nameof(Model))]
    public string? IfMissing { get; init; }
}

/// <summary>Copies the files that make a model, and checks that tlpipe's BERT can be what its config.json says.</summary>
[Stage("fetch-model", version: 1)]
[Output("model", "the model folder")]
public sealed class FetchModelStage : IStage<FetchModelOptions>
{
    private static readonly string[] Weights = ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    public void Run(FetchModelOptions options, StageRun run)
    {
        var source = options.Model.FullPath;
        if (!Directory.Exists(source))
            throw new InputException($"{source} is a file; give the folder that holds config.json");
        var config = BertConfig.Load(source);
        if (!Weights.Any(name => File.Exists(Path.Combine(source, name))))
            throw new InputException($"{source} has no weights; expected one of {string.Join(", ", Weights)}");

        var target = run.Create("model");
        foreach (var name in ModelFiles(source))
            File.Copy(Path.Combine(source, name), Path.Combine(target, name));
        run.Describe("model", ModelFacts.Of(config));
    }

    /// <summary>The files that count; pytorch_model.bin only where there is nothing newer (hf-parity.md 8.7).</summary>
    private static IEnumerable<string> ModelFiles(string folder)
    {
        var patterns = typeof(FetchModelOptions).GetProperty(nameof(FetchModelOptions.Model))!
            .GetCustomAttributes(typeof(FilesAttribute), inherit: false).Cast<FilesAttribute>().Single().Patterns;
        var names = patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern)).Select(path => Path.GetFileName(path)).Distinct();
        var hasSafetensors = Directory.EnumerateFiles(folder, "model*.safetensors").Any();
        return names.Where(name => !name.StartsWith("pytorch_model", StringComparison.Ordinal) || !hasSafetensors);
    }
}
