// The words that options of a training can have.
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Tlpipe.Nlp.Training;

/// <summary>What happens to the micro-batches that an epoch leaves over when gradients are accumulated.</summary>
public enum GradientAccumulation
{
    /// <summary>The short last group of an epoch makes an update of its own (Trainer from 4.48 on).</summary>
    PerEpoch,

    /// <summary>They are carried into the next epoch's first update (Trainer 4.46 and 4.47).</summary>
    CarryOver,
}

/// <summary>How the losses of an accumulated group make one gradient.</summary>
public enum GradientAccumulationLoss
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum; the mean over <c>gradient_accumulation_steps</c> is what is logged (Trainer 4.46 and 4.47).</summary>
    Sum,

    /// <summary>Each counts by what it is the mean of, masked tokens or rows, as if the group were one batch.</summary>
    Token,
}

/// <summary>How the learning rate changes with the updates (docs/hf-parity.md 9.3), after a linear warm-up where there can be one.</summary>
public enum LrSchedulerType
{
    /// <summary>Falls linearly to 0.</summary>
    Linear,

    /// <summary>Falls as a cosine: by default half a wave, from the top to 0.</summary>
    Cosine,

    /// <summary>Falls as half a cosine wave, several times from the top.</summary>
    [JsonStringEnumMemberName("cosine_with_restarts")]
    CosineWithRestarts,

    /// <summary>Falls as a power of what is left, to <c>lr_end</c>.</summary>
    Polynomial,

    /// <summary>Never changes; it has no warm-up.</summary>
    Constant,

    /// <summary>Stays once it has risen.</summary>
    [JsonStringEnumMemberName("constant_with_warmup")]
    ConstantWithWarmup,

    /// <summary>Falls with the square root of the updates.</summary>
    [JsonStringEnumMemberName("inverse_sqrt")]
    InverseSqrt,

    /// <summary>
    /// Rises from a 32nd over <c>warmup_steps</c>, or <c>warmup_ratio</c>, or a tenth of the updates, and falls to a 32nd: slanted triangular rates (Howard
    /// and Ruder 2018).
    /// </summary>
    [JsonStringEnumMemberName("slanted_triangular")]
    SlantedTriangular,
}

/// <summary>When something recurring is done.</summary>
public enum IntervalStrategy
{
    /// <summary>Never.</summary>
    No,

    /// <summary>Each so many updates.</summary>
    Steps,

    /// <summary>At each epoch's end, and where training ends inside one.</summary>
    Epoch,
}

/// <summary>When a checkpoint is kept.</summary>
public enum SaveStrategy
{
    /// <summary>Never; the result is the model alone.</summary>
    No,

    /// <summary>Each so many updates, and at the end.</summary>
    Steps,

    /// <summary>At each epoch's end.</summary>
    Epoch,

    /// <summary>After each evaluation that is the best so far.</summary>
    Best,
}

/// <summary>How wide Hugging Face would have padded a row. Nothing is computed for padding here, but masking draws for it.</summary>
public enum Padding
{
    /// <summary>To the longest row of its batch.</summary>
    Longest,

    /// <summary>To the longest row of its slice of the table, as <c>dataset.map(batched=True)</c> with a padding tokenizer does.</summary>
    MapSlices,
}

/// <summary>What the shape of a learning rate's schedule depends on; each counts for some schedules only.</summary>
public sealed record LrSchedulerKwargs
{
    /// <summary>Waves of <c>cosine</c>, or restarts of <c>cosine_with_restarts</c>. Default: half a wave, or 1 restart.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? NumCycles { get; init; }

    /// <summary>The last learning rate of <c>polynomial</c>. Default 1e-7.</summary>
    [Range(0.0, double.MaxValue)]
    public double? LrEnd { get; init; }

    /// <summary>The power of <c>polynomial</c>. Default 1.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? Power { get; init; }
}
