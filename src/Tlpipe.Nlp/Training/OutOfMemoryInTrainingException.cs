// The error of a training or evaluation that does not fit in memory.
namespace Tlpipe.Nlp.Training;

/// <summary>The device ran out of memory. The message is one line and names what to try.</summary>
public sealed class OutOfMemoryInTrainingException : Exception
{
    private OutOfMemoryInTrainingException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>For training: half the batch, and twice the accumulation, make the same updates.</summary>
    public static OutOfMemoryInTrainingException InTraining(TrainingArguments arguments, bool gradientCheckpointing, Exception cause)
    {
        const string Checkpointing = "gradient_checkpointing: true";
        var (batch, accumulation) = (arguments.PerDeviceTrainBatchSize, arguments.GradientAccumulationSteps);
        if (batch == 1)
            return new($"a batch of one row does not fit in memory; use shorter rows, a smaller model{(gradientCheckpointing ? "" : $", {Checkpointing}")} or a device with more memory", cause);
        // The largest proper divisor keeps the effective batch exactly.
        var smaller = Enumerable.Range(1, batch / 2).Last(b => batch % b == 0);
        return new(
            $"a batch of {batch} rows does not fit in memory; with per_device_train_batch_size {smaller} and "
            + $"gradient_accumulation_steps {accumulation * (batch / smaller)} an update still sees {batch * accumulation} rows"
            + (gradientCheckpointing ? "" : $"; {Checkpointing} also takes less"),
            cause);
    }

    /// <summary>For the evaluation of a classifier, so many tokens at once.</summary>
    public static OutOfMemoryInTrainingException InClassification(int tokens, Exception cause) =>
        new($"evaluating {tokens} tokens at once does not fit in memory; use a smaller model or a device with more free memory", cause);

    /// <summary>For evaluation in batches of this many rows.</summary>
    public static OutOfMemoryInTrainingException InEvaluation(int batch, Exception cause) => batch == 1
        ? new("evaluating one row does not fit in memory; use shorter rows, a smaller model or a device with more memory", cause)
        : new($"an evaluation batch of {batch} rows does not fit in memory; try per_device_eval_batch_size {batch / 2}", cause);
}
