// The model with fast kernels, and as it is written, against Hugging Face's numbers.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Model;

public sealed class GoldenModelTests : IDisposable
{
    private const double Absolute = 1e-5, GradientAbsolute = 1e-7, GradientRelative = 1e-4;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("tiny-classifier", 2)]
    [InlineData("odd-classifier", 3)]
    public void A_classifier_gives_the_logits_and_the_loss_of_Hugging_Face(string name, int labels)
    {
        using var golden = new GoldenCase($"{name}-case.safetensors");
        var (model, _) = ModelFolder.LoadClassifier(TestFiles.Golden("model", name), labels, 0, Cpu, ComputeType.Fp32);
        using var rows = golden.Pack(model.Config, Cpu);

        var logits = model.Logits(rows, null);
        var loss = nn.functional.cross_entropy(logits, Cpu.From(golden.Longs("labels")));

        Numbers.AreClose(golden.Floats("logits"), Numbers.Of(logits), Absolute);
        Numbers.AreClose(golden.Floats("loss"), Numbers.Of(loss), Absolute);
    }

    [Fact]
    public void A_masked_language_model_gives_the_logits_of_Hugging_Face_at_every_token()
    {
        using var golden = new GoldenCase("tiny-mlm-case.safetensors");
        var model = MaskedLM();
        using var rows = golden.Pack(model.Config, Cpu);

        var logits = model.Logits(rows, Cpu.Arange(rows.Tokens), null);

        Numbers.AreClose(golden.WithoutPadding(golden.Floats("logits")), Numbers.Of(logits), Absolute);
    }

    [Fact]
    public void A_masked_language_model_computes_chosen_tokens_alone_to_the_same_loss()
    {
        using var golden = new GoldenCase("tiny-mlm-case.safetensors");
        var model = MaskedLM();
        using var rows = golden.Pack(model.Config, Cpu);

        var loss = MaskedLoss(golden, model, rows);

        Numbers.AreClose(golden.Floats("loss"), Numbers.Of(loss), Absolute);
    }

    [Theory]
    [InlineData("tiny-mlm")]
    [InlineData("tiny-classifier")]
    public void Every_layer_gives_the_hidden_states_of_Hugging_Face(string name)
    {
        using var golden = new GoldenCase($"{name}-case.safetensors");
        PretrainedBert model = name == "tiny-mlm" ? MaskedLM() : Classifier();
        using var rows = golden.Pack(model.Config, Cpu);

        var states = model.HiddenStates(rows);

        Assert.Equal(model.Config.NumHiddenLayers + 1, states.Count);
        for (var i = 0; i < states.Count; i++)
            Numbers.AreClose(golden.WithoutPadding(golden.Floats($"hidden_states.{i}")), Numbers.Of(states[i]), Absolute);
    }

    [Fact]
    public void The_gradients_of_a_masked_language_model_are_those_of_Hugging_Face()
    {
        using var golden = new GoldenCase("tiny-mlm-case.safetensors");
        var model = MaskedLM();
        using var rows = golden.Pack(model.Config, Cpu);

        MaskedLoss(golden, model, rows).backward();

        AssertGradients("tiny-mlm-grads.safetensors", model);
    }

    [Fact]
    public void The_gradients_of_a_classifier_are_those_of_Hugging_Face()
    {
        using var golden = new GoldenCase("tiny-classifier-case.safetensors");
        var model = Classifier();
        using var rows = golden.Pack(model.Config, Cpu);

        nn.functional.cross_entropy(model.Logits(rows, null), Cpu.From(golden.Longs("labels"))).backward();

        AssertGradients("tiny-classifier-grads.safetensors", model);
    }

    [Fact]
    public void A_classifier_as_it_is_written_agrees_with_Hugging_Face_too()
    {
        using var golden = new GoldenCase("tiny-classifier-case.safetensors");
        var model = Classifier().Plain();
        using var rows = golden.Pack(model.Config, Cpu);

        var states = model.HiddenStates(rows);
        var logits = model.Logits(rows, null);
        nn.functional.cross_entropy(logits, Cpu.From(golden.Longs("labels"))).backward();

        for (var i = 0; i < states.Count; i++)
            Numbers.AreClose(golden.WithoutPadding(golden.Floats($"hidden_states.{i}")), Numbers.Of(states[i]), Absolute);
        Numbers.AreClose(golden.Floats("logits"), Numbers.Of(logits), Absolute);
        AssertGradients("tiny-classifier-grads.safetensors", model);
    }

    [Fact]
    public void A_masked_language_model_as_it_is_written_agrees_with_Hugging_Face_too()
    {
        using var golden = new GoldenCase("tiny-mlm-case.safetensors");
        var model = MaskedLM().Plain();
        using var rows = golden.Pack(model.Config, Cpu);

        var logits = model.Logits(rows, Cpu.Arange(rows.Tokens), null);
        MaskedLoss(golden, model, rows).backward();

        Numbers.AreClose(golden.WithoutPadding(golden.Floats("logits")), Numbers.Of(logits), Absolute);
        AssertGradients("tiny-mlm-grads.safetensors", model);
    }

    private static BertForMaskedLM MaskedLM() =>
        ModelFolder.LoadMaskedLM(TestFiles.Golden("model", "tiny-mlm"), 0, Cpu, ComputeType.Fp32).Model;

    private static BertForSequenceClassification Classifier() =>
        ModelFolder.LoadClassifier(TestFiles.Golden("model", "tiny-classifier"), 2, 0, Cpu, ComputeType.Fp32).Model;

    private static Tensor MaskedLoss(GoldenCase golden, BertForMaskedLM model, PackedRows rows)
    {
        var labels = golden.WithoutPadding(golden.Longs("labels"));
        var chosen = Enumerable.Range(0, labels.Length).Where(i => labels[i] != -100).ToArray();
        Assert.True(chosen.Length * 4 < rows.Tokens * 3, "few tokens are to be chosen, so that the last layer is trimmed");
        return nn.functional.cross_entropy(model.Logits(rows, Cpu.From(chosen), null), Cpu.From([.. chosen.Select(i => labels[i])]));
    }

    private static void AssertGradients(string name, PretrainedBert model)
    {
        using var expected = new GoldenCase(name);
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), model.Parameters().Select(p => p.Name).Order(StringComparer.Ordinal));
        foreach (var (parameterName, parameter) in model.Parameters())
        {
            var gradient = parameter.grad;
            Assert.NotNull(gradient);
            Numbers.AreClose(expected.Floats(parameterName), Numbers.Of(gradient), GradientAbsolute, GradientRelative, parameterName);
        }
    }
}
