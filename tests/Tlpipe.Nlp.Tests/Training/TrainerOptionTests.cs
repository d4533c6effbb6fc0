// Options of the reference Trainer beyond those of its whole runs, each in a small run of its own.
using System.Text.Json;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Tests.Training;

/// <summary>
/// Goldens/trainer-options was made with transformers 4.57.6 on torch 2.13 (CPU, fp32, dropout 0) from the rows of
/// Goldens/trainer/classify and mlm: arguments, micro-batch losses and shapes, log history, checkpoints left.
/// </summary>
[Trait(Tier.Name, Tier.All)]
public sealed class TrainerOptionTests(ITestOutputHelper output)
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    // Ten times as far apart as two runs of the reference itself, with one thread and with two.
    [Theory]
    [InlineData("mlm-steps", 2e-6)]
    [InlineData("mlm-eval-each-step", 2e-6)]
    [InlineData("mlm-token", 2e-6)]
    [InlineData("mlm-whole-words", 1e-6)]
    [InlineData("mlm-seeded-padded", 2e-6)]
    [InlineData("classify-early-stop", 1e-6)]
    [InlineData("classify-save-best", 2e-6)]
    [InlineData("classify-weights", 2e-6)]
    [InlineData("regression", 5e-6)]
    [InlineData("multi-label", 8e-5)]
    public void A_run_is_the_reference_trainers(string name, double relative)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("trainer-options", name + ".json")));
        var run = golden.RootElement;
        using var kept = new TemporaryFolder();
        var task = Task(name, Arguments(run.GetProperty("arguments"), name));

        var outcome = Trainer.Train(
            task, keep: new CheckpointTarget(kept.Path, folder => ModelFolder.Save(task.Model, folder)), stopping: TestContext.Current.CancellationToken);

        Assert.Equal(
            run.GetProperty("micro_batch_shapes").EnumerateArray().Select(shape => (shape[0].GetInt32(), shape[1].GetInt32())),
            outcome.MicroBatches.Select(batch => (batch.Rows, batch.Width)));
        // With a loss by tokens the reference's are shares of an update's.
        if (name != "mlm-token")
        {
            var furthest = run.GetProperty("micro_batch_losses").EnumerateArray().Zip(outcome.MicroBatches, (loss, batch) => Math.Abs(batch.Loss / loss.GetDouble() - 1)).Max();
            output.WriteLine($"{name}: micro-batch losses differ by up to {furthest:E1}");
            Assert.InRange(furthest, 0, relative);
        }
        AssertLog(run, outcome, relative);
        Assert.Equal(run.GetProperty("global_step").GetInt64(), outcome.Step);
        Assert.Equal(Texts(run.GetProperty("checkpoints_left")).Order(), Directory.GetDirectories(kept.Path).Select(Path.GetFileName).Order());
        if (run.GetProperty("best_metric") is { ValueKind: JsonValueKind.Number } best)
            Assert.Equal(best.GetDouble(), outcome.Best!.Metric, best.GetDouble() * relative);
        if (run.GetProperty("best_global_step") is { ValueKind: JsonValueKind.Number } step)
            Assert.Equal(step.GetInt64(), outcome.Best!.Step);
    }

    [Fact]
    public void Early_stopping_is_in_the_state_of_the_last_checkpoint()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("trainer-options", "classify-early-stop.json")));
        using var kept = new TemporaryFolder();
        var task = Task("classify-early-stop", Arguments(golden.RootElement.GetProperty("arguments"), "classify-early-stop"));

        Trainer.Train(
            task, keep: new CheckpointTarget(kept.Path, folder => ModelFolder.Save(task.Model, folder)), stopping: TestContext.Current.CancellationToken);

        using var state = JsonDocument.Parse(File.ReadAllText(Path.Combine(kept.Path, "checkpoint-30", "trainer_state.json")));
        Assert.True(JsonElement.DeepEquals(golden.RootElement.GetProperty("stateful_callbacks"), state.RootElement.GetProperty("stateful_callbacks")));
        Assert.Equal("checkpoint-10", state.RootElement.GetProperty("best_model_checkpoint").GetString());
    }

    // Rates of 20 updates as transformers' get_scheduler gives them.
    [Fact]
    public void Every_schedule_gives_the_reference_rates()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("trainer-options", "schedules.json")));
        foreach (var (name, schedule) in golden.RootElement.EnumerateObject().Select(p => (p.Name, p.Value)))
        {
            var arguments = new TrainingArguments
            {
                LearningRate = 0.003,
                LrSchedulerType = Schedule(schedule.GetProperty("type").GetString()!),
                LrSchedulerKwargs = Kwargs(schedule.GetProperty("kwargs")),
                WarmupSteps = schedule.GetProperty("warmup").GetInt32(),
            };
            var rates = new LearningRateSchedule(arguments, 20);

            var expected = schedule.GetProperty("rates").EnumerateArray().Select(rate => rate.GetDouble()).ToList();

            Assert.Empty(arguments.Mistakes());
            for (var k = 0; k < expected.Count; k++)
                Assert.True(Math.Abs(expected[k] - rates.Rate(k)) < 1e-12, $"{name}, update {k + 1}: {rates.Rate(k)} for {expected[k]}");
        }
    }

    private static void AssertLog(JsonElement run, TrainingOutcome outcome, double relative)
    {
        var log = run.GetProperty("log_history").EnumerateArray().TakeWhile(line => !line.TryGetProperty("train_loss", out _)).ToList();
        Assert.Equal(log.Count, outcome.History.Count);
        foreach (var (line, entry) in log.Zip(outcome.History))
        {
            double Expected(string key) => line.GetProperty(key).GetDouble();
            Assert.Equal((Expected("epoch"), (long)Expected("step")), (entry.Epoch, entry.Step));
            if (entry is TrainLogEntry train)
            {
                Assert.Equal(Expected("learning_rate"), train.LearningRate, 1e-15);
                // Both are rounded to four decimals.
                Assert.Equal(Expected("loss"), train.Loss, 1.01e-4 + relative * Expected("loss"));
                Assert.Equal(Expected("grad_norm"), train.GradNorm!.Value, Expected("grad_norm") * relative * 100);
                continue;
            }
            var figures = Assert.IsType<EvalLogEntry>(entry).Figures;
            Assert.Equal(
                line.EnumerateObject().Select(p => p.Name).Where(name => name.StartsWith("eval_", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
                figures.Keys.Order(StringComparer.Ordinal));
            foreach (var (name, value) in figures)
                Assert.Equal(Expected(name), value, Math.Max(1e-5, Expected(name) * relative));
        }
    }

    private static ITrainingTask Task(string name, TrainingArguments arguments)
    {
        using var golden = new TrainerGolden(name is not "mlm-seeded-padded" && name.StartsWith("mlm", StringComparison.Ordinal) ? "mlm" : "classify");
        var (train, eval) = (golden.TrainRows, golden.EvalRows);
        if (name.StartsWith("mlm", StringComparison.Ordinal))
            return MaskedLanguageModeling(name, train, eval, arguments);
        var (labels, problem) = name switch { "regression" => (1, null), "multi-label" => (3, "multi_label_classification"), _ => (2, null) };
        var model = ModelFolder.LoadClassifier(
            TrainerGolden.TinyModel, labels, arguments.Seed, Cpu, ComputeType.Fp32, dropout: new DropoutRates(0, 0), problemType: problem).Model;
        return new ClassificationTask(model, WithValues(name, train), WithValues(name, eval), arguments, name == "classify-weights" ? [0.3, 1.7] : null);
    }

    private static MaskedLanguageModelingTask MaskedLanguageModeling(string name, TokenRows train, TokenRows eval, TrainingArguments arguments)
    {
        var model = ModelFolder.LoadMaskedLM(TrainerGolden.TinyModel, arguments.Seed, Cpu, ComputeType.Fp32, dropout: new DropoutRates(0, 0)).Model;
        var collator = name switch
        {
            "mlm-whole-words" => TrainerGolden.Collator with { Words = WordPieceWords.Of(BertTokenizer.Load(TrainerGolden.TinyModel)) },
            "mlm-seeded-padded" => TrainerGolden.Collator with { MlmProbability = 0.3, MaskReplaceProb = 0.6, RandomReplaceProb = 0.3 },
            _ => TrainerGolden.Collator,
        };
        return new MaskedLanguageModelingTask(model, train, eval, collator, arguments) { CollatorSeed = name == "mlm-seeded-padded" ? 5 : null };
    }

    /// <summary>Numbers to learn that follow from a row's ids and label in the same way as for the reference.</summary>
    private static TokenRows WithValues(string name, TokenRows rows) => name switch
    {
        "regression" => rows with { Values = [.. Enumerable.Range(0, rows.Count).Select(row => rows.Length(row) % 7 / 3f)] },
        "multi-label" => rows with
        {
            Values = [.. Enumerable.Range(0, rows.Count).SelectMany(row => new float[]
            {
                rows.Labels![row],
                rows.Length(row) % 2,
                rows.Row(row).ToArray().Sum() % 3 == 0 ? 1 : 0,
            })],
        },
        _ => rows,
    };

    private static TrainingArguments Arguments(JsonElement given, string name)
    {
        double Number(string key, double otherwise) => given.TryGetProperty(key, out var value) ? value.GetDouble() : otherwise;
        string Text(string key, string otherwise) => given.TryGetProperty(key, out var value) ? value.GetString()! : otherwise;
        return new TrainingArguments
        {
            Seed = (int)Number("seed", 42),
            DataSeed = given.TryGetProperty("data_seed", out var dataSeed) ? dataSeed.GetInt32() : null,
            WeightDecay = Number("weight_decay", 0),
            LearningRate = Number("learning_rate", 5e-5),
            PerDeviceTrainBatchSize = (int)Number("per_device_train_batch_size", 8),
            PerDeviceEvalBatchSize = (int)Number("per_device_eval_batch_size", 8),
            GradientAccumulationSteps = (int)Number("gradient_accumulation_steps", 1),
            GradientAccumulationLoss = name == "mlm-token" ? GradientAccumulationLoss.Token : GradientAccumulationLoss.Mean,
            MaxSteps = (int)Number("max_steps", -1),
            NumTrainEpochs = Number("num_train_epochs", 3),
            EvalStrategy = Enum.Parse<IntervalStrategy>(Text("eval_strategy", "no"), ignoreCase: true),
            EvalSteps = given.TryGetProperty("eval_steps", out var evalSteps) ? evalSteps.GetDouble() : null,
            SaveStrategy = Enum.Parse<SaveStrategy>(Text("save_strategy", "no"), ignoreCase: true),
            SaveSteps = Number("save_steps", 500),
            SaveTotalLimit = given.TryGetProperty("save_total_limit", out var limit) ? limit.GetInt32() : null,
            LoggingStrategy = Enum.Parse<IntervalStrategy>(Text("logging_strategy", "steps"), ignoreCase: true),
            LoggingSteps = Number("logging_steps", 500),
            LoggingFirstStep = given.TryGetProperty("logging_first_step", out var first) && first.GetBoolean(),
            LrSchedulerType = Schedule(Text("lr_scheduler_type", "linear")),
            LrSchedulerKwargs = given.TryGetProperty("lr_scheduler_kwargs", out var kwargs) ? Kwargs(kwargs) : new LrSchedulerKwargs(),
            WarmupSteps = (int)Number("warmup_steps", 0),
            WarmupRatio = Number("warmup_ratio", 0),
            LoadBestModelAtEnd = given.TryGetProperty("load_best_model_at_end", out var load) && load.GetBoolean(),
            MetricForBestModel = given.TryGetProperty("metric_for_best_model", out var metric) ? metric.GetString() : null,
            EarlyStoppingPatience = name == "classify-early-stop" ? 2 : null,
            EarlyStoppingThreshold = name == "classify-early-stop" ? 0.005 : 0,
            PadToMultipleOf = name == "mlm-seeded-padded" ? 8 : 1,
            LogMicroBatches = true,
        };
    }

    private static LrSchedulerType Schedule(string name) => Enum.Parse<LrSchedulerType>(name.Replace("_", ""), ignoreCase: true);

    private static LrSchedulerKwargs Kwargs(JsonElement given)
    {
        double? Number(string key) => given.TryGetProperty(key, out var value) ? value.GetDouble() : null;
        return new LrSchedulerKwargs { NumCycles = Number("num_cycles"), LrEnd = Number("lr_end"), Power = Number("power") };
    }

    private static IEnumerable<string?> Texts(JsonElement list) => list.EnumerateArray().Select(text => text.GetString());
}
