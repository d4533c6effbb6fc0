// BERT that puts a row of tokens into a class.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Model;

/// <summary>BERT with a pooler and a classifier (docs/hf-parity.md 5.5, 6.1).</summary>
public sealed class BertForSequenceClassification : PretrainedBert
{
    private readonly BertModel bert;
    private readonly Linear classifier;

    internal BertForSequenceClassification(BertConfig config, KernelSet kernels)
        : base(nameof(BertForSequenceClassification), new BertSetup(config, kernels))
    {
        bert = new BertModel(Setup, withPooler: true, tied: false);
        classifier = new Linear(Setup, config.HiddenSize, config.Labels.Count);
        RegisterComponents();
    }

    private protected override BertModel Body => bert;

    /// <summary>A score for each class and row.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="dropout">Masks while training; null for none.</param>
    /// <returns>float32 <c>[rows, labels]</c></returns>
    public Tensor Logits(PackedRows rows, DropoutMasks? dropout)
    {
        var pooled = bert.Pool(bert.Forward(rows, rows.FirstTokens, dropout));
        return classifier.Forward(pooled.Drop(dropout, Config.ClassifierDropout ?? Config.HiddenDropoutProb)).to(ScalarType.Float32);
    }
}
