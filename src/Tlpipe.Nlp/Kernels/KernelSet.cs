// The only entry to the fast kernels, and when each is used.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Packing;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tlpipe.Nlp.Kernels;

/// <summary>A product with a weight and a bias, <c>x W' + b</c>.</summary>
/// <param name="Weight"><c>[out, in]</c></param>
/// <param name="Bias"><c>[out]</c></param>
internal readonly record struct Affine(Tensor Weight, Tensor Bias);

/// <summary>The shape of an attention.</summary>
/// <param name="Heads">Its heads.</param>
/// <param name="Width">The width of a head; heads * width is hidden.</param>
/// <param name="DropoutRate">The rate of dropout of its probabilities.</param>
internal readonly record struct AttentionShape(int Heads, int Width, double DropoutRate)
{
    public int Hidden => Heads * Width;
}

/// <summary>
/// Computes the model's steps in the fastest way. A method returns null if the model shall compute as written; a plain set always does, and a
/// fast one is checked against it.
/// <list type="table">
/// <listheader><term>step: way</term><description>taken when</description></listheader>
/// <item><term>product: <see cref="WideProduct"/></term><description>float32, a CPU by AMD with AVX-512, 32 tokens or more; else libtorch's product</description></item>
/// <item><term>feed-forward: GELU in the product's pass, <see cref="WideProduct.LinearGelu"/></term>
/// <description>evaluating, no gradients, gelu, and as for a product; its last digits differ, so not while training</description></item>
/// <item><term>feed-forward: <see cref="ActivatedProduct"/></term><description>training in float32, gradients on; saves memory</description></item>
/// <item><term>word lookup: <see cref="SparseLookup"/></term><description>gradients on, float32 on a CPU, the table used by nothing else, at most 2 GB</description></item>
/// <item><term>attention: query, key and value as one product</term><description>unless only chosen tokens ask</description></item>
/// <item><term>attention: <see cref="RowAttention"/></term>
/// <description>dropout of probabilities, float32, a CPU with AVX-512, a head's width a multiple of 16, at most <see cref="RowScores"/>, chosen tokens in order</description></item>
/// <item><term>attention: <see cref="BucketAttention"/></term>
/// <description>otherwise; above <see cref="ScoresKept"/> with dropout in parts that backward computes again (<see cref="Recomputed"/>)</description></item>
/// <item><term>dropout: <see cref="Philox"/>'s masks, drawn in parallel</term><description>on a CPU; on a GPU torch's dropout (<see cref="DropoutMasks"/>)</description></item>
/// </list>
/// The option gradient_checkpointing computes layers again whatever the set (<see cref="Recomputed"/>).
/// </summary>
/// <param name="Device">Where the model is.</param>
/// <param name="ComputeType">The element type of its products.</param>
internal sealed record KernelSet(ComputeDevice Device, ComputeType ComputeType)
{
    private readonly ScalarType type = ComputeType.ScalarType();

    /// <summary>Whether the model computes as it is written.</summary>
    public bool IsPlain { get; init; }

    /// <summary>The most probabilities that <see cref="RowAttention"/> keeps (16 MiB); longer rows make a library's calls worthwhile.</summary>
    public long RowScores { get; init; } = 1 << 22;

    /// <summary>The most probabilities (16 MiB) that <see cref="BucketAttention"/> keeps for backward; more are computed in parts, and again.</summary>
    public long ScoresKept { get; init; } = 1 << 22;

    /// <summary><c>x W' + b</c> in an element type, by the fastest product.</summary>
    /// <param name="x"><c>[n, in]</c></param>
    /// <param name="weight"><c>[out, in]</c></param>
    /// <param name="bias"><c>[out]</c></param>
    /// <param name="type">The element type.</param>
    /// <returns><c>[n, out]</c></returns>
    public static Tensor Product(Tensor x, Tensor weight, Tensor bias, ScalarType type) => type != ScalarType.Float32
        ? functional.linear(x.to(type), weight.to(type), bias.to(type))
        : WideProduct.Takes(x) ? WideProduct.Linear(x, weight, bias) : functional.linear(x, weight, bias);

    /// <summary><c>x W' + b</c></summary>
    /// <inheritdoc cref="Product(Tensor, Tensor, Tensor, ScalarType)"/>
    public Tensor? Linear(Tensor x, Tensor weight, Tensor bias) => IsPlain ? null : Product(x, weight, bias, type);

    /// <summary><c>activation(x W1' + b1) W2' + b2</c></summary>
    /// <param name="x"><c>[n, hidden]</c></param>
    /// <param name="widen">W1 and b1.</param>
    /// <param name="activation">Its name in config.json.</param>
    /// <param name="narrow">W2 and b2.</param>
    /// <param name="training">Whether this is a training's forward pass; gradients can be off in one.</param>
    /// <returns><c>[n, hidden]</c></returns>
    public Tensor? FeedForward(Tensor x, Affine widen, string activation, Affine narrow, bool training)
    {
        if (IsPlain)
            return null;
        if (!training && activation == "gelu" && !is_grad_enabled() && WideProduct.Takes(x))
            return Product(WideProduct.LinearGelu(x, widen.Weight, widen.Bias), narrow);
        var widened = Product(x, widen);
        return training && type == ScalarType.Float32 && is_grad_enabled()
            ? ActivatedProduct.Of(widened, activation, narrow.Weight, narrow.Bias)
            : Product(widened.Activate(activation), narrow);
    }

    /// <summary>The rows of a table, <c>[tokens, width]</c>.</summary>
    /// <param name="lookup">The table's; null where the model uses the table elsewhere too.</param>
    /// <param name="table"><c>[rows, width]</c></param>
    /// <param name="ids">int64 <c>[tokens]</c></param>
    public Tensor? Lookup(SparseLookup? lookup, Tensor table, Tensor ids) =>
        !IsPlain && lookup is not null && SparseLookup.Takes(table) ? lookup.Of(table, ids) : null;

    /// <summary>The tokens' attention to their rows: <c>dropout(softmax(q k' / sqrt(width))) v</c> with q, k and v products of x.</summary>
    /// <param name="x"><c>[tokens, hidden]</c></param>
    /// <param name="rows">The batch.</param>
    /// <param name="chosen">The tokens that ask; null for all.</param>
    /// <param name="weights">Of queries, keys and values.</param>
    /// <param name="shape">The heads.</param>
    /// <param name="dropout">Draws masks while training; null for none.</param>
    /// <returns><c>[tokens, hidden]</c> or <c>[chosen, hidden]</c></returns>
    public Tensor? Attention(
        Tensor x, PackedRows rows, TokenSelection? chosen, (Affine Query, Affine Key, Affine Value) weights, AttentionShape shape, DropoutMasks? dropout)
    {
        if (IsPlain)
            return null;
        var drawn = shape.DropoutRate > 0 ? dropout : null;
        var byRow = drawn is not null && RowAttention.Takes(rows, chosen, shape, this) ? new RowAttention(rows, chosen, shape, Device.Threads, drawn) : null;
        if (chosen is null)
        {
            var qkv = Product(x, weights.Query, weights.Key, weights.Value);
            return byRow is null ? new BucketAttention(rows, shape, drawn, ScoresKept).Of(qkv) : byRow.Of(qkv);
        }
        var (q, kv) = (Product(x.index_select(0, chosen.Index), weights.Query), Product(x, weights.Key, weights.Value));
        return byRow is null ? new BucketAttention(rows, shape, drawn, ScoresKept).Of(q, kv, chosen) : byRow.Of(q, kv);
    }

    private Tensor Product(Tensor x, Affine of) => Product(x, of.Weight, of.Bias, type);

    /// <summary>Several products of one input as one, their results side by side.</summary>
    private Tensor Product(Tensor x, params ReadOnlySpan<Affine> parts)
    {
        var (weights, biases) = (new Tensor[parts.Length], new Tensor[parts.Length]);
        for (var i = 0; i < parts.Length; i++)
            (weights[i], biases[i]) = (parts[i].Weight, parts[i].Bias);
        return Product(x, cat(weights, 0), cat(biases, 0), type);
    }
}
