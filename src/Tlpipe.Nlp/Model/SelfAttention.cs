// BERT's attention, each row of tokens for itself.
//
// Shapes as in BertModel.cs.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Tlpipe.Nlp.Model;

/// <summary><c>dropout(softmax(q k' / sqrt(width))) v</c> of a row's tokens (docs/hf-parity.md 5.2).</summary>
internal sealed class SelfAttention : Module
{
    private readonly Linear query;
    private readonly Linear key;
    private readonly Linear value;
    private readonly AttentionShape shape;
    private readonly KernelSet kernels;

    public SelfAttention(BertSetup setup)
        : base(nameof(SelfAttention))
    {
        var hidden = setup.Config.HiddenSize;
        query = new Linear(setup, hidden, hidden);
        key = new Linear(setup, hidden, hidden);
        value = new Linear(setup, hidden, hidden);
        (shape, kernels) = (setup.Attention, setup.Kernels);
        RegisterComponents();
    }

    /// <summary>The tokens' attention to their rows. All tokens are keys; the chosen ones, or all, are queries.</summary>
    /// <returns><c>[tokens, hidden]</c>, or <c>[chosen, hidden]</c> where tokens are chosen.</returns>
    public Tensor Forward(Tensor x, PackedRows rows, TokenSelection? chosen, DropoutMasks? dropout)
    {
        using var scope = NewDisposeScope();
        var context = kernels.Attention(x, rows, chosen, (query.Affine, key.Affine, value.Affine), shape, dropout) ?? OfChosen(Attend(x, rows, dropout), chosen);
        return context.MoveToOuterDisposeScope();
    }

    /// <returns><c>[tokens, hidden]</c></returns>
    private Tensor Attend(Tensor x, PackedRows rows, DropoutMasks? dropout)
    {
        var (q, k, v) = (query.Forward(x), key.Forward(x), value.Forward(x));
        var contexts = new List<Tensor>();
        for (var row = 0; row < rows.Count; row++)
        {
            var (start, length) = (rows.RowStarts[row], rows.Lengths[row]);
            var (ofQ, ofK, ofV) = (Heads(q, start, length), Heads(k, start, length), Heads(v, start, length));
            // [heads, length, length]: how much each token attends to each other.
            var scores = ofQ.matmul(ofK.transpose(1, 2)).to(ScalarType.Float32).Over(Math.Sqrt(shape.Width));
            var weights = functional.softmax(scores, -1).Drop(dropout, shape.DropoutRate);
            contexts.Add(weights.to(ofV.dtype).matmul(ofV).transpose(0, 1).reshape(length, shape.Hidden));
        }
        return cat(contexts, 0);
    }

    /// <summary>A row of <c>[tokens, hidden]</c> as <c>[heads, length, width]</c>.</summary>
    private Tensor Heads(Tensor x, long start, long length) => x.narrow(0, start, length).view(length, shape.Heads, shape.Width).transpose(0, 1);

    private static Tensor OfChosen(Tensor context, TokenSelection? chosen) => chosen is null ? context : context.index_select(0, chosen.Index);
}
