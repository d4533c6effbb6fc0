// Whole trainings against the reference Trainer's.
using System.Text.Json;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;
using Tensor = TorchSharp.torch.Tensor;

namespace Tlpipe.Nlp.Tests.Training;

[Trait(Tier.Name, Tier.All)]
public sealed class TrainerGoldenTests(ITestOutputHelper output)
{
    // Ten times as far apart as two runs of the reference itself (docs/experiments.md).
    [Theory]
    [InlineData("classify", 9e-6, 3e-3)]
    [InlineData("classify-accumulate-4-warmup", 1e-6, 5e-5)]
    [InlineData("classify-padded-in-map", 2e-5, 3e-3)]
    [InlineData("mlm", 3e-3, 3e-1)]
    public void A_training_is_the_reference_trainers(string name, double relative, double weights)
    {
        using var golden = new TrainerGolden(name);
        var task = new RecordingTask(golden.Task(ComputeDevice.Open("cpu", 2)));

        var outcome = Trainer.Train(task, stopping: TestContext.Current.CancellationToken);

        var difference = golden.MicroBatchLosses.Zip(task.Losses, (expected, actual) => Math.Abs(actual / expected - 1)).Max();
        output.WriteLine($"{name}: micro-batch losses differ by up to {difference:E1}");
        Assert.Equal(golden.MicroBatchLosses.Count, task.Losses.Count);
        Assert.InRange(difference, 0, relative);
        AssertLog(golden, outcome, relative);
        Assert.Equal(golden.TrainLoss, outcome.TrainLoss, golden.TrainLoss * relative);
        Assert.InRange(WeightDifference(golden.FinalWeights, task.Model), 0, weights);
    }

    [Fact]
    public void The_state_file_is_in_the_reference_trainers_format()
    {
        using var golden = new TrainerGolden("classify");
        using var folder = new TemporaryFolder();

        var outcome = Trainer.Train(golden.Task(ComputeDevice.Open("cpu", 2)), stopping: TestContext.Current.CancellationToken);
        outcome.State.Write(folder.Path);

        var text = File.ReadAllText(folder["trainer_state.json"]);
        using var written = JsonDocument.Parse(text);
        var expected = golden.State.EnumerateObject().ToList();
        Assert.Equal(expected.Select(p => p.Name), written.RootElement.EnumerateObject().Select(p => p.Name));
        foreach (var property in expected.Where(p => p.Name is not ("best_metric" or "best_model_checkpoint" or "log_history")))
            Assert.Equal(property.Value.GetRawText().ReplaceLineEndings("").Replace(" ", ""), written.RootElement.GetProperty(property.Name).GetRawText().ReplaceLineEndings("").Replace(" ", ""));
        Assert.EndsWith("\n}\n", text);
        Assert.StartsWith("{\n  \"best_global_step\": 50,\n", text);
        Assert.Contains("\n      \"epoch\": 0.4,\n", text);
        Assert.Equal(golden.State.GetProperty("log_history").EnumerateArray().Select(Keys), written.RootElement.GetProperty("log_history").EnumerateArray().Select(Keys));
    }

    private static string Keys(JsonElement entry) => string.Join(' ', entry.EnumerateObject().Select(p => p.Name));

    private static void AssertLog(TrainerGolden golden, TrainingOutcome outcome, double relative)
    {
        Assert.Equal(golden.Log.Count, outcome.History.Count);
        foreach (var (line, entry) in golden.Log.Zip(outcome.History))
        {
            double Expected(string key) => line.GetProperty(key).GetDouble();
            Assert.Equal((Expected("epoch"), (long)Expected("step")), (entry.Epoch, entry.Step));
            if (entry is TrainLogEntry train)
            {
                Assert.Equal(Expected("learning_rate"), train.LearningRate, 1e-15);
                // Both are rounded to four decimals.
                Assert.Equal(Expected("loss"), train.Loss, 1.01e-4 + relative * Expected("loss"));
                Assert.Equal(Expected("grad_norm"), train.GradNorm!.Value, Expected("grad_norm") * relative * 100);
            }
            else
            {
                var eval = Assert.IsType<EvalLogEntry>(entry);
                Assert.Equal(Expected("eval_loss"), eval.EvalLoss, Expected("eval_loss") * relative);
                Assert.Equal(line.TryGetProperty("eval_accuracy", out var accuracy) ? accuracy.GetDouble() : null, eval.EvalAccuracy);
            }
        }
        Assert.Equal(golden.State.GetProperty("best_global_step").GetInt64(), outcome.Best!.Step);
    }

    private static double WeightDifference(string path, PretrainedBert model)
    {
        using var file = SafetensorsFile.Open(path);
        var largest = 0.0;
        foreach (var (name, parameter) in model.Parameters())
        {
            var expected = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(file.ReadBytes(name)).ToArray();
            largest = Math.Max(largest, expected.Zip(parameter.data<float>().ToArray(), (e, a) => Math.Abs((double)e - a)).Max());
        }
        return largest;
    }

    private sealed class RecordingTask(ITrainingTask inner) : ITrainingTask
    {
        public List<double> Losses { get; } = [];

        public TrainingArguments Arguments => inner.Arguments;

        public TokenRows TrainRows => inner.TrainRows;

        public TokenRows EvalRows => inner.EvalRows;

        public PretrainedBert Model => inner.Model;

        public IReadOnlyList<string> Metrics => inner.Metrics;

        public RandomStreams Streams() => inner.Streams();

        public MicroBatch Collate(ReadOnlySpan<int> rows, RandomStreams streams) => inner.Collate(rows, streams);

        public Tensor Loss(MicroBatch batch, DropoutMasks dropout)
        {
            var loss = inner.Loss(batch, dropout);
            Losses.Add(loss.item<float>());
            return loss;
        }

        public EvaluationScores Evaluate(RandomStreams streams, Action<long> evaluated, CancellationToken stopping) => inner.Evaluate(streams, evaluated, stopping);
    }
}
