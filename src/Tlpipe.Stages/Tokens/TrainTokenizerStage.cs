// train-tokenizer: learns a WordPiece vocabulary from a table's texts.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Tokens;

/// <summary>Options of <c>train-tokenizer</c>.</summary>
public sealed record TrainTokenizerOptions
{
    /// <summary>The table whose texts the vocabulary is learnt from.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>The column with the texts. Default: text.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>Entries of the vocabulary, special tokens included. Default: 8000.</summary>
    [Range(100, int.MaxValue)]
    [HuggingFace("WordPieceTrainer")]
    public int VocabSize { get; init; } = 8000;

    /// <summary>How often a pair has to occur to become a piece. Default: 2.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("WordPieceTrainer")]
    public int MinFrequency { get; init; } = 2;

    /// <summary>The longest row that models with this tokenizer take, in tokens. Default: 512.</summary>
    [Range(2, int.MaxValue)]
    public int ModelMaxLength { get; init; } = 512;

    /// <summary>Whether case is dropped, here and by every model with this tokenizer. Default: false.</summary>
    [AddedLater("false")]
    [HuggingFace("BertTokenizer")]
    public bool DoLowerCase { get; init; }

    /// <summary>Whether accents are dropped too. Default: as <c>do_lower_case</c> says.</summary>
    [AddedLater("null")]
    [HuggingFace("BertTokenizer")]
    public bool? StripAccents { get; init; }
}

/// <summary>Learns a WordPiece vocabulary; the same texts give the same vocabulary.</summary>
[Stage("train-tokenizer", version: 1)]
[Output("tokenizer", "vocab.txt and Hugging Face's tokenizer files", Kind = OutputKinds.Tokenizer)]
public sealed class TrainTokenizerStage : IStage<TrainTokenizerOptions>
{
    public Forecast Foresee(TrainTokenizerOptions options, Func<Input, Facts> facts) =>
        Forecast.Of("tokenizer", Facts.None.With("vocab_size", options.VocabSize));

    public void Run(TrainTokenizerOptions options, StageRun run)
    {
        var texts = run.ReadTable(options.Table).PresentTexts(options.TextColumn);
        var settings = new TokenizerSettings
        {
            ModelMaxLength = options.ModelMaxLength,
            Lowercase = options.DoLowerCase,
            StripAccents = options.StripAccents,
        };
        var vocabulary = WordPieceTrainer.Train(
            texts, new WordPieceTrainerOptions { VocabSize = options.VocabSize, MinFrequency = options.MinFrequency, Settings = settings }, run.Stopping);
        TokenizerFiles.Write(run.Create("tokenizer"), vocabulary, settings);
        run.Describe("tokenizer", Facts.None.With("vocab_size", vocabulary.Count));
    }
}
