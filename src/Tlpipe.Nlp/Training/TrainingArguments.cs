// The options of a training, named and defaulted as Hugging Face's TrainingArguments.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Formats;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// The options of a training. Every one of them can change its result. Names and defaults are Hugging Face's, except three defaults:
/// eval_strategy is epoch, save_strategy is no, load_best_model_at_end is true. What they mean in detail is in docs/hf-parity.md,
/// sections 9 and 10. A range's ErrorMessage is the remedy where its bounds do not say it.
/// </summary>
[HuggingFace("TrainingArguments")]
public partial record TrainingArguments
{
    private const string MaxStepsRemedy = "give a whole number from 1 on, or -1 to go by num_train_epochs";
    private const string IntervalRemedy = "give a whole number from 1 on, or a share below 1";

    /// <summary>The highest learning rate of AdamW. Default 5e-5.</summary>
    [Range(0.0, double.MaxValue)]
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Decoupled weight decay of all weights except biases and LayerNorm's. Default 0.</summary>
    [Range(0.0, double.PositiveInfinity)]
    public double WeightDecay { get; init; }

    /// <summary>Passes over the training rows; a fraction ends the last one early. Default 3.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double NumTrainEpochs { get; init; } = 3;

    /// <summary>Updates after which training ends, whatever <see cref="NumTrainEpochs"/> says; -1 for no such end. Default -1.</summary>
    [Range(-1, int.MaxValue, ErrorMessage = MaxStepsRemedy)]
    public int MaxSteps { get; init; } = -1;

    /// <summary>Rows of a micro-batch. Default 8.</summary>
    [Range(1, int.MaxValue)]
    public int PerDeviceTrainBatchSize { get; init; } = 8;

    /// <summary>
    /// Rows of an evaluation batch. It counts where the loss is averaged by batch: in masked language modelling, and with class
    /// weights. Default 8.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int PerDeviceEvalBatchSize { get; init; } = 8;

    /// <summary>Micro-batches for an update. Default 1.</summary>
    [Range(1, int.MaxValue)]
    public int GradientAccumulationSteps { get; init; } = 1;

    /// <summary>What happens to an epoch's left-over micro-batches: <c>per-epoch</c> or <c>carry-over</c>. Default per-epoch.</summary>
    [HuggingFace(null)]
    public GradientAccumulation GradientAccumulation { get; init; }

    /// <summary>How a group's losses make one gradient: <c>mean</c>, <c>sum</c> or <c>token</c>. Default mean.</summary>
    [HuggingFace(null)]
    public GradientAccumulationLoss GradientAccumulationLoss { get; init; }

    /// <summary>The gradient's greatest L2 norm; 0 does not clip. Default 1.</summary>
    [Range(0.0, double.PositiveInfinity, ErrorMessage = "give a number above 0, or 0 not to clip")]
    public double MaxGradNorm { get; init; } = 1.0;

    /// <summary>Updates during which the learning rate rises; if 0, <see cref="WarmupRatio"/> counts. Default 0.</summary>
    [Range(0, int.MaxValue)]
    public int WarmupSteps { get; init; }

    /// <summary>The share of all updates during which the learning rate rises. Default 0.</summary>
    [Range(0.0, 1.0)]
    public double WarmupRatio { get; init; }

    /// <summary>
    /// How the learning rate changes: <c>linear</c>, <c>cosine</c>, <c>cosine_with_restarts</c>, <c>polynomial</c>,
    /// <c>constant</c>, <c>constant_with_warmup</c>, <c>inverse_sqrt</c> or <c>slanted_triangular</c>. Default linear.
    /// </summary>
    public LrSchedulerType LrSchedulerType { get; init; }

    /// <summary>What else the schedule depends on: <c>num_cycles</c>, <c>lr_end</c> and <c>power</c>.</summary>
    public LrSchedulerKwargs LrSchedulerKwargs { get; init; } = new();

    /// <summary>AdamW's decay of the gradient's running mean. Default 0.9.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW's decay of the squared gradient's running mean. Default 0.999.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double AdamBeta2 { get; init; } = 0.999;

    /// <summary>What AdamW adds to its denominator. Default 1e-8.</summary>
    [Range(0.0, double.PositiveInfinity)]
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>The share of a target that is spread evenly over all classes. Default 0.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public double LabelSmoothingFactor { get; init; }

    /// <summary>When a line of the training log is written: <c>steps</c>, <c>epoch</c> or <c>no</c>. Default steps.</summary>
    public IntervalStrategy LoggingStrategy { get; init; } = IntervalStrategy.Steps;

    /// <summary>Updates between two lines of the training log; below 1, that share of all updates. Default 500.</summary>
    [Range(0.0, int.MaxValue, MinimumIsExclusive = true, ErrorMessage = IntervalRemedy)]
    public double LoggingSteps { get; init; } = 500;

    /// <summary>Whether the first update has a line of its own. Default false.</summary>
    public bool LoggingFirstStep { get; init; }

    /// <summary>When the model is evaluated: <c>epoch</c>, <c>steps</c> or <c>no</c>. Default epoch.</summary>
    public IntervalStrategy EvalStrategy { get; init; } = IntervalStrategy.Epoch;

    /// <summary>Updates between two evaluations; below 1, that share of all updates. Default: <see cref="LoggingSteps"/>.</summary>
    [Range(0.0, int.MaxValue, MinimumIsExclusive = true, ErrorMessage = IntervalRemedy)]
    public double? EvalSteps { get; init; }

    /// <summary>
    /// When the model as it stands is kept among the results, as <c>checkpoint-N</c>: <c>no</c>, <c>epoch</c>, <c>steps</c> or
    /// <c>best</c>. An interrupted training resumes without any of these, and the best model needs none. Default no.
    /// </summary>
    public SaveStrategy SaveStrategy { get; init; }

    /// <summary>Updates between two kept checkpoints; below 1, that share of all updates. Default 500.</summary>
    [Range(0.0, int.MaxValue, MinimumIsExclusive = true, ErrorMessage = IntervalRemedy)]
    public double SaveSteps { get; init; } = 500;

    /// <summary>The most checkpoints that are kept: the newest, and the best beside them. Default: all.</summary>
    [Range(1, int.MaxValue, ErrorMessage = "give a whole number from 1 on, or save_strategy: no")]
    public int? SaveTotalLimit { get; init; }

    /// <summary>Decides the order of rows, masks and dropout. Default 42.</summary>
    [Range(0, int.MaxValue)]
    public int Seed { get; init; } = 42;

    /// <summary>Decides the order of rows alone. Default: <see cref="Seed"/>.</summary>
    [Range(0, int.MaxValue)]
    public int? DataSeed { get; init; }

    /// <summary>Whether the result is the best model of those evaluated, not the last. Default true.</summary>
    public bool LoadBestModelAtEnd { get; init; } = true;

    /// <summary>What is best: an evaluation's <c>loss</c>, or another of its figures, such as <c>accuracy</c>. Default loss.</summary>
    public string? MetricForBestModel { get; init; }

    /// <summary>Whether more of it is better. Default: unless its name ends in loss.</summary>
    public bool? GreaterIsBetter { get; init; }

    /// <summary>Training stops after so many evaluations in a row that bring nothing better. Default: never.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("EarlyStoppingCallback")]
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>By how much an evaluation must be better for the patience to start again. Default 0.</summary>
    [Range(0.0, double.PositiveInfinity)]
    [HuggingFace("EarlyStoppingCallback")]
    public double EarlyStoppingThreshold { get; init; }

    /// <summary>How wide a row would be padded: <c>longest</c> or <c>map-slices</c>. It counts where masks are drawn. Default longest.</summary>
    [HuggingFace("the tokenizer's call")]
    public Padding Padding { get; init; }

    /// <summary>Rows of a slice for <c>padding: map-slices</c>. Default 1000.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("Dataset.map(batch_size)")]
    public int MapBatchSize { get; init; } = 1000;

    /// <summary>Padded widths are multiples of this. Default 1.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("the tokenizer's call")]
    public int PadToMultipleOf { get; init; } = 1;

    /// <summary>Whether the log holds every micro-batch's shape, loss and learning rate (micro_batches.jsonl). Default false.</summary>
    [HuggingFace(null)]
    public bool LogMicroBatches { get; init; }

    /// <summary>The figure that decides which model is best, named as in the log.</summary>
    internal string BestMetric =>
        MetricForBestModel is not { } name ? "eval_loss" : name.StartsWith("eval_", StringComparison.Ordinal) ? name : $"eval_{name}";

    /// <summary>Whether more of <see cref="BestMetric"/> is better.</summary>
    internal bool MoreIsBetter => GreaterIsBetter ?? !BestMetric.EndsWith("loss", StringComparison.Ordinal);
}
