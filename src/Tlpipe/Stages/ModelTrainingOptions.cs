// The options that every training of a model from a folder has, beside those of the training itself.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>What to train, and on what.</summary>
public record ModelTrainingOptions : TrainingArguments
{
    /// <summary>The model to begin with.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>The rows to train on: windows for a language model, labelled rows for a classifier.</summary>
    public required Input Train { get; init; }

    /// <summary>The rows to evaluate on after each epoch; they choose the best one.</summary>
    public required Input Eval { get; init; }

    /// <summary>Dropout of hidden states. Default: what config.json says.</summary>
    [Range(0, 0.99)]
    public double? HiddenDropoutProb { get; init; }

    /// <summary>Dropout of attention probabilities. Default: what config.json says.</summary>
    [Range(0, 0.99)]
    public double? AttentionProbsDropoutProb { get; init; }

    internal DropoutRates DropoutRates => new(HiddenDropoutProb, AttentionProbsDropoutProb);

    internal IEnumerable<OptionMistake> TrainingMistakes() =>
        Model.Check("model").Concat(Mistakes().Select(m => new OptionMistake(m.Option, m.Message)));
}
