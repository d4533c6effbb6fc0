// Where a training stage takes its model from.
using Tlpipe.Engine.Options;

namespace Tlpipe.Stages.Models;

/// <summary>How the weights begin.</summary>
public enum InitialWeights
{
    /// <summary>Those of the model folder; what it lacks is made fresh.</summary>
    Pretrained,

    /// <summary>All fresh, drawn under the seed.</summary>
    Random,
}

/// <summary>A model: <c>model: base</c>, or <c>model: { config_of: base, weights: random }</c>.</summary>
[Shorthand(nameof(From))]
public sealed record ModelSource
{
    /// <summary>The stage whose model is taken with its weights.</summary>
    [Takes(OutputKinds.Model)]
    public Input? From { get; init; }

    /// <summary>The stage whose config.json and tokenizer are taken, without its weights.</summary>
    [Takes(OutputKinds.Model, OutputKinds.Shape)]
    public Input? ConfigOf { get; init; }

    /// <summary>pretrained or random. Default: pretrained.</summary>
    public InitialWeights Weights { get; init; } = InitialWeights.Pretrained;

    /// <summary>The folder's reference, whichever way it was given.</summary>
    internal Input Folder => From ?? ConfigOf ?? throw new InvalidOperationException("a model without a source passed the check");

    internal bool IsRandom => Weights == InitialWeights.Random;

    internal IEnumerable<OptionMistake> Check(string option)
    {
        if (From is null == ConfigOf is null)
            yield return new OptionMistake(option, "give a stage (model: base), or { config_of: base, weights: random }");
        else if (ConfigOf is not null && !IsRandom)
            yield return new OptionMistake(option + ".config_of", "config_of takes no weights; add weights: random, or write model: STAGE to take its weights");
        else if (From is not null && IsRandom)
            yield return new OptionMistake(option + ".weights", "weights: random belongs to config_of; write { config_of: STAGE, weights: random }");
    }
}
