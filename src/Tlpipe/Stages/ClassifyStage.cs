// classify: trains a classifier of rows.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Text;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>Options of <c>classify</c>, beside those of every training of a model.</summary>
public sealed record ClassifyOptions : ModelTrainingOptions
{
    /// <summary>The number of classes. Default: 2.</summary>
    [Range(2)]
    public int NumLabels { get; init; } = 2;
}

/// <summary>Trains a BERT with a classification head, as Hugging Face's Trainer does.</summary>
[Stage("classify", version: 1, UsesTensors = true)]
[Output("model", "the model of the best epoch, with its tokenizer")]
[Output("log", "trainer_state.json")]
public sealed class ClassifyStage : IStage<ClassifyOptions>
{
    public IEnumerable<OptionMistake> Check(ClassifyOptions options) => options.TrainingMistakes();

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
            folder, options.NumLabels, options.Seed, run.OpenDevice(), run.ComputeType(), options.Model.IsRandom, options.DropoutRates);
        using (model)
            run.Train(new ClassificationTask(model, train, eval, options), options.Model, report, tokenizer);
    }
}
