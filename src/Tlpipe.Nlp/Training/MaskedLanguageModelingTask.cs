// Training a masked language model.
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// Windows of text whose tokens are masked again whenever they are seen, in evaluation too unless it has masks of its
/// own. The loss is the mean cross-entropy over a batch's masked tokens, in training NaN where it has none (docs/hf-parity.md 6.3).
/// </summary>
public sealed class MaskedLanguageModelingTask : ITrainingTask
{
    private const string StandardError = "loss_standard_error";

    private readonly BertForMaskedLM model;
    private readonly MlmCollator collator;
    private readonly PaddedWidths trainWidths;
    private readonly PaddedWidths evalWidths;

    /// <param name="model">The model.</param>
    /// <param name="trainRows">The windows to train on.</param>
    /// <param name="evalRows">The windows to evaluate on.</param>
    /// <param name="collator">Masks them.</param>
    /// <param name="arguments">The options.</param>
    /// <exception cref="InputException">There are no windows, or the model cannot take one, or the words that replace tokens.</exception>
    public MaskedLanguageModelingTask(
        BertForMaskedLM model, TokenRows trainRows, TokenRows evalRows, MlmCollator collator, TrainingArguments arguments)
    {
        if (trainRows.Count == 0 || evalRows.Count == 0)
            throw new InputException($"there are no {(trainRows.Count == 0 ? "training" : "evaluation")} windows; give more text or a smaller chunk_size");
        // A word drawn at random would be outside the model's vocabulary sooner or later.
        if (collator.VocabularySize > model.Config.VocabSize)
            throw new InputException($"the tokenizer has {collator.VocabularySize} words where the model's vocabulary has {model.Config.VocabSize} entries; use the model's own tokenizer");
        PackedRows.Check(trainRows, model.Config);
        PackedRows.Check(evalRows, model.Config);
        (this.model, this.collator) = (model, collator);
        (TrainRows, EvalRows, Arguments) = (trainRows, evalRows, arguments);
        (trainWidths, evalWidths) = (new PaddedWidths(trainRows, arguments), new PaddedWidths(evalRows, arguments));
    }

    /// <summary>The seed of a generator that belongs to the collator alone; null where it draws from Trainer's streams.</summary>
    public long? CollatorSeed { get; init; }

    /// <summary>
    /// The seed from which every evaluation draws its masks, so that all see the same; null if each continues the stream, as Hugging
    /// Face's do. The loss then has a standard error: how far it would be off with other masks.
    /// </summary>
    public long? EvalMasksSeed { get; init; }

    /// <inheritdoc/>
    public TrainingArguments Arguments { get; }

    /// <inheritdoc/>
    public TokenRows TrainRows { get; }

    /// <inheritdoc/>
    public TokenRows EvalRows { get; }

    /// <inheritdoc/>
    public PretrainedBert Model => model;

    /// <inheritdoc/>
    public IReadOnlyList<string> Metrics => EvalMasksSeed is null ? [] : [StandardError];

    /// <inheritdoc/>
    public RandomStreams Streams() => new(Arguments.Seed, CollatorSeed);

    /// <inheritdoc/>
    public MicroBatch Collate(ReadOnlySpan<int> rows, RandomStreams streams) => collator.Collate(TrainRows, rows, trainWidths.Of(rows), streams);

    /// <inheritdoc/>
    public Tensor Loss(MicroBatch batch, DropoutMasks dropout) => MeanLoss(batch, dropout);

    /// <inheritdoc/>
    public EvaluationScores Evaluate(RandomStreams streams, Action<long> evaluated, CancellationToken stopping)
    {
        using var without = no_grad();
        var draws = EvalMasksSeed is { } seed ? new RandomStreams(seed) : streams;
        var size = Arguments.PerDeviceEvalBatchSize;
        var order = Enumerable.Range(0, EvalRows.Count).ToArray();
        var counted = 0L;
        using var weighted = model.Device.Zeros(ScalarType.Float64);
        using var variance = model.Device.Zeros(ScalarType.Float64);
        try
        {
            for (var start = 0; start < order.Length; start += size)
            {
                stopping.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var rows = order.AsSpan(start, Math.Min(size, order.Length - start));
                var batch = collator.Collate(EvalRows, rows, evalWidths.Of(rows), draws);
                var losses = LossOfEach(batch, null)?.to_type(ScalarType.Float64);
                // Trainer weights batches by rows, not by masked tokens (docs/hf-parity.md 12.2). Where nothing of one batch is masked its mean is NaN, and so is
                // Trainer's loss; here such a batch does not count.
                if (losses is not null)
                {
                    weighted.Add(losses.mean().to_type(ScalarType.Float64).Times(batch.Rows.Count));
                    counted += batch.Rows.Count;
                }
                if (EvalMasksSeed is not null && batch.Targets.Length > 1)
                    variance.Add(losses!.var().Times((double)batch.Rows.Count * batch.Rows.Count / batch.Targets.Length));
                evaluated(start + batch.Rows.Count);
            }
            var metrics = new Dictionary<string, double>();
            if (EvalMasksSeed is not null)
                metrics[StandardError] = Math.Sqrt(variance.item<double>()) / counted;
            return new EvaluationScores(weighted.item<double>() / counted, metrics);
        }
        catch (Exception e) when (OutOfMemory.IsCause(e))
        {
            throw OutOfMemoryInTrainingException.InEvaluation(size, e);
        }
    }

    private Tensor MeanLoss(MicroBatch batch, DropoutMasks? dropout) => LossOfEach(batch, dropout)?.mean() ?? model.Device.Full(float.NaN);

    /// <summary>The loss at each masked token; null where no token is masked.</summary>
    private Tensor? LossOfEach(MicroBatch batch, DropoutMasks? dropout)
    {
        if (batch.Positions is not { Length: > 0 } positions)
            return null;
        var packed = PackedRows.From(batch.Rows, model.Config, model.Device, batch.TokenTypes);
        var logits = model.Logits(packed, packed.Select(positions), dropout);
        return Losses.OfRows(logits, model.Device.From(batch.Targets), Arguments.LabelSmoothingFactor);
    }
}
