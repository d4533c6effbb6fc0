// The kinds of content that outputs have and options take, as messages say them.
namespace Tlpipe.Stages;

/// <summary>Kinds of content. A reference to an output of another kind than the option takes is a mistake in the config.</summary>
internal static class OutputKinds
{
    /// <summary>table.parquet.</summary>
    public const string Table = "a table";

    /// <summary>Tokenized rows, with labels where there are any.</summary>
    public const string Tokens = "tokenized rows";

    /// <summary>Tokenized rows laid end to end and cut.</summary>
    public const string Windows = "windows of tokens";

    /// <summary>A model's folder with config.json, weights and tokenizer.</summary>
    public const string Model = "a model";

    /// <summary>The same without weights.</summary>
    public const string Shape = "a model without weights";

    /// <summary>A tokenizer's folder.</summary>
    public const string Tokenizer = "a tokenizer";

    /// <summary>A linear model of words.</summary>
    public const string WordModel = "a model of words";

    /// <summary>predictions.safetensors.</summary>
    public const string Predictions = "predictions";

    /// <summary>metrics.json.</summary>
    public const string Metrics = "metrics";

    /// <summary>overlap.json.</summary>
    public const string Overlap = "an overlap";

    /// <summary>options.json of a search.</summary>
    public const string Options = "tuned options";

    /// <summary>A comparison in several forms.</summary>
    public const string Comparison = "a comparison";

    /// <summary>A list of trials.</summary>
    public const string Trials = "a list of trials";

    /// <summary>A learning curve.</summary>
    public const string Curve = "a learning curve";

    /// <summary>trainer_state.json.</summary>
    public const string Log = "a training's log";

    /// <summary>Checkpoints of a training.</summary>
    public const string Checkpoints = "checkpoints";

    /// <summary>A report on a stage's own work.</summary>
    public const string Report = "a report";

    /// <summary>A file as it was fetched.</summary>
    public const string File = "a file";
}
