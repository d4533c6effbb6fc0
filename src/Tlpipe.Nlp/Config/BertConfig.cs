// A BERT's shape: config.json as Hugging Face writes it.
using System.Text;
using System.Text.Json.Nodes;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Config;

/// <summary>
/// The fields of Hugging Face's BertConfig that tlpipe honours; everything else in a config.json is kept and written back
/// (docs/hf-parity.md 13.7). Defaults are Hugging Face's.
/// </summary>
public sealed record BertConfig
{
    /// <summary>The file's name in a model's folder.</summary>
    public const string FileName = HuggingFaceFiles.Config;

    private static readonly string[] Activations = ["gelu", "gelu_new", "gelu_pytorch_tanh", "relu"];

    public required int VocabSize { get; init; }

    public required int HiddenSize { get; init; }

    public required int NumHiddenLayers { get; init; }

    public required int NumAttentionHeads { get; init; }

    public required int IntermediateSize { get; init; }

    public int MaxPositionEmbeddings { get; init; } = 512;

    public int TypeVocabSize { get; init; } = 2;

    /// <summary>The row of the word embeddings that gets no gradient when it is looked up.</summary>
    public int PadTokenId { get; init; }

    /// <summary><c>gelu</c>, <c>gelu_new</c>, <c>gelu_pytorch_tanh</c> or <c>relu</c>.</summary>
    public string HiddenAct { get; init; } = "gelu";

    public double HiddenDropoutProb { get; init; } = 0.1;

    public double AttentionProbsDropoutProb { get; init; } = 0.1;

    /// <summary>Dropout before the classifier; null means <see cref="HiddenDropoutProb"/>.</summary>
    public double? ClassifierDropout { get; init; }

    public double InitializerRange { get; init; } = 0.02;

    public double LayerNormEps { get; init; } = 1e-12;

    public bool TieWordEmbeddings { get; init; } = true;

    /// <summary>Names of the classes in the order of their indices.</summary>
    public IReadOnlyList<string> Labels { get; init; } = DefaultLabels(2);

    /// <summary>Hugging Face's name of the task, such as <c>single_label_classification</c>; null until one is set.</summary>
    public string? ProblemType { get; init; }

    /// <summary>The class that the weights were saved from.</summary>
    public string? Architecture { get; init; }

    /// <summary>The type of the numbers in the weights beside it, as torch calls it.</summary>
    public string Dtype { get; init; } = "float32";

    /// <summary>The JSON object that was read; empty for a config made here.</summary>
    internal JsonObject Source { get; init; } = [];

    /// <summary>Hugging Face's names of unnamed classes: <c>LABEL_0</c> and so on.</summary>
    public static IReadOnlyList<string> DefaultLabels(int count) => Enumerable.Range(0, count).Select(i => $"LABEL_{i}").ToArray();

    /// <summary>Reads the config of a model's folder.</summary>
    /// <exception cref="InputException">It is missing, is not a JSON object, lacks a size, or asks for something that tlpipe's BERT cannot do.</exception>
    public static BertConfig Load(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new InputException($"{folder} has no {FileName}; give the folder of a Hugging Face BERT model");
        return Parse(BoundedFile.ReadBytes(path, BoundedFile.Settings), path);
    }

    /// <summary>The longest row that a folder's model takes; null where the folder is not a model's.</summary>
    /// <exception cref="InputException">Its config.json cannot be used.</exception>
    public static int? PositionsIn(string folder) => File.Exists(Path.Combine(folder, FileName)) ? Load(folder).MaxPositionEmbeddings : null;

    /// <summary>Reads a config from its text; <paramref name="path"/> is for messages.</summary>
    /// <inheritdoc cref="Load" path="/exception"/>
    public static BertConfig Parse(string json, string path) => Parse(Encoding.UTF8.GetBytes(json), path);

    private static BertConfig Parse(byte[] json, string path) => StrictJson.Node(path, json) is JsonObject root
        ? Read(new ConfigReader(root, path))
        : throw new InputException($"{path} is not a JSON object; fetch it again");

    /// <summary>The text of config.json: keys sorted, two spaces, ASCII, as Hugging Face writes it.</summary>
    public string ToJson() => ConfigWriter.Text(this);

    private static BertConfig Read(ConfigReader reader)
    {
        RefuseUnsupported(reader);
        var config = new BertConfig
        {
            VocabSize = reader.Size("vocab_size"),
            HiddenSize = reader.Size("hidden_size"),
            NumHiddenLayers = reader.Size("num_hidden_layers"),
            NumAttentionHeads = reader.Size("num_attention_heads"),
            IntermediateSize = reader.Size("intermediate_size"),
            MaxPositionEmbeddings = reader.Size("max_position_embeddings", 512),
            TypeVocabSize = reader.Size("type_vocab_size", 2),
            PadTokenId = reader.Integer("pad_token_id") ?? 0,
            HiddenAct = reader.Text("hidden_act") ?? "gelu",
            HiddenDropoutProb = reader.Probability("hidden_dropout_prob") ?? 0.1,
            AttentionProbsDropoutProb = reader.Probability("attention_probs_dropout_prob") ?? 0.1,
            ClassifierDropout = reader.Probability("classifier_dropout"),
            InitializerRange = reader.Number("initializer_range") ?? 0.02,
            LayerNormEps = reader.Number("layer_norm_eps") ?? 1e-12,
            TieWordEmbeddings = reader.Flag("tie_word_embeddings") ?? true,
            Labels = reader.Labels(),
            ProblemType = reader.Text("problem_type"),
            Architecture = reader.FirstArchitecture(),
            Source = reader.Root,
        };
        RequirePossible(config, reader.Path);
        if (config.HiddenSize % config.NumAttentionHeads != 0)
            throw new InputException($"{reader.Path}: hidden_size {config.HiddenSize} is not a multiple of num_attention_heads {config.NumAttentionHeads}; correct it");
        if (config.PadTokenId < 0 || config.PadTokenId >= config.VocabSize)
            throw new InputException($"{reader.Path}: pad_token_id {config.PadTokenId} is outside the vocabulary of {config.VocabSize}; correct it");
        return config;
    }

    /// <summary>A bound a thousand times above any BERT, so that a broken config is named before its lists and tensors are made.</summary>
    private static void RequirePossible(BertConfig config, string path)
    {
        const int mostLayers = 1000;
        const double mostParameters = 1e11;
        if (config.NumHiddenLayers > mostLayers)
            throw new InputException($"{path}: num_hidden_layers is {config.NumHiddenLayers}, and tlpipe takes up to {mostLayers}; correct it");
        double hidden = config.HiddenSize;
        var parameters = hidden * ((double)config.VocabSize + config.MaxPositionEmbeddings + config.TypeVocabSize + config.Labels.Count)
            + (config.NumHiddenLayers * hidden * (4 * hidden + 2.0 * config.IntermediateSize));
        if (parameters > mostParameters)
            throw new InputException($"{path} asks for {parameters:0.0e0} parameters, and tlpipe takes up to {mostParameters:0e0}; correct its sizes");
    }

    private static void RefuseUnsupported(ConfigReader reader)
    {
        reader.Require("model_type", reader.Text("model_type"), "bert");
        reader.Require("hidden_act", reader.Text("hidden_act"), Activations);
        reader.Require("position_embedding_type", reader.Text("position_embedding_type"), "absolute");
        reader.Require("is_decoder", reader.Flag("is_decoder") is true ? "true" : null, "false");
        reader.Require("add_cross_attention", reader.Flag("add_cross_attention") is true ? "true" : null, "false");
    }
}
