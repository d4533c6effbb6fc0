// The shape of a model as facts, and what training it costs.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Config;

namespace Tlpipe.Stages.Models;

/// <summary>Counts of a model and of the work that it takes.</summary>
internal static class ModelFacts
{
    /// <summary>A model's shape, under the names of its config.json.</summary>
    public static Facts Of(BertConfig config) => Facts.None
        .With("hidden_size", config.HiddenSize)
        .With("num_hidden_layers", config.NumHiddenLayers)
        .With("intermediate_size", config.IntermediateSize)
        .With("vocab_size", config.VocabSize);

    /// <summary>
    /// Floating-point operations of one forward pass over one token: two for each weight of the layers, and two products of attention over
    /// <paramref name="length"/> tokens in each (docs/hf-parity.md 19.1). Null where the shape is not known.
    /// </summary>
    public static double? ForwardFlops(Facts model, double length)
    {
        if (model["hidden_size"] is not { } hidden || model["num_hidden_layers"] is not { } layers)
            return null;
        var inner = model["intermediate_size"] ?? 4 * hidden;
        return layers * ((8 * hidden * hidden) + (4 * hidden * inner) + (4 * length * hidden));
    }

    /// <summary>
    /// The bytes that a training needs in the store: the model, and two checkpoints of weights and AdamW's two moments, the current one and the one
    /// that is being written; four bytes a parameter. Null where the shape is not known.
    /// </summary>
    public static double? TrainingBytes(Facts model)
    {
        if (model["hidden_size"] is not { } hidden || model["num_hidden_layers"] is not { } layers || model["vocab_size"] is not { } vocabulary)
            return null;
        var inner = model["intermediate_size"] ?? 4 * hidden;
        var parameters = (vocabulary * hidden) + (layers * ((4 * hidden * hidden) + (2 * hidden * inner)));
        return 4 * parameters * (1 + (2 * 3));
    }

    /// <summary>Operations of the masked-language-model head over one predicted token.</summary>
    public static double HeadFlops(Facts model) =>
        model["hidden_size"] is { } hidden && model["vocab_size"] is { } vocabulary ? 2 * hidden * (hidden + vocabulary) : 0;
}
