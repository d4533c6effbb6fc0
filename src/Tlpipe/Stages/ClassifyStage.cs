// classify: trains a classifier of rows.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Text;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>Options of <c>classify</c>, beside those of every training.</summary>
public sealed record ClassifyOptions : TrainingArguments
{
    /// <summary>The model to begin with.</summary>
    public required ModelSource Model { get; init; }

    /// <summary>The labelled rows to train on.</summary>
    public required Input Train { get; init; }

    /// <summary>The labelled rows to evaluate on after each epoch; they choose the best one.</summary>
    public required Input Eval { get; init; }

    /// <summary>The number of classes. Default: 2.</summary>
    [Range(2)]
    public int NumLabels { get; init; } = 2;

    /// <summary>Dropout of hidden states. Default: what config.json says.</summary>
    [Range(0, 0.99)]
    public double? HiddenDropoutProb { get; init; }

    /// <summary>Dropout of attention probabilities. Default: what config.json says.</summary>
    [Range(0, 0.99)]
    public double? AttentionProbsDropoutProb { get; init; }
}

/// <summary>Trains a BERT with a classification head, as Hugging Face's Trainer does.</summary>
[Stage("classify", version: 1, UsesTensors = true)]
[Output("model", "the model of the best epoch, with its tokenizer")]
[Output("log", "trainer_state.json")]
public sealed class ClassifyStage : IStage<ClassifyOptions>
{
    public IEnumerable<OptionMistake> Check(ClassifyOptions options) =>
        options.Model.Check("model").Concat(options.Mistakes().Select(m => new OptionMistake(m.Option, m.Message)));

    public Forecast Foresee(ClassifyOptions options, Func<Input, Facts> facts)
    {
        var model = facts(options.Model.Folder);
        var train = facts(options.Train);
        var eval = facts(options.Eval);
        return Forecast.Of("model", model, TrainingSupport.Work(options, model, train, eval, train["tokens"], eval["tokens"], headFlopsAToken: 0));
    }

    public void Run(ClassifyOptions options, StageRun run)
    {
        var train = run.ReadTokens(options.Train, options.NumLabels);
        var eval = run.ReadTokens(options.Eval, options.NumLabels);
        var folder = run.Read(options.Model.Folder).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var (model, report) = ModelFolder.LoadClassifier(
            folder, options.NumLabels, options.Seed, run.OpenDevice(), run.ComputeType(), options.Model.IsRandom,
            new DropoutRates(options.HiddenDropoutProb, options.AttentionProbsDropoutProb));
        using (model)
            run.Train(new ClassificationTask(model, train, eval, options), options.Model, report, tokenizer);
    }
}
