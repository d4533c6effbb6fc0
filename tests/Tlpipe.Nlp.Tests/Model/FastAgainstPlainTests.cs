// The fast kernels give what the model as it is written gives, gradients included.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Model;

public sealed class FastAgainstPlainTests : IDisposable
{
    private const double Absolute = 2e-5;
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryModel files = new();

    public static TheoryData<int[]> Lengths => new(
        [7],
        [48, 48, 48],
        [5, 48, 5, 5],
        [1, 2, 3, 4, 5, 6],
        [3, 1],
        [10, 3, 1],
        [40, 12, 39, 2, 11, 12, 40, 1],
        [9, 30, 9, 30, 9]);

    public void Dispose()
    {
        scope.Dispose();
        files.Dispose();
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_classifier_s_logits_and_gradients_do_not_depend_on_the_kernels(int[] lengths)
    {
        var rows = TemporaryModel.Rows(3, lengths);
        var labels = Cpu.From([.. lengths.Select((_, i) => i % 2)]);
        var (fast, plain) = (Classifier(), Classifier().Plain());

        var fastLogits = fast.Logits(PackedRows.From(rows, fast.Config, Cpu), null);
        nn.functional.cross_entropy(fastLogits, labels).backward();
        var plainLogits = plain.Logits(PackedRows.From(rows, plain.Config, Cpu), null);
        nn.functional.cross_entropy(plainLogits, labels).backward();

        Numbers.AreClose(Numbers.Of(plainLogits), Numbers.Of(fastLogits), Absolute);
        AssertSameGradients(plain, fast);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void A_masked_language_model_s_loss_and_gradients_do_not_depend_on_the_kernels(int[] lengths)
    {
        var rows = TemporaryModel.Rows(4, lengths);
        // Every fifth token, so that some rows have several and some none.
        long[] chosen = [.. Enumerable.Range(0, lengths.Sum()).Where(i => i % 5 == 3).Select(i => (long)i).Reverse()];
        var labels = Cpu.From([.. chosen.Select(i => i * 7 % 97)]);
        var (fast, plain) = (MaskedLM(), MaskedLM().Plain());

        var fastLogits = fast.Logits(PackedRows.From(rows, fast.Config, Cpu), Cpu.From(chosen), null);
        nn.functional.cross_entropy(fastLogits, labels).backward();
        var plainLogits = plain.Logits(PackedRows.From(rows, plain.Config, Cpu), Cpu.From(chosen), null);
        nn.functional.cross_entropy(plainLogits, labels).backward();

        Numbers.AreClose(Numbers.Of(plainLogits), Numbers.Of(fastLogits), Absolute);
        AssertSameGradients(plain, fast);
    }

    [Theory]
    [InlineData("gelu")]
    [InlineData("gelu_new")]
    [InlineData("relu")]
    public void Training_and_evaluating_do_not_depend_on_the_kernels_under_the_same_hidden_dropout(string activation)
    {
        using var other = new TemporaryModel(("hidden_act", activation));
        var rows = TemporaryModel.Rows(5, 40, 12, 39, 2);
        // Attention's masks are drawn in another order by each way.
        var fast = ModelFolder.LoadClassifier(other.Folder, 2, 8, Cpu, ComputeType.Fp32, randomWeights: true, dropout: new DropoutRates(0.2, 0)).Model;
        var plain = fast.Plain();

        var (fastLogits, plainLogits) = (Trained(fast), Trained(plain));

        Numbers.AreClose(Numbers.Of(plainLogits), Numbers.Of(fastLogits), Absolute);
        AssertSameGradients(plain, fast);
        Numbers.AreClose(Evaluated(plain), Evaluated(fast), Absolute);

        Tensor Trained(BertForSequenceClassification model)
        {
            var dropout = new DropoutMasks(Cpu, 1);
            dropout.BeginStep(0);
            var logits = model.Logits(PackedRows.From(rows, model.Config, Cpu), dropout);
            nn.functional.cross_entropy(logits, Cpu.From([0, 1, 1, 0])).backward();
            return logits;
        }
        float[] Evaluated(BertForSequenceClassification model)
        {
            using var without = no_grad();
            return Numbers.Of(model.Logits(PackedRows.From(rows, model.Config, Cpu), null));
        }
    }

    [Fact]
    public void The_order_of_rows_is_the_order_of_logits()
    {
        var model = Classifier();
        var rows = TemporaryModel.Rows(5, 3, 40, 17, 8, 39);

        var together = Numbers.Of(model.Logits(PackedRows.From(rows, model.Config, Cpu), null));
        var alone = rows.SelectMany(row => Numbers.Of(model.Logits(PackedRows.From([row], model.Config, Cpu), null))).ToArray();

        Numbers.AreClose(alone, together, Absolute);
    }

    [Fact]
    public void No_chosen_token_gives_no_logits()
    {
        var model = MaskedLM();

        var logits = model.Logits(PackedRows.From(TemporaryModel.Rows(5, 3, 4), model.Config, Cpu), Cpu.From(Array.Empty<long>()), null);

        Assert.Equal([0, 97], logits.shape);
    }

    [Theory]
    [InlineData(ComputeType.Bf16)]
    [InlineData(ComputeType.Fp16)]
    public void Half_precision_stays_near_float32_and_keeps_parameters_gradients_and_logits_in_it(ComputeType type)
    {
        var rows = TemporaryModel.Rows(6, 20, 31, 8);
        var (half, full) = (Classifier(type), Classifier());
        var dropout = new DropoutMasks(Cpu, 1);
        dropout.BeginStep(0);

        var logits = half.Logits(PackedRows.From(rows, half.Config, Cpu), null);
        half.Logits(PackedRows.From(rows, half.Config, Cpu), dropout).sum().backward();

        Assert.Equal(ScalarType.Float32, logits.dtype);
        Numbers.AreClose(Numbers.Of(full.Logits(PackedRows.From(rows, full.Config, Cpu), null)), Numbers.Of(logits), 0.1);
        Assert.All(half.Parameters(), p => Assert.Equal(ScalarType.Float32, p.Parameter.dtype));
        Assert.All(half.Parameters(), p => Assert.Equal(ScalarType.Float32, p.Parameter.grad?.dtype));
    }

    [Fact]
    public void Two_equal_training_steps_on_two_threads_give_equal_bytes()
    {
        var lengths = Enumerable.Range(0, 24).Select(i => 1 + (i * 29 % 48)).ToArray();
        var rows = TemporaryModel.Rows(7, lengths);

        float[][] Step()
        {
            using var inner = NewDisposeScope();
            var model = MaskedLM();
            var dropout = new DropoutMasks(Cpu, 5);
            dropout.BeginStep(12);
            var packed = PackedRows.From(rows, model.Config, Cpu);
            var chosen = Enumerable.Range(0, packed.Tokens).Where(i => i % 6 == 0).ToArray();
            var loss = nn.functional.cross_entropy(model.Logits(packed, Cpu.From(chosen), dropout), Cpu.From([.. chosen.Select(i => i % 97)]));
            loss.backward();
            return [Numbers.Of(loss), .. model.Parameters().Select(p => Numbers.Of(p.Parameter.grad ?? throw new InvalidOperationException(p.Name)))];
        }

        var first = Step();

        for (var i = 0; i < 3; i++)
            Assert.Equal(first, Step());
    }

    private BertForSequenceClassification Classifier(ComputeType type = ComputeType.Fp32) =>
        ModelFolder.LoadClassifier(files.Folder, 2, 8, Cpu, type, randomWeights: true).Model;

    private BertForMaskedLM MaskedLM() =>
        ModelFolder.LoadMaskedLM(files.Folder, 8, Cpu, ComputeType.Fp32, randomWeights: true).Model;

    private static void AssertSameGradients(PretrainedBert expected, PretrainedBert actual)
    {
        foreach (var ((name, plain), (_, fast)) in expected.Parameters().Zip(actual.Parameters()))
        {
            Assert.True((plain.grad is null) == (fast.grad is null), name);
            if (plain.grad is { } wanted && fast.grad is { } got)
                Numbers.AreClose(Numbers.Of(wanted), Numbers.Of(got), Absolute, 1e-3, name);
        }
    }
}
