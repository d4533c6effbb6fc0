// BERT that guesses hidden words.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Model;

/// <summary>BERT with the masked language model's head, whose decoder is the word embeddings (docs/hf-parity.md 6.2).</summary>
public sealed class BertForMaskedLM : PretrainedBert
{
    private readonly BertModel bert;
    private readonly PretrainingHeads cls;

    internal BertForMaskedLM(BertConfig config, KernelSet kernels)
        : base(nameof(BertForMaskedLM), new BertSetup(config, kernels))
    {
        bert = new BertModel(Setup, withPooler: false, tied: true);
        cls = new PretrainingHeads(Setup, withNextSentence: false);
        RegisterComponents();
    }

    private protected override BertModel Body => bert;

    /// <summary>A score for each word of the vocabulary at the chosen tokens, the only ones for which the end of the model is computed.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="chosen">The tokens, from <see cref="PackedRows.Select"/>.</param>
    /// <param name="dropout">Masks while training; null for none.</param>
    /// <returns>float32 <c>[chosen, vocab]</c></returns>
    public Tensor Logits(PackedRows rows, TokenSelection chosen, DropoutMasks? dropout) =>
        cls.Words(bert.Forward(rows, chosen, dropout), bert.WordEmbeddings);

    /// <summary>As the other overload, with indices into the packed tokens, int64 <c>[n]</c>; on a GPU this waits for them.</summary>
    /// <returns>float32 <c>[n, vocab]</c></returns>
    public Tensor Logits(PackedRows rows, Tensor positions, DropoutMasks? dropout) =>
        Logits(rows, rows.Select(positions.cpu().data<long>().ToArray()), dropout);
}

/// <summary>The heads under Hugging Face's <c>cls</c>.</summary>
internal sealed class PretrainingHeads : nn.Module
{
    private readonly WordHead predictions;
    [ComponentName(Name = "seq_relationship")]
    private readonly Linear? nextSentence;

    public PretrainingHeads(BertSetup setup, bool withNextSentence)
        : base(nameof(PretrainingHeads))
    {
        predictions = new WordHead(setup);
        nextSentence = withNextSentence ? new Linear(setup, setup.Config.HiddenSize, 2) : null;
        RegisterComponents();
    }

    public Tensor Words(Tensor x, Tensor wordEmbeddings) => predictions.Forward(x, wordEmbeddings);

    public Tensor NextSentence(Tensor pooled) =>
        (nextSentence ?? throw new InvalidOperationException("this BERT has no next sentence head")).Forward(pooled).to(ScalarType.Float32);
}

/// <summary><c>LayerNorm(activation(Linear(x))) E' + b</c>, E the word embeddings.</summary>
internal sealed class WordHead : nn.Module
{
    private readonly Parameter bias;
    private readonly WordTransform transform;
    private readonly KernelSet kernels;

    public WordHead(BertSetup setup)
        : base(nameof(WordHead))
    {
        bias = new Parameter(setup.Device.Empty(setup.Config.VocabSize));
        transform = new WordTransform(setup);
        kernels = setup.Kernels;
        RegisterComponents();
    }

    /// <returns>float32 <c>[n, vocab]</c></returns>
    public Tensor Forward(Tensor x, Tensor wordEmbeddings) =>
        Linear.Product(transform.Forward(x), wordEmbeddings, bias, kernels).to(ScalarType.Float32);
}

/// <summary>What the word head does before its decoder.</summary>
internal sealed class WordTransform : nn.Module
{
    private readonly Linear dense;
    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm norm;
    private readonly string activation;

    public WordTransform(BertSetup setup)
        : base(nameof(WordTransform))
    {
        dense = new Linear(setup, setup.Config.HiddenSize, setup.Config.HiddenSize);
        norm = new LayerNorm(setup);
        activation = setup.Config.HiddenAct;
        RegisterComponents();
    }

    public Tensor Forward(Tensor x) => norm.Forward(dense.Forward(x).Activate(activation));
}
