// The model that BERT was first trained as.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Model;

/// <summary>BERT with both heads of its first training, for loading and checking such checkpoints.</summary>
public sealed class BertForPreTraining : PretrainedBert
{
    private readonly BertModel bert;
    private readonly PretrainingHeads cls;

    internal BertForPreTraining(BertConfig config, KernelSet kernels)
        : base(nameof(BertForPreTraining), new BertSetup(config, kernels))
    {
        bert = new BertModel(Setup, withPooler: true, tied: true);
        cls = new PretrainingHeads(Setup, withNextSentence: true);
        RegisterComponents();
    }

    private protected override BertModel Body => bert;

    /// <summary>The masked language model's scores at all tokens, and whether a row's second part follows its first.</summary>
    /// <returns>float32 <c>[tokens, vocab]</c> and <c>[rows, 2]</c></returns>
    public (Tensor Words, Tensor NextSentence) Logits(PackedRows rows, DropoutMasks? dropout)
    {
        var last = bert.HiddenStates(rows, dropout)[^1];
        var pooled = bert.Pool(last.index_select(0, rows.FirstTokens.Index));
        return (cls.Words(last, bert.WordEmbeddings), cls.NextSentence(pooled));
    }
}
