// BERT as the papers write it: padded rows and an attention mask, the same for every layer. What the packed model is checked against.
using Tlpipe.Nlp.Bert;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Tlpipe.Nlp.Tests.Bert;

/// <summary>Computes with a model's own parameters, so that gradients land in them too. Shapes are <c>[batch, tokens, hidden]</c>.</summary>
internal sealed class PlainBert(PretrainedBert model)
{
    private readonly Dictionary<string, Tensor> state = model.Parameters().ToDictionary(p => p.Name, p => (Tensor)p.Parameter);
    private readonly BertConfig config = model.Config;

    /// <summary>Inputs are int64 <c>[batch, tokens]</c>; the mask is 1 for tokens and 0 for padding.</summary>
    public List<Tensor> HiddenStates(Tensor inputIds, Tensor tokenTypeIds, Tensor attentionMask)
    {
        var places = arange(inputIds.shape[1]).expand(inputIds.shape);
        var sum = Row("bert.embeddings.word_embeddings", inputIds)
            + Row("bert.embeddings.token_type_embeddings", tokenTypeIds)
            + Row("bert.embeddings.position_embeddings", places);
        var states = new List<Tensor> { Norm("bert.embeddings.LayerNorm", sum) };
        var hidden = (1 - attentionMask.to(float32)).view(inputIds.shape[0], 1, 1, -1) * float.MinValue;
        for (var i = 0; i < config.NumHiddenLayers; i++)
            states.Add(Layer($"bert.encoder.layer.{i}", states[^1], hidden));
        return states;
    }

    public Tensor Pooled(Tensor last) => Linear("bert.pooler.dense", last.select(1, 0)).tanh();

    public Tensor ClassLogits(Tensor last) => Linear("classifier", Pooled(last));

    public Tensor WordLogits(Tensor last)
    {
        var transformed = Norm("cls.predictions.transform.LayerNorm", gelu(Linear("cls.predictions.transform.dense", last)));
        return linear(transformed, state["bert.embeddings.word_embeddings.weight"], state["cls.predictions.bias"]);
    }

    private Tensor Layer(string name, Tensor x, Tensor hidden)
    {
        var (q, k, v) = (Heads($"{name}.attention.self.query", x), Heads($"{name}.attention.self.key", x), Heads($"{name}.attention.self.value", x));
        var weights = softmax((matmul(q, k.transpose(2, 3)) / Math.Sqrt(q.shape[3])) + hidden, -1);
        var context = matmul(weights, v).transpose(1, 2).reshape(x.shape);
        var attended = Norm($"{name}.attention.output.LayerNorm", Linear($"{name}.attention.output.dense", context) + x);
        var widened = gelu(Linear($"{name}.intermediate.dense", attended));
        return Norm($"{name}.output.LayerNorm", Linear($"{name}.output.dense", widened) + attended);
    }

    private Tensor Heads(string name, Tensor x) =>
        Linear(name, x).view(x.shape[0], x.shape[1], config.NumAttentionHeads, -1).transpose(1, 2);

    private Tensor Row(string table, Tensor index) =>
        state[$"{table}.weight"].index_select(0, index.flatten()).view(index.shape[0], index.shape[1], -1);

    private Tensor Linear(string name, Tensor x) => linear(x, state[$"{name}.weight"], state[$"{name}.bias"]);

    private Tensor Norm(string name, Tensor x) =>
        layer_norm(x, [config.HiddenSize], state[$"{name}.weight"], state[$"{name}.bias"], config.LayerNormEps);
}
