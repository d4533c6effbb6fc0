// The options of a training, named and defaulted as Hugging Face's TrainingArguments.
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
}

/// <summary>How the learning rate changes with the updates.</summary>
public enum LrSchedulerType
{
    /// <summary>Rises linearly while warming up, then falls linearly to 0.</summary>
    Linear,

    /// <summary>Never changes; it has no warm-up.</summary>
    Constant,
}

/// <summary>
/// The options of a training. Every one of them can change its result. Names and defaults are Hugging Face's; what they
/// mean in detail is in hf-parity.md, sections 9 and 10.
/// </summary>
public record TrainingArguments
{
    /// <summary>The highest learning rate of AdamW. Default 5e-5.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Decoupled weight decay of all weights except biases and LayerNorm's. Default 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Passes over the training rows; a fraction ends the last one early. Default 3.</summary>
    public double NumTrainEpochs { get; init; } = 3;

    /// <summary>Rows of a micro-batch. Default 8.</summary>
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>
    /// Rows of an evaluation batch in masked language modelling, whose loss is averaged by batch. Classification takes the
    /// mean over rows, so there it does not matter. Default 8.
    /// </summary>
    public int PerDeviceEvalBatchSize { get; init; } = 8;

    /// <summary>Micro-batches for an update. Default 1.</summary>
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>What happens to an epoch's left-over micro-batches: <c>per-epoch</c> or <c>carry-over</c>. Default per-epoch.</summary>
    public GradientAccumulation GradientAccumulation { get; init; }

    /// <summary>How a group's losses make one gradient: <c>mean</c> or <c>sum</c>. Default mean.</summary>
    public GradientAccumulationLoss GradientAccumulationLoss { get; init; }

    /// <summary>The gradient's greatest L2 norm; 0 does not clip. Default 1.</summary>
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Updates during which the learning rate rises; if 0, <see cref="WarmupRatio"/> counts. Default 0.</summary>
    public int WarmupSteps { get; init; }

    /// <summary>The share of all updates during which the learning rate rises. Default 0.</summary>
    public double WarmupRatio { get; init; }

    /// <summary>How the learning rate changes: <c>linear</c> or <c>constant</c>. Default linear.</summary>
    public LrSchedulerType LrSchedulerType { get; init; }

    /// <summary>AdamW's decay of the gradient's running mean. Default 0.9.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the squared gradient's running mean. Default 0.999.</summary>
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>What AdamW adds to its denominator. Default 1e-8.</summary>
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>The share of a target that is spread evenly over all classes. Default 0.</summary>
    public double LabelSmoothingFactor { get; init; }

    /// <summary>Updates between two lines of the training log. Default 500.</summary>
    public int LoggingSteps { get; init; } = 500;

    /// <summary>Decides the order of rows, masks and dropout. Default 42.</summary>
    public int Seed { get; init; } = 42;

    /// <summary>Whether the result is the model of the epoch with the lowest evaluation loss, not the last. Default true.</summary>
    public bool LoadBestModelAtEnd { get; init; } = true;

    /// <summary>The options that cannot be used, each with what is wrong and the remedy.</summary>
    public IEnumerable<(string Option, string Message)> Mistakes()
    {
        if (!(LearningRate >= 0) || double.IsInfinity(LearningRate))
            yield return ("learning_rate", $"a learning rate of {LearningRate} is not possible; give a number from 0 on");
        if (!(WeightDecay >= 0))
            yield return ("weight_decay", $"a weight decay of {WeightDecay} is not possible; give a number from 0 on");
        if (!(NumTrainEpochs > 0) || double.IsInfinity(NumTrainEpochs))
            yield return ("num_train_epochs", $"{NumTrainEpochs} epochs train nothing; give a number above 0");
        foreach (var (option, value) in new[]
        {
            ("per_device_train_batch_size", PerDeviceTrainBatchSize),
            ("per_device_eval_batch_size", PerDeviceEvalBatchSize),
            ("gradient_accumulation_steps", GradientAccumulationSteps),
            ("logging_steps", LoggingSteps),
        })
            if (value < 1)
                yield return (option, $"{value} is not possible; give a whole number from 1 on");
        if (!(MaxGradNorm >= 0))
            yield return ("max_grad_norm", $"a norm of {MaxGradNorm} is not possible; give a number above 0, or 0 not to clip");
        if (WarmupSteps < 0)
            yield return ("warmup_steps", $"{WarmupSteps} is not possible; give a whole number from 0 on");
        foreach (var (option, value) in new[] { ("adam_beta1", AdamBeta1), ("adam_beta2", AdamBeta2), ("label_smoothing_factor", LabelSmoothingFactor) })
            if (!(value >= 0 && value < 1))
                yield return (option, $"{value} is not possible; give a number from 0 to below 1");
        if (!(WarmupRatio >= 0 && WarmupRatio <= 1))
            yield return ("warmup_ratio", $"{WarmupRatio} is not a share; give a number from 0 to 1");
        if (LrSchedulerType == LrSchedulerType.Constant && (WarmupSteps > 0 || WarmupRatio > 0))
            yield return ("lr_scheduler_type", "a constant learning rate does not warm up; use linear, or leave out warmup_steps and warmup_ratio");
        if (!(AdamEpsilon >= 0))
            yield return ("adam_epsilon", $"{AdamEpsilon} is not possible; give a number from 0 on");
        if (Seed < 0)
            yield return ("seed", $"{Seed} is not a seed; give a whole number from 0 on");
    }
}
