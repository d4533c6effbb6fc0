// Parts recomputed for their gradients, beside the same parts kept: layers, attention's probabilities, dropout's masks.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Packing;
using Tlpipe.Nlp.Tests.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Tests.Kernels;

[Trait(Tier.Name, Tier.All)]
public sealed class RecomputedTests : IDisposable
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    // More probabilities than are kept: 8 rows of 3 heads and 512 tokens, some rows shorter by what fits into one bucket.
    private static readonly int[][] LongRows = TemporaryModel.Rows(9, 512, 500, 512, 490, 512, 512, 470, 512);

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryModel files = new();

    public void Dispose()
    {
        scope.Dispose();
        files.Dispose();
    }

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(0.1, 1)]
    [InlineData(0, 0)]
    public void Layers_computed_again_have_the_same_loss_and_gradients_to_the_byte(double dropout, int frozenLayers)
    {
        var kept = Gradients(checkpointing: false, dropout, frozenLayers);

        var again = Gradients(checkpointing: true, dropout, frozenLayers);

        Assert.Equal(kept, again);
        Assert.Equal(frozenLayers == 0 ? 0 : 5 + 16, kept.Count(gradient => gradient.Length == 0));
    }

    [Theory]
    [InlineData("classify", "fp32")]
    [InlineData("classify", "bf16")]
    [InlineData("mlm", "fp32")]
    [InlineData("mlm", "bf16")]
    public void A_training_ends_with_the_same_bytes(string name, string dtype)
    {
        var type = dtype == "bf16" ? ComputeType.Bf16 : ComputeType.Fp32;

        var kept = Train(name, checkpointing: false, type);

        Assert.Equal(kept, Train(name, checkpointing: true, type));
        if (type != ComputeType.Fp32)
            Assert.NotEqual(kept, Train(name, checkpointing: false));
    }

    [Fact]
    public void A_training_whose_layers_join_in_one_by_one_ends_with_the_same_bytes()
    {
        var unfreezing = new LayerTraining { GradualUnfreezing = 1 };

        var kept = Train("classify", checkpointing: false, layers: unfreezing);

        Assert.Equal(kept, Train("classify", checkpointing: true, layers: unfreezing));
        Assert.NotEqual(kept, Train("classify", checkpointing: false, layers: LayerTraining.Alike));
    }

    [Fact]
    public void Gradients_of_the_whole_mask_are_those_of_its_parts_end_to_end()
    {
        var dropout = new DropoutMasks(Cpu, 3);
        dropout.BeginStep(4);
        var x = Cpu.Normal(Cpu.Generator(1), 0, 1, 10, 64);

        var whole = dropout.Apply(x, 0.3);
        dropout.BeginStep(4);
        var call = dropout.NextCall();
        var parts = x.split(3, 0).Select((part, i) => dropout.Apply(part, 0.3, call, i * 3 * 64)).ToArray();

        Assert.Equal(Numbers.Of(whole), Numbers.Of(cat(parts, 0)));
    }

    [Fact]
    public void Attention_in_parts_is_attention_at_once()
    {
        using var large = LongModel();
        Assert.True(LongRows.Length * 3 * 512 * 512 > new KernelSet(Cpu, ComputeType.Fp32).ScoresKept);

        // Without dropout in it attention is torch's own, which goes by rows alone.
        var (together, alone) = (Step(large, LongRows, 1e-9), LongRows.Select(row => Step(large, [row], 1e-9)).ToList());

        Assert.True(together.Loss is > 0 and < 10);
        float[][] Sum() => [.. together.Gradients.Select((gradient, p) => gradient.Select((_, i) => alone.Sum(step => step.Gradients[p][i]) / LongRows.Length).ToArray())];
        foreach (var (expected, actual) in Sum().Zip(together.Gradients))
            Numbers.AreClose(expected, actual, 2e-5, 1e-3);
    }

    [Fact]
    public void Attention_in_parts_has_the_masks_of_attention_at_once()
    {
        using var large = LongModel();

        var (parts, checkpointed) = (Step(large, LongRows, 0.3).Gradients, Step(large, LongRows, 0.3, checkpointing: true).Gradients);
        var whole = Step(large, LongRows, 0.3, scoresKept: long.MaxValue).Gradients;

        Assert.Equal(parts, checkpointed);
        foreach (var (expected, actual) in whole.Zip(parts))
            Numbers.AreClose(expected, actual, 1e-6, 1e-4);
    }

    private static TemporaryModel LongModel() => new(("max_position_embeddings", 512), ("hidden_dropout_prob", 0.0));

    private static (double Loss, float[][] Gradients) Step(TemporaryModel files, int[][] rows, double rate, bool checkpointing = false, long? scoresKept = null)
    {
        using var inner = NewDisposeScope();
        var model = ModelFolder.LoadMaskedLM(files.Folder, 8, Cpu, ComputeType.Fp32, randomWeights: true, dropout: new DropoutRates(0, rate)).Model;
        if (scoresKept is { } most)
            model = model.With(new KernelSet(Cpu, ComputeType.Fp32) { ScoresKept = most });
        model.GradientCheckpointing = checkpointing;
        var dropout = new DropoutMasks(Cpu, 5);
        dropout.BeginStep(0);
        var packed = PackedRows.From(rows, model.Config, Cpu);
        var chosen = packed.RowStarts.SkipLast(1).Select(start => start + 7).ToArray();
        var loss = nn.functional.cross_entropy(model.Logits(packed, Cpu.From(chosen), dropout), Cpu.From([.. rows.Select(row => row[7])]));
        loss.backward();
        return (loss.item<float>(), [.. model.Parameters().Select(p => Numbers.Of(p.Parameter.grad!))]);
    }

    private float[][] Gradients(bool checkpointing, double rate, int frozenLayers)
    {
        using var inner = NewDisposeScope();
        var model = ModelFolder.LoadMaskedLM(files.Folder, 8, Cpu, ComputeType.Fp32, randomWeights: true, dropout: new DropoutRates(rate, rate)).Model;
        model.GradientCheckpointing = checkpointing;
        new LayerTraining { FreezeLayers = frozenLayers }.Begin(0, model.Parameters(), 2);
        var packed = PackedRows.From(TemporaryModel.Rows(7, 48, 3, 47, 20, 11, 48), model.Config, Cpu);
        var chosen = Enumerable.Range(0, packed.Tokens).Where(i => i % 6 == 0).ToArray();
        var dropout = new DropoutMasks(Cpu, 5);
        // Two micro-batches, whose gradients add up.
        foreach (var step in new[] { 12, 13 })
        {
            dropout.BeginStep(step);
            nn.functional.cross_entropy(model.Logits(packed, Cpu.From(chosen), dropout), Cpu.From([.. chosen.Select(i => i % 97)])).backward();
        }
        return [.. model.Parameters().Select(p => p.Parameter.grad is { } gradient ? Numbers.Of(gradient) : [])];
    }

    private static float[][] Train(string name, bool checkpointing, ComputeType type = ComputeType.Fp32, LayerTraining? layers = null)
    {
        using var golden = new Tlpipe.Nlp.Tests.Training.TrainerGolden(name);
        // Few updates; where layers join in epoch by epoch, the three epochs in which two layers do, of two updates each.
        var arguments = layers is null ? golden.Arguments with { MaxSteps = 3 } : golden.Arguments with { PerDeviceTrainBatchSize = 80, NumTrainEpochs = 3 };
        var task = golden.Task(Cpu, arguments, new DropoutRates(0.1, 0.1, 0.1), type, layers);
        using var model = task.Model;
        model.GradientCheckpointing = checkpointing;
        var outcome = Trainer.Train(task, stopping: TestContext.Current.CancellationToken);
        return [[(float)outcome.TrainLoss], .. model.Parameters().Select(p => p.Parameter.data<float>().ToArray())];
    }
}
