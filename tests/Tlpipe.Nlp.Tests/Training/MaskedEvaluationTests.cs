// A masked language model's answers, position by position.
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;

namespace Tlpipe.Nlp.Tests.Training;

public sealed class MaskedEvaluationTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Fact]
    public void Its_loss_is_that_of_an_evaluation_under_the_same_masks()
    {
        // One batch, so that the mean over batches is the mean over positions.
        using var golden = new TrainerGolden("mlm");
        var rows = golden.EvalRows.Slice(0, Math.Min(8, golden.EvalRows.Count));
        using var model = ModelFolder.LoadMaskedLM(TrainerGolden.TinyModel, 42, Cpu, ComputeType.Fp32).Model;
        var task = new MaskedLanguageModelingTask(model, rows, rows, TrainerGolden.Collator, new TrainingArguments()) { EvalMasksSeed = 5 };

        var expected = task.Evaluate(task.Streams(), _ => { }, TestContext.Current.CancellationToken).Loss;
        var answers = MaskedEvaluation.Of(model, rows, TrainerGolden.Collator, seed: 5, stopping: TestContext.Current.CancellationToken);
        var again = MaskedEvaluation.Of(model, rows, TrainerGolden.Collator, seed: 5, stopping: TestContext.Current.CancellationToken);

        Assert.Equal(expected, answers.Loss.Value, 1e-5);
        Assert.Equal(answers.Targets, again.Targets);
        Assert.All(Enumerable.Range(0, answers.Count), i => Assert.Contains(answers.Targets[i], rows.Row(answers.Windows[i]).ToArray()));
        Assert.InRange(answers.Accuracy.Value, 0, 1);
    }
}
