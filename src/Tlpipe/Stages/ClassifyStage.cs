// classify: trains a classifier of rows.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Text;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>Options of <c>classify</c>, beside those of every training of a model.</summary>
public sealed record ClassifyOptions : ModelTrainingOptions
{
    /// <summary>The number of classes, or of numbers that a row has. Default: 2.</summary>
    [Range(1)]
    public int NumLabels { get; init; } = 2;

    /// <summary>
    /// What the outputs stand for: single_label_classification, regression or multi_label_classification. Default: one class of
    /// several, or a number where num_labels is 1.
    /// </summary>
    public ProblemType? ProblemType { get; init; }

    internal ProblemType Problem => ProblemType ?? ClassifierObjective.TypeOf(null, NumLabels);

    /// <summary>How much a row of each class counts in the loss, one number a class. Default: all the same.</summary>
    [Range(0)]
    public IReadOnlyList<double>? ClassWeights { get; init; }
}

/// <summary>Trains a BERT with a classification head, as Hugging Face's Trainer does.</summary>
[Stage("classify", version: 2, UsesTensors = true)]
[Output("model", "the best model, with its tokenizer")]
[Output("log", "trainer_state.json")]
[Output("checkpoints", "the checkpoints that save_strategy keeps")]
public sealed class ClassifyStage : IStage<ClassifyOptions>
{
    public IEnumerable<OptionMistake> Check(ClassifyOptions options)
    {
        foreach (var mistake in options.TrainingMistakes(ClassifierObjective.MetricsOf(options.Problem)))
            yield return mistake;
        var isSingle = options.Problem == Nlp.Training.ProblemType.SingleLabelClassification;
        if (isSingle && options.NumLabels < 2)
            yield return new OptionMistake("num_labels", "one class of one leaves nothing to learn; give 2 or more, or problem_type: regression");
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
        var objective = new ClassifierObjective(options.Problem);
        var train = run.ReadTokens(options.Train, objective, options.NumLabels);
        var eval = run.ReadTokens(options.Eval, objective, options.NumLabels);
        var folder = run.Read(options.Model.Folder).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var (model, report) = ModelFolder.LoadClassifier(
            folder, options.NumLabels, options.Seed, run.OpenDevice(), run.ComputeType(), options.Model.IsRandom, options.DropoutRates, objective.Name);
        using (model)
            run.Train(new ClassificationTask(model, train, eval, options, options.ClassWeights), options.Model, report, tokenizer, options);
    }
}
