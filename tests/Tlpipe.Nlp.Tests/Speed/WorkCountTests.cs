// Operations against docs/hf-parity.md 19.1, which counts BERT-base with 29,794 words in millions of operations a token.
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Speed;

namespace Tlpipe.Nlp.Tests.Speed;

public sealed class WorkCountTests
{
    private static readonly BertConfig Base = new()
    {
        VocabSize = 29_794,
        HiddenSize = 768,
        NumHiddenLayers = 12,
        NumAttentionHeads = 12,
        IntermediateSize = 3072,
    };

    [Theory]
    [InlineData(38)]
    [InlineData(512)]
    public void A_token_takes_the_layers_its_attention_and_the_decoder(int length)
    {
        var flops = WorkCount.Forward(Base, [length], [length], Base.VocabSize);

        // The source counts biases, too: 0.2 in a forward pass.
        Assert.Equal(170.1 + (0.0369 * length) + 1.2 + 45.8, flops / length / 1e6, 0.35);
    }

    [Fact]
    public void A_last_layer_at_one_token_saves_what_is_not_keys_or_values()
    {
        var whole = WorkCount.Forward(Base, [38, 38], [38, 38], 2);

        var first = WorkCount.Forward(Base, [38, 38], [1, 1], 2);

        // Section 19.3, B, for the classifier: 6.9 % of all; what is left out of the head at other tokens is less than 1 % more.
        Assert.InRange(1 - (first / whole), 0.065, 0.079);
    }

    [Fact]
    public void Made_up_reviews_are_as_long_as_real_ones()
    {
        var rows = SpeedRows.Reviews(5000, 30_000, 512);

        // 35.2 tokens a row in the experiment's holdout; the longest of a batch of 256 is several times as long.
        Assert.InRange(rows.InputIds.Length / 5000.0, 35, 41);
        Assert.InRange(Enumerable.Range(0, 256).Max(rows.Length), 120, 512);
        Assert.All(rows.InputIds, id => Assert.InRange(id, 0, 29_999));
    }
}
