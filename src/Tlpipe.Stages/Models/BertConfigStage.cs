// bert-config: the shape of a new BERT, with the tokenizer it is for, and no weights yet.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Models;

/// <summary>Options of <c>bert-config</c>; the names are those of config.json.</summary>
public sealed record BertConfigOptions
{
    /// <summary>The tokenizer whose vocabulary the model has.</summary>
    [Takes(OutputKinds.Tokenizer, OutputKinds.Model, OutputKinds.Shape)]
    public required Input Tokenizer { get; init; }

    /// <summary>Width of the hidden states. Default: 768.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("BertConfig")]
    public int HiddenSize { get; init; } = 768;

    /// <summary>Number of layers. Default: 12.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("BertConfig")]
    public int NumHiddenLayers { get; init; } = 12;

    /// <summary>Attention heads in each layer. Default: 12.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("BertConfig")]
    public int NumAttentionHeads { get; init; } = 12;

    /// <summary>Width inside the feed-forward network. Default: four times hidden_size.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("BertConfig")]
    public int? IntermediateSize { get; init; }

    /// <summary>The longest row in tokens. Default: 512.</summary>
    [Range(2, int.MaxValue)]
    [HuggingFace("BertConfig")]
    public int MaxPositionEmbeddings { get; init; } = 512;

    /// <summary>Dropout of hidden states. Default: 0.1.</summary>
    [Range(0.0, 0.99)]
    [HuggingFace("BertConfig")]
    public double HiddenDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout of attention probabilities. Default: 0.1.</summary>
    [Range(0.0, 0.99)]
    [HuggingFace("BertConfig")]
    public double AttentionProbsDropoutProb { get; init; } = 0.1;
}

/// <summary>Writes a model folder that a training stage can take with <c>model: { config_of: …, weights: random }</c>.</summary>
[Stage("bert-config", version: 1)]
[Output("model", "config.json and the tokenizer's files, no weights", Kind = OutputKinds.Shape)]
public sealed class BertConfigStage : IStage<BertConfigOptions>
{
    public IEnumerable<OptionMistake> Check(BertConfigOptions options)
    {
        if (options.HiddenSize % options.NumAttentionHeads != 0)
            yield return new OptionMistake(
                "num_attention_heads", $"hidden_size {options.HiddenSize} cannot be shared among {options.NumAttentionHeads} heads; choose a divisor");
    }

    public Forecast Foresee(BertConfigOptions options, Func<Input, Facts> facts) => Forecast.Of(
        "model",
        Facts.None
            .With("hidden_size", options.HiddenSize)
            .With("num_hidden_layers", options.NumHiddenLayers)
            .With("intermediate_size", options.IntermediateSize ?? (4 * options.HiddenSize))
            .With("vocab_size", facts(options.Tokenizer)["vocab_size"]));

    public void Run(BertConfigOptions options, StageRun run)
    {
        var tokenizer = BertTokenizer.Load(run.Read(options.Tokenizer).Folder);
        var config = new BertConfig
        {
            VocabSize = tokenizer.Count,
            HiddenSize = options.HiddenSize,
            NumHiddenLayers = options.NumHiddenLayers,
            NumAttentionHeads = options.NumAttentionHeads,
            IntermediateSize = options.IntermediateSize ?? (4 * options.HiddenSize),
            MaxPositionEmbeddings = options.MaxPositionEmbeddings,
            HiddenDropoutProb = options.HiddenDropoutProb,
            AttentionProbsDropoutProb = options.AttentionProbsDropoutProb,
            PadTokenId = tokenizer.SpecialTokens.PadId,
        };
        var folder = run.Create("model");
        File.WriteAllText(Path.Combine(folder, HuggingFaceFiles.Config), config.ToJson());
        TokenizerFiles.CopyTo(folder, tokenizer);
        run.Describe("model", ModelFacts.Of(config));
    }
}
