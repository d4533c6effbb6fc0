// classify: trains a classifier of rows.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Models;
using Tlpipe.Stages.Results;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Training;

/// <summary>Options of <c>classify</c>, beside those of every training of a model.</summary>
public sealed record ClassifyOptions : ModelTrainingOptions
{
    /// <summary>The number of classes, or of numbers that a row has. Default: 2.</summary>
    [Range(1, int.MaxValue)]
    [HuggingFace("BertConfig")]
    public int NumLabels { get; init; } = 2;

    /// <summary>
    /// What the outputs stand for: single_label_classification, regression or multi_label_classification. Default: one class of
    /// several, or a number where num_labels is 1.
    /// </summary>
    [HuggingFace("BertConfig")]
    public ProblemType? ProblemType { get; init; }

    internal ProblemType Problem => ProblemType ?? ClassifierObjective.TypeOf(null, NumLabels);

    /// <summary>How much a row of each class counts in the loss, one number a class. Default: all the same.</summary>
    [Range(0.0, double.MaxValue)]
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>
    /// Whether the pooler is re-initialised, such as one that was trained for another purpose (Zhang et al. 2021, Revisiting Few-sample BERT
    /// Fine-tuning). Default: false.
    /// </summary>
    [AddedLater("false")]
    public bool ReinitPooler { get; init; }

    /// <summary>How many layers from the top are re-initialised (Zhang et al. 2021). Default: 0.</summary>
    [Range(0, int.MaxValue)]
    [AddedLater("0")]
    public int ReinitLayers { get; init; }

    /// <summary>
    /// Each layer learns at the rate of the one above it times this; pooler and head learn at learning_rate, and the embeddings slowest (Howard and Ruder 2018,
    /// discriminative fine-tuning, 1/2.6 there; in this form Clark et al. 2020, ELECTRA, and Bao et al. 2022, BEiT). Default: 1.
    /// </summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    [AddedLater("1")]
    public double LayerwiseLrDecay { get; init; } = 1;

    /// <summary>Whether the embeddings stay as they are (Lee, Tang and Lin 2019, What Would Elsa Do?). Default: false.</summary>
    [AddedLater("false")]
    public bool FreezeEmbeddings { get; init; }

    /// <summary>How many layers from the bottom stay as they are, and the embeddings with them (Lee, Tang and Lin 2019). Default: 0.</summary>
    [Range(0, int.MaxValue)]
    [AddedLater("0")]
    public int FreezeLayers { get; init; }

    /// <summary>
    /// How many layers join in after each epoch: the first trains pooler and head alone, the next the topmost layers too, the embeddings come last. 1 is
    /// ULMFiT's gradual unfreezing (Howard and Ruder 2018), which goes with lr_scheduler_type: slanted_triangular. Default: 0, all from the start.
    /// </summary>
    [Range(0, int.MaxValue)]
    [AddedLater("0")]
    public int GradualUnfreezing { get; init; }

    /// <summary>A tune stage: what it found takes the place of the options given here. Default: none.</summary>
    [Takes(OutputKinds.Options)]
    public Input? Tuned { get; init; }

    internal override RowsUse Use => RowsUse.Classifier;

    internal override Input? ChosenOn => LoadBestModelAtEnd && EvalStrategy != IntervalStrategy.No ? Eval : null;

    internal override Input? TunedBy => Tuned;

    internal LayerTraining Layers => new()
    {
        LayerwiseLrDecay = LayerwiseLrDecay,
        FreezeEmbeddings = FreezeEmbeddings,
        FreezeLayers = FreezeLayers,
        GradualUnfreezing = GradualUnfreezing,
    };
}

/// <summary>Trains a BERT with a classification head, as Hugging Face's Trainer does.</summary>
[Stage("classify", version: 2, UsesTensors = true)]
[Output("model", "the best model, with its tokenizer", Kind = OutputKinds.Model)]
[Output("log", HuggingFaceFiles.TrainerState, Kind = OutputKinds.Log)]
[Output("checkpoints", "the checkpoints that save_strategy keeps", Kind = OutputKinds.Checkpoints)]
public sealed class ClassifyStage : IStage<ClassifyOptions>
{
    public IEnumerable<OptionMistake> Check(ClassifyOptions options)
    {
        foreach (var mistake in options.TrainingMistakes(ClassifierObjective.MetricsOf(options.Problem)))
            yield return mistake;
        var isSingle = options.Problem == Tlpipe.Nlp.Training.ProblemType.SingleLabelClassification;
        if (isSingle && options.NumLabels < 2)
            yield return new OptionMistake("num_labels", "one class leaves nothing to learn; give 2 or more, or problem_type: regression");
        if (!isSingle && options.LabelSmoothingFactor > 0)
            yield return new OptionMistake("label_smoothing_factor", "only one class of several can be smoothed; leave it out");
        if (!isSingle && options.ClassWeights is not null)
            yield return new OptionMistake("class_weights", "only one class of several can be weighted; leave it out");
        else if (options.ClassWeights is not null && options.LabelSmoothingFactor > 0)
            yield return new OptionMistake("class_weights", "weights and label_smoothing_factor do not go together; leave one of them out");
        else if (options.ClassWeights is { } weights && weights.Count != options.NumLabels)
            yield return new OptionMistake("class_weights", $"{weights.Count} weights stand for {options.NumLabels} classes; give one for each");
        else if (options.ClassWeights is { } all && all.Sum() <= 0)
            yield return new OptionMistake("class_weights", "no class counts; give at least one weight above 0");
        if (options.Model.IsRandom && (options.ReinitPooler || options.ReinitLayers > 0))
            yield return new OptionMistake(options.ReinitPooler ? "reinit_pooler" : "reinit_layers", "a model with weights: random is already re-initialised; leave it out");
        if (options.Model.IsRandom && (options.FreezeEmbeddings || options.FreezeLayers > 0))
            yield return new OptionMistake(options.FreezeEmbeddings ? "freeze_embeddings" : "freeze_layers", "random weights that are never trained are useless; leave it out");
    }

    public Forecast Foresee(ClassifyOptions options, Func<Input, Facts> facts)
    {
        var model = facts(options.Model.Folder);
        var train = facts(options.Train);
        var eval = facts(options.Eval);
        return Forecast.Of("model", model, TrainingSupport.Work(options, model, train, eval, train["tokens"], eval["tokens"], headFlopsAToken: 0));
    }

    public void Run(ClassifyOptions options, StageRun run)
    {
        options = Tuned.In(options, options.Tuned, run, this);
        var objective = new ClassifierObjective(options.Problem);
        var train = run.ReadTokens(options.Train, options.Model.Folder, objective, options.NumLabels);
        var eval = run.ReadTokens(options.Eval, options.Model.Folder, objective, options.NumLabels);
        var folder = run.Read(options.Model.Folder).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var (model, report) = ModelFolder.LoadClassifier(
            folder, options.NumLabels, options.Seed, run.OpenDevice(), run.ComputeType(), options.Model.IsRandom, options.DropoutRates, objective.Name,
            new Reinitialization(options.ReinitPooler, options.ReinitLayers));
        using (model)
        {
            model.GradientCheckpointing = options.GradientCheckpointing;
            if (options.FreezeLayers > model.Config.NumHiddenLayers)
                throw new InputException($"freeze_layers is {options.FreezeLayers}, and '{options.Model.Folder.Stage}' has {model.Config.NumHiddenLayers} layers; give a smaller number");
            run.Train(new ClassificationTask(model, train, eval, options, options.ClassWeights) { Layers = options.Layers }, options.Model, report, tokenizer, options);
        }
    }
}
