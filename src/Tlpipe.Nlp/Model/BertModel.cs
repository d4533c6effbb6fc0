// BERT (Devlin et al., 2019) with Hugging Face's names, computed on rows without padding.
//
// Shapes: tokens is the number of tokens of all rows of a batch; hidden, heads, width = hidden / heads; inner; labels; vocab.
// A step `kernels.X(...) ?? y` is y; a fast set of kernels has a faster way to it (Kernels/KernelSet.cs says which, and when).
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tlpipe.Nlp.Model;

/// <summary>A model's shape, and how it computes.</summary>
internal sealed record BertSetup(BertConfig Config, KernelSet Kernels)
{
    public ComputeDevice Device => Kernels.Device;

    public ComputeType ComputeType => Kernels.ComputeType;

    public AttentionShape Attention => new(Config.NumAttentionHeads, Config.HiddenSize / Config.NumAttentionHeads, Config.AttentionProbsDropoutProb);
}

/// <summary><c>y = x W' + b</c>, W <c>[out, in]</c>, computed in the model's element type.</summary>
internal sealed class Linear : Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly KernelSet kernels;

    public Linear(BertSetup setup, long inputs, long outputs)
        : base(nameof(Linear))
    {
        weight = new Parameter(setup.Device.Empty(outputs, inputs));
        bias = new Parameter(setup.Device.Empty(outputs));
        kernels = setup.Kernels;
        RegisterComponents();
    }

    public Affine Affine => new(weight, bias);

    public Tensor Forward(Tensor x) => Product(x, weight, bias, kernels);

    public static Tensor Product(Tensor x, Tensor weight, Tensor bias, KernelSet kernels)
    {
        var type = kernels.ComputeType.ScalarType();
        return kernels.Linear(x, weight, bias) ?? functional.linear(x.to(type), weight.to(type), bias.to(type));
    }
}

/// <summary>Normalizes the last dimension; always in float32.</summary>
internal sealed class LayerNorm : Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly double epsilon;

    public LayerNorm(BertSetup setup)
        : base(nameof(LayerNorm))
    {
        weight = new Parameter(setup.Device.Empty(setup.Config.HiddenSize));
        bias = new Parameter(setup.Device.Empty(setup.Config.HiddenSize));
        epsilon = setup.Config.LayerNormEps;
        RegisterComponents();
    }

    public Tensor Forward(Tensor x) => functional.layer_norm(x.to(ScalarType.Float32), weight.shape, weight, bias, epsilon);
}

/// <summary>Word, token type and position vectors, summed in this order and normalized (docs/hf-parity.md 5.1).</summary>
internal sealed class Embeddings : Module
{
    [ComponentName(Name = "word_embeddings")]
    private readonly Embedding words;
    [ComponentName(Name = "position_embeddings")]
    private readonly Embedding positions;
    [ComponentName(Name = "token_type_embeddings")]
    private readonly Embedding types;
    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm norm;
    private readonly double dropoutRate;
    private readonly SparseLookup? lookup;
    private readonly KernelSet kernels;

    public Embeddings(BertSetup setup, bool tied)
        : base(nameof(Embeddings))
    {
        var config = setup.Config;
        // From a tensor, because the other constructor would draw numbers from the generator. The table is set once more,
        // because TorchSharp registers another parameter than the one that this constructor looks rows up in.
        Embedding Table(long rows, long? padding = null)
        {
            // The constructor copies its table; a table with only the padding's row makes that cheap.
            using var copied = setup.Device.Zeros((padding ?? 0) + 1, config.HiddenSize);
            var embedding = Embedding_from_pretrained(copied, freeze: false, padding_idx: padding);
            embedding.weight = new Parameter(setup.Device.Empty(rows, config.HiddenSize));
            return embedding;
        }
        words = Table(config.VocabSize, config.PadTokenId);
        positions = Table(config.MaxPositionEmbeddings);
        types = Table(config.TypeVocabSize);
        norm = new LayerNorm(setup);
        dropoutRate = config.HiddenDropoutProb;
        lookup = tied ? null : new SparseLookup(config.PadTokenId);
        kernels = setup.Kernels;
        RegisterComponents();
    }

    public Parameter Words => words.weight ?? throw new InvalidOperationException("an embedding has no table");

    /// <returns><c>[tokens, hidden]</c></returns>
    public Tensor Forward(PackedRows rows, DropoutMasks? dropout)
    {
        using var scope = NewDisposeScope();
        var found = kernels.Lookup(lookup, Words, rows.InputIds) ?? words.forward(rows.InputIds);
        var sum = found.Plus(types.forward(rows.TokenTypeIds)).Plus(positions.forward(rows.Positions));
        return norm.Forward(sum).Drop(dropout, dropoutRate).MoveToOuterDisposeScope();
    }

    /// <summary>Releases what is kept from one update of a training to the next.</summary>
    public void EndTraining() => lookup?.Dispose();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            EndTraining();
        base.Dispose(disposing);
    }
}

/// <summary><c>LayerNorm(dropout(Linear(x)) + residual)</c>, the end of both halves of a layer.</summary>
internal sealed class ResidualOutput : Module
{
    private readonly Linear dense;
    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm norm;
    private readonly double dropoutRate;

    public ResidualOutput(BertSetup setup, long inputs)
        : base(nameof(ResidualOutput))
    {
        dense = new Linear(setup, inputs, setup.Config.HiddenSize);
        norm = new LayerNorm(setup);
        dropoutRate = setup.Config.HiddenDropoutProb;
        RegisterComponents();
    }

    public Linear Dense => dense;

    public Tensor Forward(Tensor x, Tensor residual, DropoutMasks? dropout) => AddAndNorm(dense.Forward(x), residual, dropout);

    /// <param name="x">What <see cref="Dense"/> gave.</param>
    /// <param name="residual">What is added.</param>
    /// <param name="dropout">Masks while training; null for none.</param>
    public Tensor AddAndNorm(Tensor x, Tensor residual, DropoutMasks? dropout) => norm.Forward(x.Drop(dropout, dropoutRate).Plus(residual));
}

/// <summary>Attention and its output.</summary>
internal sealed class Attention : Module
{
    [ComponentName(Name = "self")]
    private readonly SelfAttention attention;
    private readonly ResidualOutput output;

    public Attention(BertSetup setup)
        : base(nameof(Attention))
    {
        attention = new SelfAttention(setup);
        output = new ResidualOutput(setup, setup.Config.HiddenSize);
        RegisterComponents();
    }

    /// <returns><c>[tokens, hidden]</c>, or <c>[chosen, hidden]</c> where tokens are chosen.</returns>
    public Tensor Forward(Tensor x, PackedRows rows, TokenSelection? chosen, DropoutMasks? dropout)
    {
        var context = attention.Forward(x, rows, chosen, dropout);
        return output.Forward(context, chosen is null ? x : x.index_select(0, chosen.Index), dropout);
    }
}

/// <summary>The widening half of a layer's feed-forward part, with its activation.</summary>
internal sealed class Intermediate : Module
{
    private readonly Linear dense;
    private readonly string activation;

    public Intermediate(BertSetup setup)
        : base(nameof(Intermediate))
    {
        dense = new Linear(setup, setup.Config.HiddenSize, setup.Config.IntermediateSize);
        activation = setup.Config.HiddenAct;
        RegisterComponents();
    }

    public Linear Dense => dense;

    /// <summary>The activation's name in config.json.</summary>
    public string Activation => activation;

    /// <returns><c>[tokens, inner]</c></returns>
    public Tensor Forward(Tensor x) => dense.Forward(x).Activate(activation);
}

/// <summary>One of BERT's layers.</summary>
internal sealed class Layer : Module
{
    private readonly Attention attention;
    private readonly Intermediate intermediate;
    private readonly ResidualOutput output;
    private readonly KernelSet kernels;

    public Layer(BertSetup setup)
        : base(nameof(Layer))
    {
        attention = new Attention(setup);
        intermediate = new Intermediate(setup);
        output = new ResidualOutput(setup, setup.Config.IntermediateSize);
        kernels = setup.Kernels;
        RegisterComponents();
    }

    /// <returns><c>[tokens, hidden]</c>, or <c>[chosen, hidden]</c> where tokens are chosen.</returns>
    public Tensor Forward(Tensor x, PackedRows rows, TokenSelection? chosen, DropoutMasks? dropout)
    {
        // Frees what gradients do not need with the layer, not with the step.
        using var scope = NewDisposeScope();
        var attended = attention.Forward(x, rows, chosen, dropout);
        return output.AddAndNorm(FeedForward(attended, training: dropout is not null), attended, dropout).MoveToOuterDisposeScope();
    }

    private Tensor FeedForward(Tensor x, bool training) =>
        kernels.FeedForward(x, intermediate.Dense.Affine, intermediate.Activation, output.Dense.Affine, training)
        ?? output.Dense.Forward(intermediate.Forward(x));
}

/// <summary>All layers.</summary>
internal sealed class Encoder : Module
{
    private readonly ModuleList<Layer> layer;

    public Encoder(BertSetup setup)
        : base(nameof(Encoder))
    {
        layer = new ModuleList<Layer>([.. Enumerable.Range(0, setup.Config.NumHiddenLayers).Select(_ => new Layer(setup))]);
        RegisterComponents();
    }

    public IReadOnlyList<Layer> Layers => [.. layer];
}

/// <summary><c>tanh(Linear(first token))</c>.</summary>
internal sealed class Pooler : Module
{
    private readonly Linear dense;

    public Pooler(BertSetup setup)
        : base(nameof(Pooler))
    {
        dense = new Linear(setup, setup.Config.HiddenSize, setup.Config.HiddenSize);
        RegisterComponents();
    }

    public Tensor Forward(Tensor first) => dense.Forward(first).tanh();
}

/// <summary>BERT without a head.</summary>
internal sealed class BertModel : Module
{
    private readonly Embeddings embeddings;
    private readonly Encoder encoder;
    private readonly Pooler? pooler;

    /// <param name="setup">Its shape, and how it computes.</param>
    /// <param name="withPooler">Whether it has one.</param>
    /// <param name="tied">Whether a head uses its word embeddings too.</param>
    public BertModel(BertSetup setup, bool withPooler, bool tied)
        : base(nameof(BertModel))
    {
        embeddings = new Embeddings(setup, tied);
        encoder = new Encoder(setup);
        pooler = withPooler ? new Pooler(setup) : null;
        RegisterComponents();
    }

    public Parameter WordEmbeddings => embeddings.Words;

    /// <summary>Releases what is kept from one update of a training to the next.</summary>
    public void EndTraining() => embeddings.EndTraining();

    /// <summary>Whether a training keeps only the input of each layer, and computes the layer again for its gradients.</summary>
    public bool GradientCheckpointing { get; set; }

    /// <summary>The last layer's output at the chosen tokens, <c>[chosen, hidden]</c>.</summary>
    public Tensor Forward(PackedRows rows, TokenSelection chosen, DropoutMasks? dropout)
    {
        var x = embeddings.Forward(rows, dropout);
        var layers = encoder.Layers;
        foreach (var layer in layers.SkipLast(1))
        {
            using var before = x;
            x = Through(layer, before, null);
        }

        // Where most tokens are chosen, choosing costs more than it saves.
        using var last = x;
        if (chosen.Count > 0 && chosen.Count * 4L < rows.Tokens * 3L)
            return Through(layers[^1], last, chosen);
        using var all = Through(layers[^1], last, null);
        return all.index_select(0, chosen.Index);

        Tensor Through(Layer layer, Tensor before, TokenSelection? asking) => GradientCheckpointing
            ? Recomputed.Of(before, kept => layer.Forward(kept, rows, asking, dropout), dropout, layer.parameters())
            : layer.Forward(before, rows, asking, dropout);
    }

    /// <summary>The embeddings' output and every layer's, each <c>[tokens, hidden]</c>.</summary>
    public IReadOnlyList<Tensor> HiddenStates(PackedRows rows, DropoutMasks? dropout)
    {
        var states = new List<Tensor> { embeddings.Forward(rows, dropout) };
        foreach (var layer in encoder.Layers)
            states.Add(layer.Forward(states[^1], rows, null, dropout));
        return states;
    }

    /// <param name="first">The last layer's output at first tokens, <c>[rows, hidden]</c>.</param>
    public Tensor Pool(Tensor first) => (pooler ?? throw new InvalidOperationException("this BERT has no pooler")).Forward(first);
}
