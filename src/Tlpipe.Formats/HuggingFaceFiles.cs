// The names of the files in a model's folder, as Hugging Face's libraries write and read them.
namespace Tlpipe.Formats;

/// <summary>The names of a model folder's files, each defined only here. Checkpoints have names of their own.</summary>
public static class HuggingFaceFiles
{
    /// <summary>The model's shape.</summary>
    public const string Config = "config.json";

    /// <summary>All weights in one file.</summary>
    public const string Safetensors = "model.safetensors";

    /// <summary>Which of several files each weight is in.</summary>
    public const string SafetensorsIndex = "model.safetensors.index.json";

    /// <summary>All weights in one file that torch.save wrote.</summary>
    public const string Pickled = "pytorch_model.bin";

    /// <summary>Which of several files of torch.save each weight is in.</summary>
    public const string PickledIndex = "pytorch_model.bin.index.json";

    /// <summary>A vocabulary, one token a line.</summary>
    public const string Vocabulary = "vocab.txt";

    /// <summary>The tokenizer, in the format of the library tokenizers.</summary>
    public const string Tokenizer = "tokenizer.json";

    /// <summary>The settings of a tokenizer.</summary>
    public const string TokenizerConfig = "tokenizer_config.json";

    /// <summary>Which tokens are [CLS], [SEP] and the like.</summary>
    public const string SpecialTokensMap = "special_tokens_map.json";

    /// <summary>Tokens beyond the vocabulary.</summary>
    public const string AddedTokens = "added_tokens.json";

    /// <summary>The card that the hub shows.</summary>
    public const string ModelCard = "README.md";

    /// <summary>The log of a training.</summary>
    public const string TrainerState = "trainer_state.json";

    /// <summary>The options of a training. Trainer writes a pickle, <c>training_args.bin</c>, instead.</summary>
    public const string TrainingArguments = "training_args.json";

    /// <summary>The forms that weights have, in one file or as the index of several, in the order in which they are looked for (docs/hf-parity.md 8.7).</summary>
    public static IReadOnlyList<string> Weights { get; } = [Safetensors, SafetensorsIndex, Pickled, PickledIndex];

    /// <summary>The files that each hold a whole vocabulary; one of them is enough.</summary>
    public static IReadOnlyList<string> Vocabularies { get; } = [Vocabulary, Tokenizer];

    /// <summary>All files of a tokenizer.</summary>
    public static IReadOnlyList<string> TokenizerFiles { get; } = [.. Vocabularies, TokenizerConfig, SpecialTokensMap, AddedTokens];

    /// <summary>The forms of weights in a message: <c>model.safetensors, … or pytorch_model.bin.index.json</c>.</summary>
    public static string WeightsInWords => $"{string.Join(", ", Weights.SkipLast(1))} or {Weights[^1]}";

    /// <summary>The name of one of several files of weights, counted from 1.</summary>
    public static string Shard(int number, int count) => $"model-{number:00000}-of-{count:00000}.safetensors";
}
