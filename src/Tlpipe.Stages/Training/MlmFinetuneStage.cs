// mlm-finetune: trains a masked language model.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Models;
using Tlpipe.Stages.Results;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Training;

/// <summary>What is chosen to be predicted.</summary>
public enum WholeWordMask
{
    /// <summary>Single tokens.</summary>
    None,

    /// <summary>A word piece with the <c>##</c> pieces after it (DataCollatorForWholeWordMask up to transformers 4.57).</summary>
    Wordpiece,

    /// <summary>Tokens that stand together without a gap; all become [MASK] (<c>whole_word_mask=True</c> from 4.57 on).</summary>
    Offsets,
}

/// <summary>Which masks an evaluation sees.</summary>
public enum EvalMasks
{
    /// <summary>New ones each time, as with Hugging Face.</summary>
    Fresh,

    /// <summary>The same each time, drawn under the seed; the loss then has a standard error.</summary>
    Fixed,
}

/// <summary>How fresh weights begin.</summary>
public enum Initialization
{
    /// <summary>All drawn at random, as Hugging Face's.</summary>
    Plain,

    /// <summary>
    /// Word embeddings from the training windows' co-occurrences, sinusoidal position embeddings and the output's bias from how often tokens come; the rest at random.
    /// </summary>
    Warm,
}

/// <summary>Options of <c>mlm-finetune</c>, beside those of every training of a model.</summary>
public sealed record MlmFinetuneOptions : ModelTrainingOptions
{
    /// <summary>The share of tokens to predict. Default: 0.15.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    [HuggingFace("DataCollatorForLanguageModeling")]
    public double MlmProbability { get; init; } = 0.15;

    /// <summary>The share of chosen tokens that become [MASK]. Default: 0.8.</summary>
    [Range(0.0, 1.0)]
    [HuggingFace("DataCollatorForLanguageModeling")]
    public double MaskReplaceProb { get; init; } = 0.8;

    /// <summary>The share of chosen tokens that become any token; the rest stay. Default: 0.1.</summary>
    [Range(0.0, 1.0)]
    [HuggingFace("DataCollatorForLanguageModeling")]
    public double RandomReplaceProb { get; init; } = 0.1;

    /// <summary>Whether whole words are chosen: none, wordpiece or offsets. Default: none.</summary>
    [HuggingFace("DataCollatorForWholeWordMask")]
    public WholeWordMask WholeWordMask { get; init; }

    /// <summary>The seed of a generator for masks alone. Default: they are drawn from the training's own numbers.</summary>
    [Range(1, int.MaxValue)]
    public int? MlmSeed { get; init; }

    /// <summary>Whether evaluations see fresh or fixed masks. Default: fresh.</summary>
    public EvalMasks EvalMasks { get; init; }

    /// <summary>How fresh weights begin: plain, or warm, which takes a small model to the same loss in fewer updates. Default: plain.</summary>
    public Initialization Initialize { get; init; }

    /// <summary>Whether the model keeps the pooler of the model it began with, which this training neither needs nor changes. Default: false.</summary>
    public bool CarryPooler { get; init; }

    internal override RowsUse Use => RowsUse.LanguageModel;

    internal override Input? ChosenOn => null;

    internal override Input? TunedBy => null;
}

/// <summary>Adapts a BERT to a corpus by masked language modelling, as Hugging Face's Trainer with its dynamic masking does.</summary>
[Stage("mlm-finetune", version: 2, UsesTensors = true)]
[Output("model", "the best model, with its tokenizer", Kind = OutputKinds.Model)]
[Output("log", HuggingFaceFiles.TrainerState, Kind = OutputKinds.Log)]
[Output("checkpoints", "the checkpoints that save_strategy keeps", Kind = OutputKinds.Checkpoints)]
public sealed class MlmFinetuneStage : IStage<MlmFinetuneOptions>
{
    private static readonly (double MaskReplaceProb, double RandomReplaceProb) Defaults = (0.8, 0.1);

    public IEnumerable<OptionMistake> Check(MlmFinetuneOptions options)
    {
        foreach (var mistake in options.TrainingMistakes([.. options.EvalMasks == EvalMasks.Fixed ? ["loss_standard_error"] : Array.Empty<string>()]))
            yield return mistake;
        if (options.MaskReplaceProb + options.RandomReplaceProb > 1)
            yield return new OptionMistake("random_replace_prob", $"with mask_replace_prob {options.MaskReplaceProb} there is no share of {options.RandomReplaceProb} left; together at most 1");
        if (options.WholeWordMask == WholeWordMask.Offsets && (options.MaskReplaceProb != Defaults.MaskReplaceProb || options.RandomReplaceProb != Defaults.RandomReplaceProb))
            yield return new OptionMistake(
                options.MaskReplaceProb != Defaults.MaskReplaceProb ? "mask_replace_prob" : "random_replace_prob", "with whole_word_mask: offsets all that is chosen becomes [MASK]; leave it out, or use wordpiece");
        if (options.Initialize == Initialization.Warm && !options.Model.IsRandom)
            yield return new OptionMistake("initialize", "the weights of another model are kept; leave it out, or take model: { config_of: …, weights: random }");
        if (options.CarryPooler && options.Model.IsRandom)
            yield return new OptionMistake("carry_pooler", "fresh weights have no pooler worth keeping; leave it out, or take a model with its weights");
    }

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
        var train = run.ReadTokens(options.Train, options.Model.Folder);
        var eval = run.ReadTokens(options.Eval, options.Model.Folder);
        var folder = run.Read(options.Model.Folder).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var (model, report) = ModelFolder.LoadMaskedLM(
            folder, options.Seed, run.OpenDevice(), run.ComputeType(), options.Model.IsRandom, options.DropoutRates);
        using (model)
        {
            model.GradientCheckpointing = options.GradientCheckpointing;
            // A checkpoint's weights would replace these.
            if (options.Initialize == Initialization.Warm && run.Checkpoints.Newest is null)
                WarmStart.Apply(model, train, tokenizer.SpecialTokens.AllSpecialIds, options.Seed, run.Stopping);
            var task = new MaskedLanguageModelingTask(model, train, eval, Collator(options, tokenizer), options)
            {
                CollatorSeed = options.MlmSeed,
                EvalMasksSeed = options.EvalMasks == EvalMasks.Fixed ? options.Seed : null,
            };
            run.Train(task, options.Model, report, tokenizer, options, options.CarryPooler ? CarriedWeights.Pooler(folder) : null);
        }
    }

    private static MlmCollator Collator(MlmFinetuneOptions options, BertTokenizer tokenizer) =>
        new(tokenizer.SpecialTokens.MaskId, tokenizer.Count, tokenizer.SpecialTokens.AllSpecialIds.ToHashSet())
        {
            MlmProbability = options.MlmProbability,
            MaskReplaceProb = options.MaskReplaceProb,
            RandomReplaceProb = options.RandomReplaceProb,
            Words = options.WholeWordMask switch
            {
                WholeWordMask.Wordpiece => WordPieceWords.Of(tokenizer),
                WholeWordMask.Offsets => new OffsetWords(),
                _ => null,
            },
        };

    private static double? Tokens(Facts windows) => windows["tokens"] ?? (windows["rows"] * windows["chunk_size"]);
}
