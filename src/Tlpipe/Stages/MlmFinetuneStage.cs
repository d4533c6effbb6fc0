// mlm-finetune: trains a masked language model.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Text;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>Options of <c>mlm-finetune</c>, beside those of every training of a model.</summary>
public sealed record MlmFinetuneOptions : ModelTrainingOptions
{
    /// <summary>The share of tokens to predict. Default: 0.15.</summary>
    [Range(0, 1, ExcludeMin = true)]
    public double MlmProbability { get; init; } = 0.15;
}

/// <summary>Adapts a BERT to a corpus by masked language modelling, as Hugging Face's Trainer with its dynamic masking does.</summary>
[Stage("mlm-finetune", version: 1, UsesTensors = true)]
[Output("model", "the model of the best epoch, with its tokenizer")]
[Output("log", "trainer_state.json")]
public sealed class MlmFinetuneStage : IStage<MlmFinetuneOptions>
{
    public IEnumerable<OptionMistake> Check(MlmFinetuneOptions options) => options.TrainingMistakes();

    public Forecast Foresee(MlmFinetuneOptions options, Func<Input, Facts> facts)
    {
        var model = facts(options.Model.Folder);
        var train = facts(options.Train);
        var eval = facts(options.Eval);
        var work = TrainingSupport.Work(
            options, model, train, eval, Tokens(train), Tokens(eval), options.MlmProbability * ModelFacts.HeadFlops(model));
        return Forecast.Of("model", model, work);
    }

    public void Run(MlmFinetuneOptions options, StageRun run)
    {
        var train = run.ReadTokens(options.Train);
        var eval = run.ReadTokens(options.Eval);
        var folder = run.Read(options.Model.Folder).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var (model, report) = ModelFolder.LoadMaskedLM(
            folder, options.Seed, run.OpenDevice(), run.ComputeType(), options.Model.IsRandom, options.DropoutRates);
        using (model)
        {
            var collator = new MlmCollator(tokenizer.SpecialTokens.MaskId, tokenizer.Count, tokenizer.SpecialTokens.AllSpecialIds.ToHashSet())
            {
                MlmProbability = options.MlmProbability,
            };
            run.Train(new MaskedLanguageModelingTask(model, train, eval, collator, options), options.Model, report, tokenizer);
        }
    }

    private static double? Tokens(Facts windows) => windows["tokens"] ?? (windows["rows"] * windows["chunk_size"]);
}
