// Where an option is found in Hugging Face's libraries.
using Option = Tlpipe.Engine.Stages.Option;

namespace Tlpipe.Reporters;

/// <summary>Options have Hugging Face's names wherever there is one; this says whose they are.</summary>
internal static class HuggingFaceNames
{
    private static readonly string[] OwnOfTraining = ["gradient_accumulation", "gradient_accumulation_loss", "log_micro_batches"];

    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["early_stopping_patience"] = "EarlyStoppingCallback",
        ["early_stopping_threshold"] = "EarlyStoppingCallback",
        ["padding"] = "the tokenizer's call",
        ["pad_to_multiple_of"] = "the tokenizer's call",
        ["map_batch_size"] = "Dataset.map(batch_size)",
        ["truncation"] = "the tokenizer's call",
        ["max_length"] = "the tokenizer's call",
        ["text_pair"] = "the tokenizer's call",
        ["mlm_probability"] = "DataCollatorForLanguageModeling",
        ["mask_replace_prob"] = "DataCollatorForLanguageModeling",
        ["random_replace_prob"] = "DataCollatorForLanguageModeling",
        ["whole_word_mask"] = "DataCollatorForWholeWordMask",
        ["num_labels"] = "BertConfig",
        ["problem_type"] = "BertConfig",
        ["hidden_size"] = "BertConfig",
        ["num_hidden_layers"] = "BertConfig",
        ["num_attention_heads"] = "BertConfig",
        ["intermediate_size"] = "BertConfig",
        ["max_position_embeddings"] = "BertConfig",
        ["hidden_dropout_prob"] = "BertConfig",
        ["attention_probs_dropout_prob"] = "BertConfig",
        ["vocab_size"] = "WordPieceTrainer",
        ["min_frequency"] = "WordPieceTrainer",
        ["do_lower_case"] = "BertTokenizer",
        ["strip_accents"] = "BertTokenizer",
        ["gradient_checkpointing"] = "TrainingArguments",
        ["revision"] = "from_pretrained",
    };

    /// <summary>The class or function that has the option under the same name; empty where none has.</summary>
    public static string Of(Option option) =>
        Others.TryGetValue(option.Name, out var named) ? named
        : option.Property.DeclaringType == typeof(Nlp.Training.TrainingArguments) && !OwnOfTraining.Contains(option.Name) ? "TrainingArguments"
        : "";
}
