// AdamW, fused and plain, against the formula in double precision.
using Tlpipe.Nlp.Training;
using static TorchSharp.torch;
using AdamW = Tlpipe.Nlp.Training.AdamW;
using Parameter = TorchSharp.Modules.Parameter;

namespace Tlpipe.Nlp.Tests.Training;

public sealed class AdamWTests
{
    private static readonly TrainingArguments Arguments = new() { WeightDecay = 0.1, MaxGradNorm = 1 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Ten_updates_give_what_the_formula_gives(bool fused)
    {
        var random = new System.Random(7);
        var weight = Numbers(random, 12);
        var bias = Numbers(random, 4);
        using var weightParameter = new Parameter(tensor(weight.Select(x => (float)x).ToArray(), [3, 4]));
        using var biasParameter = new Parameter(tensor(bias.Select(x => (float)x).ToArray()));
        using var optimizer = new AdamW([("dense.weight", weightParameter), ("dense.bias", biasParameter)], Arguments, fused);
        var (weightState, biasState) = (new Expected(weight), new Expected(bias));

        for (var update = 1; update <= 10; update++)
        {
            // Every third gradient is small enough not to be clipped.
            var size = update % 3 == 0 ? 0.01 : 3;
            var weightGradient = Numbers(random, 12, size);
            var biasGradient = Numbers(random, 4, size);
            var rate = 0.01 * update;
            var expectedNorm = Math.Sqrt(weightGradient.Concat(biasGradient).Sum(g => g * g));
            var factor = Math.Min(1, 1 / (expectedNorm + 1e-6));
            weightState.Update(weightGradient, factor, rate, 0.1, update);
            biasState.Update(biasGradient, factor, rate, 0, update);
            weightParameter.grad = tensor(weightGradient.Select(x => (float)x).ToArray(), [3, 4]);
            biasParameter.grad = tensor(biasGradient.Select(x => (float)x).ToArray());

            using var norm = optimizer.Step(rate);
            optimizer.ForgetGradients();

            Assert.Equal(expectedNorm, norm!.item<float>(), 1e-5);
        }
        AssertClose(weightState.Values, weightParameter);
        AssertClose(biasState.Values, biasParameter);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_layer_that_joins_later_begins_with_its_own_first_update_and_its_own_rate(bool fused)
    {
        var random = new System.Random(5);
        var (top, low) = (Numbers(random, 6), Numbers(random, 6));
        using var topParameter = new Parameter(tensor(top.Select(x => (float)x).ToArray()));
        using var lowParameter = new Parameter(tensor(low.Select(x => (float)x).ToArray()), requires_grad: false);
        using var optimizer = new AdamW(
            [("top.weight", topParameter), ("low.weight", lowParameter)], Arguments, fused, name => name == "top.weight" ? (1, 0) : (0.25, 1));
        var (topState, lowState) = (new Expected(top), new Expected(low));

        for (var update = 1; update <= 6; update++)
        {
            var joined = update > 3;
            lowParameter.requires_grad = joined;
            var (topGradient, lowGradient) = (Numbers(random, 6), Numbers(random, 6));
            var norm = Math.Sqrt(topGradient.Concat(joined ? lowGradient : []).Sum(g => g * g));
            var factor = Math.Min(1, 1 / (norm + 1e-6));
            topState.Update(topGradient, factor, 0.1, 0.1, update);
            if (joined)
                lowState.Update(lowGradient, factor, 0.025, 0.1, update - 3);
            topParameter.grad = tensor(topGradient.Select(x => (float)x).ToArray());
            if (joined)
                lowParameter.grad = tensor(lowGradient.Select(x => (float)x).ToArray());
            optimizer.Step(0.1)?.Dispose();
            optimizer.ForgetGradients();
        }

        AssertClose(topState.Values, topParameter);
        AssertClose(lowState.Values, lowParameter);
    }

    [Fact]
    public void Fused_and_plain_updates_agree()
    {
        var results = new[] { true, false }.Select(fused =>
        {
            var random = new System.Random(3);
            using var parameter = new Parameter(tensor(Numbers(random, 1000).Select(x => (float)x).ToArray()));
            using var optimizer = new AdamW([("a.weight", parameter)], Arguments, fused);
            for (var update = 0; update < 10; update++)
            {
                parameter.grad = tensor(Numbers(random, 1000, 0.02).Select(x => (float)x).ToArray());
                optimizer.Step(1e-3)?.Dispose();
            }
            return parameter.data<float>().ToArray();
        }).ToList();

        Assert.All(results[0].Zip(results[1]), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }

    [Fact]
    public void Without_a_norm_to_clip_to_there_is_no_norm()
    {
        using var parameter = new Parameter(ones(2));
        using var optimizer = new AdamW([("a.weight", parameter)], Arguments with { MaxGradNorm = 0 });
        parameter.grad = full(2, 1000f);

        var norm = optimizer.Step(0.5);

        Assert.Null(norm);
        Assert.Equal(1 - 0.5 * 0.1 - 0.5, parameter.data<float>()[0], 1e-6);
    }

    [Fact]
    public void A_parameter_without_gradient_decays_like_one_with_zeros()
    {
        using var parameter = new Parameter(ones(2));
        using var optimizer = new AdamW([("a.weight", parameter)], Arguments);

        optimizer.Step(0.5)?.Dispose();

        Assert.Equal(0.95, parameter.data<float>()[1], 1e-6);
    }

    [Theory]
    [InlineData(new[] { 2f, 4f }, true, 0.5f)]
    [InlineData(new[] { 2f, float.PositiveInfinity }, false, 0.5f)]
    [InlineData(new[] { 2f, float.NaN }, false, 0.5f)]
    public void Unscaling_divides_gradients_and_finds_those_that_are_not_finite(float[] gradient, bool finite, float first)
    {
        using var parameter = new Parameter(ones(2));
        using var optimizer = new AdamW([("a.weight", parameter)], Arguments);
        parameter.grad = tensor(gradient);

        var answer = optimizer.Unscale(4);

        Assert.Equal(finite, answer);
        Assert.Equal(first, parameter.grad!.data<float>()[0]);
    }

    [Theory]
    [InlineData("bert.embeddings.word_embeddings.weight", true)]
    [InlineData("bert.encoder.layer.0.attention.self.query.weight", true)]
    [InlineData("bert.encoder.layer.0.attention.self.query.bias", false)]
    [InlineData("bert.encoder.layer.0.attention.output.LayerNorm.weight", false)]
    [InlineData("cls.predictions.bias", false)]
    [InlineData("cls.predictions.transform.dense.weight", true)]
    [InlineData("encoder.final_norm.weight", false)]
    [InlineData("encoder.normal.weight", true)]
    public void Biases_and_normalisations_do_not_decay(string name, bool decays) => Assert.Equal(decays, AdamW.Decays(name));

    [Fact]
    public void The_loss_scale_halves_on_overflow_and_doubles_after_two_thousand_good_updates()
    {
        var scaler = new LossScaler();

        scaler.Update(finite: false);
        for (var i = 0; i < 2000; i++)
            scaler.Update(finite: true);
        var grown = scaler.Scale;
        scaler.Update(finite: false);

        Assert.Equal((65536, 32768), (grown, scaler.Scale));
    }

    private static double[] Numbers(System.Random random, int count, double size = 1) =>
        Enumerable.Range(0, count).Select(_ => (double)(float)((random.NextDouble() * 2 - 1) * size)).ToArray();

    private static void AssertClose(double[] expected, Tensor actual) =>
        Assert.All(expected.Zip(actual.data<float>().ToArray()), pair => Assert.Equal(pair.First, pair.Second, 2e-6));

    // docs/hf-parity.md 9.2 in double precision.
    private sealed class Expected(double[] start)
    {
        private readonly double[] mean = new double[start.Length];
        private readonly double[] square = new double[start.Length];

        public double[] Values { get; } = [.. start];

        public void Update(double[] gradient, double factor, double rate, double decay, int t)
        {
            for (var i = 0; i < Values.Length; i++)
            {
                var g = gradient[i] * factor;
                Values[i] *= 1 - rate * decay;
                mean[i] = 0.9 * mean[i] + 0.1 * g;
                square[i] = 0.999 * square[i] + 0.001 * g * g;
                Values[i] -= rate / (1 - Math.Pow(0.9, t)) * mean[i] / (Math.Sqrt(square[i]) / Math.Sqrt(1 - Math.Pow(0.999, t)) + 1e-8);
            }
        }
    }
}
