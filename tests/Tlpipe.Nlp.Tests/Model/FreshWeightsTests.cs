// New weights against those that Hugging Face makes under the same seed.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Weights;

namespace Tlpipe.Nlp.Tests.Model;

public sealed class FreshWeightsTests
{
    private const double Absolute = 1e-6;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Theory]
    [InlineData(42)]
    [InlineData(271828)]
    public void A_new_classifier_has_Hugging_Face_s_weights_under_the_seed(int seed)
    {
        var folder = TestFiles.Golden("model", "tiny-classifier");

        var (model, report) = ModelFolder.LoadClassifier(folder, 2, seed, Cpu, ComputeType.Fp32, randomWeights: true);

        AssertWeights($"random-init-seed{seed}-classifier.safetensors", model);
        Assert.Empty(report.Reused);
        Assert.Equal(model.Parameters().Count, report.Missing.Count);
    }

    [Fact]
    public void A_new_masked_language_model_has_Hugging_Face_s_weights_under_the_seed()
    {
        var folder = TestFiles.Golden("model", "tiny-mlm");

        var (model, _) = ModelFolder.LoadMaskedLM(folder, 42, Cpu, ComputeType.Fp32, randomWeights: true);

        AssertWeights("random-init-seed42-masked-lm.safetensors", model);
    }

    [Fact]
    public void What_a_checkpoint_lacks_is_drawn_as_Hugging_Face_draws_it()
    {
        var folder = TestFiles.Golden("model", "tiny-mlm");

        var (model, report) = ModelFolder.LoadClassifier(folder, 2, 11, Cpu, ComputeType.Fp32);

        AssertWeights("new-weights-seed11-classifier-from-masked-lm.safetensors", model);
        Assert.Equal(["bert.pooler.dense.bias", "bert.pooler.dense.weight", "classifier.bias", "classifier.weight"], report.Missing);
    }

    private static void AssertWeights(string name, PretrainedBert model)
    {
        using var expected = new GoldenCase(name);
        var parameters = model.Parameters().ToDictionary(p => p.Name, p => p.Parameter);
        foreach (var tensor in expected.Names)
        {
            Assert.Equal(expected.Shape(tensor), parameters[tensor].shape);
            Numbers.AreClose(expected.Floats(tensor), Numbers.Of(parameters[tensor]), Absolute, what: tensor);
        }
    }
}
