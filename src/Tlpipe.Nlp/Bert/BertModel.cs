// BERT (Devlin et al., 2019) with Hugging Face's names, computed on rows without padding.
//
// Shapes: tokens is the number of tokens of all rows of a batch; hidden, heads, width = hidden / heads; labels; vocab.
// A bucket is [rows, length] of rows of similar length; only attention sees buckets.
using Tlpipe.Nlp.Devices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tlpipe.Nlp.Bert;

/// <summary>How a model computes: its shape, where, and in which element type.</summary>
internal sealed record BertSetup(BertConfig Config, Device Device, ComputeType ComputeType)
{
    public int Heads => Config.NumAttentionHeads;

    public int Width => Config.HiddenSize / Config.NumAttentionHeads;
}

/// <summary><c>y = x W' + b</c>, W <c>[out, in]</c>, computed in the model's element type.</summary>
internal sealed class Linear : Module
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly ScalarType type;

    public Linear(BertSetup setup, long inputs, long outputs)
        : base(nameof(Linear))
    {
        weight = new Parameter(setup.Device.Empty(outputs, inputs));
        bias = new Parameter(setup.Device.Empty(outputs));
        type = setup.ComputeType.ScalarType();
        RegisterComponents();
    }

    public Parameter Weight => weight;

    public Parameter Bias => bias;

    public Tensor Forward(Tensor x) => Product(x, weight, bias, type);

    /// <summary>Of an activation's result; where gradients are needed and can be had so, x alone is kept for them.</summary>
    public Tensor ForwardActivated(Tensor x, string activation) =>
        type == ScalarType.Float32 && is_grad_enabled() ? ActivatedProduct.Of(x, activation, weight, bias) : Forward(x.Activate(activation));

    /// <summary>Several products of one input as one, their results side by side.</summary>
    public static Tensor Fused(Tensor x, params Linear[] parts) =>
        Product(x, cat([.. parts.Select(p => p.weight)], 0), cat([.. parts.Select(p => p.bias)], 0), parts[0].type);

    public static Tensor Product(Tensor x, Tensor weight, Tensor bias, ScalarType type) => type != ScalarType.Float32
        ? functional.linear(x.to(type), weight.to(type), bias.to(type))
        : WideProduct.Takes(x) ? WideProduct.Linear(x, weight, bias) : functional.linear(x, weight, bias);
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

/// <summary>Word, token type and position vectors, summed in this order and normalized (hf-parity.md 5.1).</summary>
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

    public Embeddings(BertSetup setup, bool tied)
        : base(nameof(Embeddings))
    {
        var config = setup.Config;
        // From a tensor, because the other constructor would draw numbers from the generator. The table is set once more,
        // because TorchSharp registers another parameter than the one that this constructor looks rows up in.
        Embedding Table(long rows, long? padding = null)
        {
            // The constructor copies its table, which shall cost nothing: it gets one that only has the padding's row.
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
        RegisterComponents();
    }

    public Parameter Words => words.weight ?? throw new InvalidOperationException("an embedding has no table");

    /// <returns><c>[tokens, hidden]</c></returns>
    public Tensor Forward(PackedRows rows, Dropout? dropout)
    {
        using var scope = NewDisposeScope();
        var found = lookup is not null && Words is var table && SparseLookup.Takes(table) ? lookup.Of(table, rows.InputIds) : words.forward(rows.InputIds);
        var sum = found.Plus(types.forward(rows.TokenTypeIds)).Plus(positions.forward(rows.Positions));
        return norm.Forward(sum).Drop(dropout, dropoutRate).MoveToOuterDisposeScope();
    }

    /// <summary>Lets go of what is kept from one update of a training to the next.</summary>
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

    public Tensor Forward(Tensor x, Tensor residual, Dropout? dropout) => Join(dense.Forward(x), residual, dropout);

    /// <summary>Of an activation's result.</summary>
    public Tensor Forward(Tensor x, string activation, Tensor residual, Dropout? dropout) => Join(dense.ForwardActivated(x, activation), residual, dropout);

    private Tensor Join(Tensor x, Tensor residual, Dropout? dropout) => norm.Forward(x.Drop(dropout, dropoutRate).Plus(residual));
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

    public Tensor Forward(Tensor x, PackedRows rows, TokenSelection? chosen, Dropout? dropout) => chosen is null
        ? output.Forward(attention.Forward(x, rows, dropout), x, dropout)
        : output.Forward(attention.Forward(x, rows, chosen, dropout), x.index_select(0, chosen.Index), dropout);
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

    /// <summary>The name of the activation that follows.</summary>
    public string Activation => activation;

    /// <summary>What the activation is given, <c>[tokens, inner]</c>.</summary>
    public Tensor BeforeActivation(Tensor x) => dense.Forward(x);

    /// <summary>Both steps, as one where that is faster; its last digits are others, so not for a training.</summary>
    public Tensor Forward(Tensor x) => activation == "gelu" && !is_grad_enabled() && WideProduct.Takes(x)
        ? WideProduct.LinearGelu(x, dense.Weight, dense.Bias)
        : dense.Forward(x).Activate(activation);
}

/// <summary>One of BERT's layers.</summary>
internal sealed class Layer : Module
{
    private readonly Attention attention;
    private readonly Intermediate intermediate;
    private readonly ResidualOutput output;

    public Layer(BertSetup setup)
        : base(nameof(Layer))
    {
        attention = new Attention(setup);
        intermediate = new Intermediate(setup);
        output = new ResidualOutput(setup, setup.Config.IntermediateSize);
        RegisterComponents();
    }

    /// <returns><c>[tokens, hidden]</c>, or <c>[chosen, hidden]</c> where tokens are chosen.</returns>
    public Tensor Forward(Tensor x, PackedRows rows, TokenSelection? chosen, Dropout? dropout)
    {
        // What gradients do not need is gone with the layer, not with the step.
        using var scope = NewDisposeScope();
        var attended = attention.Forward(x, rows, chosen, dropout);
        var result = dropout is null
            ? output.Forward(intermediate.Forward(attended), attended, null)
            : output.Forward(intermediate.BeforeActivation(attended), intermediate.Activation, attended, dropout);
        return result.MoveToOuterDisposeScope();
    }
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
    /// <param name="tied">Whether a head uses its word embeddings, too.</param>
    public BertModel(BertSetup setup, bool withPooler, bool tied)
        : base(nameof(BertModel))
    {
        embeddings = new Embeddings(setup, tied);
        encoder = new Encoder(setup);
        pooler = withPooler ? new Pooler(setup) : null;
        RegisterComponents();
    }

    public Parameter WordEmbeddings => embeddings.Words;

    /// <summary>Lets go of what is kept from one update of a training to the next.</summary>
    public void EndTraining() => embeddings.EndTraining();

    /// <summary>Whether a training keeps of each layer its input alone, and computes the layer again for its gradients.</summary>
    public bool GradientCheckpointing { get; set; }

    /// <summary>The last layer's output at the chosen tokens, <c>[chosen, hidden]</c>.</summary>
    public Tensor Forward(PackedRows rows, TokenSelection chosen, Dropout? dropout)
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
    public IReadOnlyList<Tensor> HiddenStates(PackedRows rows, Dropout? dropout)
    {
        var states = new List<Tensor> { embeddings.Forward(rows, dropout) };
        foreach (var layer in encoder.Layers)
            states.Add(layer.Forward(states[^1], rows, null, dropout));
        return states;
    }

    /// <param name="first">The last layer's output at first tokens, <c>[rows, hidden]</c>.</param>
    public Tensor Pool(Tensor first) => (pooler ?? throw new InvalidOperationException("this BERT has no pooler")).Forward(first);
}

/// <summary>The model's steps without parameters.</summary>
internal static class TensorSteps
{
    public static Tensor Drop(this Tensor x, Dropout? dropout, double rate) => dropout is null ? x : dropout.Apply(x, rate);

    public static Tensor Activate(this Tensor x, string activation) => activation switch
    {
        "gelu" => functional.gelu(x),
        "gelu_new" or "gelu_pytorch_tanh" => functional.gelu(x, TorchSharp.Modules.GELU.Approximate.tanh),
        "relu" => functional.relu(x),
        _ => throw new ArgumentException($"no activation '{activation}'", nameof(activation)),
    };
}
