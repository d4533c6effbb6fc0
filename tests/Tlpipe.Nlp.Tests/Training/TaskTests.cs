// Tasks, evaluation, and the corners of the loop that no reference run reaches.
using System.Runtime.InteropServices;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Nlp.Tests.Training;

[Trait(Tier.Name, Tier.All)]
public sealed class TaskTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);

    [Fact]
    public void Evaluation_gives_each_row_the_logits_that_it_has_alone_and_in_the_rows_order()
    {
        using var golden = new TrainerGolden("classify");
        using var model = Classifier();

        var answers = Evaluation.Classify(model, golden.EvalRows, stopping: TestContext.Current.CancellationToken);

        foreach (var row in new[] { 0, 1, 50, 106 })
        {
            var alone = TrainerGolden.TokenRowsOf([golden.EvalRows.Row(row).ToArray()]);
            var expected = Evaluation.Classify(model, alone, stopping: TestContext.Current.CancellationToken).Logits;
            Assert.Equal(expected[0, 0], answers.Logits[row, 0], 1e-5f);
            Assert.Equal(expected[0, 1], answers.Logits[row, 1], 1e-5f);
        }
    }

    [Fact]
    public void Loss_and_accuracy_are_those_of_the_logits()
    {
        using var golden = new TrainerGolden("classify");
        using var model = Classifier();
        var rows = golden.EvalRows;

        var answers = Evaluation.Classify(model, rows, stopping: TestContext.Current.CancellationToken);

        var (loss, right) = (0.0, 0);
        for (var row = 0; row < rows.Count; row++)
        {
            var (own, other) = ((double)answers.Logits[row, rows.Labels![row]], (double)answers.Logits[row, 1 - rows.Labels[row]]);
            loss += Math.Log(1 + Math.Exp(other - own));
            right += own > other ? 1 : 0;
        }
        Assert.Equal(loss / rows.Count, answers.Loss!.Value, 1e-6);
        Assert.Equal((double)right / rows.Count, answers.Accuracy);
    }

    [Fact]
    public void Rows_without_labels_get_logits_alone()
    {
        using var golden = new TrainerGolden("classify");
        using var model = Classifier();

        var answers = Evaluation.Classify(model, golden.EvalRows with { Labels = null }, stopping: TestContext.Current.CancellationToken);

        Assert.Equal((null, null, 107), (answers.Loss, answers.Accuracy, answers.Logits.GetLength(0)));
    }

    [Fact]
    public void Of_equal_logits_the_lowest_label_is_predicted()
    {
        var answers = new ClassifierEvaluation(null, new Dictionary<string, double>(), new float[,] { { 1, 1, 0 }, { 0, 2, 2 } });

        Assert.Equal((0, 1), (answers.Predicted(0), answers.Predicted(1)));
    }

    [Fact]
    public void Windows_without_a_masked_token_have_no_loss_no_gradient_and_no_best_epoch()
    {
        // Special tokens alone: nothing can be masked.
        var rows = TrainerGolden.TokenRowsOf([[2, 3, 3], [2, 1, 3]]);
        using var model = ModelFolder.LoadMaskedLM(TrainerGolden.TinyModel, 42, Cpu, ComputeType.Fp32).Model;
        var before = model.Parameters().Select(p => p.Parameter.data<float>().ToArray()).ToList();
        var arguments = new TrainingArguments { NumTrainEpochs = 2, LoggingSteps = 1 };

        var outcome = Trainer.Train(
            new MaskedLanguageModelingTask(model, rows, rows, TrainerGolden.Collator, arguments), stopping: TestContext.Current.CancellationToken);

        Assert.Null(outcome.Best);
        Assert.All(outcome.History.OfType<EvalLogEntry>(), entry => Assert.Equal(double.NaN, entry.EvalLoss));
        Assert.Equal([0.0, 0.0], outcome.History.OfType<TrainLogEntry>().Select(entry => entry.Loss));
        Assert.Equal(before, model.Parameters().Select(p => p.Parameter.data<float>().ToArray()));
    }

    // docs/hf-parity.md 10.12 and docs/experiments.md: left-over micro-batches were carried over. StepsTests has the notebook's own 1,440 updates, which take long to train;
    // these are fewer of the same kind, an odd number of micro-batches an epoch in updates of two: 4 epochs of 2 updates, which see 16 of 20 micro-batches.
    [Theory]
    [InlineData(5, 2, 4, 8, 3.2)]
    [InlineData(10, 1, 5, 50, 5.0)]
    public void Carrying_over_and_summing_makes_the_notebook_s_updates(int microBatches, int accumulation, int epochs, long updates, double endEpoch)
    {
        using var golden = new TrainerGolden("classify");
        var rows = TrainerGolden.TokenRowsOf([.. Enumerable.Range(0, microBatches).Select(i => golden.TrainRows.Row(i).ToArray()[..6])], [.. golden.TrainRows.Labels![..microBatches]]);
        using var model = Classifier();
        var arguments = new TrainingArguments
        {
            PerDeviceTrainBatchSize = 1,
            GradientAccumulationSteps = accumulation,
            GradientAccumulation = GradientAccumulation.CarryOver,
            GradientAccumulationLoss = GradientAccumulationLoss.Sum,
            NumTrainEpochs = epochs,
            EvalStrategy = IntervalStrategy.No,
            LoggingSteps = 2,
            LearningRate = 1e-3,
        };

        var outcome = Trainer.Train(new ClassificationTask(model, rows, rows, arguments), stopping: TestContext.Current.CancellationToken);

        Assert.Equal((updates, endEpoch), (outcome.Step, Math.Round(outcome.Epoch, 3)));
        Assert.Equal(updates / 2, outcome.History.Count);
        // The last rate of a linear schedule is a step above nothing.
        Assert.Equal(1e-3 / updates, ((TrainLogEntry)outcome.History[^1]).LearningRate, 1e-15);
        Assert.Null(outcome.Best);
    }

    [Fact]
    public void Fixed_masks_give_the_same_loss_each_time_with_a_standard_error_that_other_masks_confirm()
    {
        using var golden = new TrainerGolden("mlm");
        using var model = ModelFolder.LoadMaskedLM(TrainerGolden.TinyModel, 42, Cpu, ComputeType.Fp32).Model;
        var arguments = golden.Arguments with { LearningRate = 0, NumTrainEpochs = 2 };
        var task = new MaskedLanguageModelingTask(model, golden.TrainRows, golden.EvalRows, TrainerGolden.Collator, arguments) { EvalMasksSeed = 1 };

        var evaluations = Trainer.Train(task, stopping: TestContext.Current.CancellationToken).History.OfType<EvalLogEntry>().ToList();

        Assert.Equal(evaluations[0].EvalLoss, evaluations[1].EvalLoss);
        var others = Enumerable.Range(2, 60).Select(seed => OfSeed(seed)).ToList();
        var (losses, errors) = (others.Select(s => s.Loss).ToList(), others.Average(s => s.Metrics["loss_standard_error"]));
        var deviation = Math.Sqrt(losses.Sum(loss => Math.Pow(loss - losses.Average(), 2)) / (losses.Count - 1));
        // A deviation of 60 is known to a tenth; three times that is enough to tell a wrong formula.
        Assert.InRange(errors / deviation, 0.7, 1.3);

        EvaluationScores OfSeed(int seed) => new MaskedLanguageModelingTask(model, golden.TrainRows, golden.EvalRows, TrainerGolden.Collator, arguments) { EvalMasksSeed = seed }
            .Evaluate(new RandomStreams(1), _ => { }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Without_load_best_the_last_weights_stay()
    {
        using var golden = new TrainerGolden("classify-accumulate-4-warmup");
        var arguments = golden.Arguments with { LoadBestModelAtEnd = false };
        var task = golden.Task(Cpu, arguments);

        var outcome = Trainer.Train(task, stopping: TestContext.Current.CancellationToken);

        var answers = Evaluation.Classify((BertForSequenceClassification)task.Model, task.EvalRows, new ClassifierObjective(ProblemType.SingleLabelClassification) { LabelSmoothing = 0.1 }, stopping: TestContext.Current.CancellationToken);
        var last = outcome.History.OfType<EvalLogEntry>().Last();
        Assert.Equal(last.EvalLoss, answers.Loss!.Value, 1e-12);
        Assert.NotEqual(outcome.Best!.Metric, answers.Loss!.Value, 1e-4);
    }

    [Theory]
    [InlineData(ComputeType.Bf16)]
    [InlineData(ComputeType.Fp16)]
    public void Half_precision_trains_to_about_the_same_loss(ComputeType type)
    {
        using var golden = new TrainerGolden("classify");
        using var model = ModelFolder.LoadClassifier(TrainerGolden.TinyModel, 2, golden.Arguments.Seed, Cpu, type).Model;

        var outcome = Trainer.Train(
            new ClassificationTask(model, golden.TrainRows, golden.EvalRows, golden.Arguments), stopping: TestContext.Current.CancellationToken);

        Assert.Equal(golden.TrainLoss, outcome.TrainLoss, 0.03);
    }

    [Fact]
    public void A_sum_of_losses_logs_their_mean_and_clips_the_sum_s_gradient()
    {
        using var golden = new TrainerGolden("classify-accumulate-4-warmup");
        var arguments = golden.Arguments with { NumTrainEpochs = 0.1, LoggingSteps = 1, MaxGradNorm = 100 };
        var mean = Trainer.Train(golden.Task(Cpu, arguments), stopping: TestContext.Current.CancellationToken);

        var sum = Trainer.Train(
            golden.Task(Cpu, arguments with { GradientAccumulationLoss = GradientAccumulationLoss.Sum }), stopping: TestContext.Current.CancellationToken);

        var (ofMean, ofSum) = ((TrainLogEntry)mean.History[0], (TrainLogEntry)sum.History[0]);
        Assert.Equal(ofMean.Loss, ofSum.Loss);
        Assert.Equal(4 * ofMean.GradNorm!.Value, ofSum.GradNorm!.Value, 1e-5);
    }

    [Fact]
    public void Each_epoch_is_told_and_the_best_ones_are_marked()
    {
        using var golden = new TrainerGolden("classify-accumulate-4-warmup");
        var told = new List<TrainingEvent>();

        Trainer.Train(golden.Task(Cpu), tell: told.Add, stopping: TestContext.Current.CancellationToken);

        var epochs = told.OfType<EpochEvaluated>().ToList();
        Assert.Equal([1.0, 2, 3, 4, 5], epochs.Select(e => e.Epoch));
        Assert.Equal([true, true, false, false, false], epochs.Select(e => e.IsBest));
        Assert.Null(epochs[0].TrainingLoss);
        Assert.Contains(told.OfType<TrainingProgress>(), p => p is { Doing: "train", Done: 15, Total: 15 });
    }

    [Fact]
    public void Labels_that_the_model_does_not_know_are_refused()
    {
        using var model = Classifier();
        var rows = TrainerGolden.TokenRowsOf([[2, 10, 3]], [2]);

        var error = Assert.Throws<InputException>(() => new ClassificationTask(model, rows, rows, new TrainingArguments()));

        Assert.Equal("row 0 of the training rows has the label 2, and num_labels is 2; labels go from 0 to 1", error.Message);
    }

    [Fact]
    public void Evaluation_rows_that_the_model_cannot_take_are_refused_before_anything_is_trained()
    {
        using var model = Classifier();
        var train = TrainerGolden.TokenRowsOf([[2, 10, 3]], [0]);
        var eval = TrainerGolden.TokenRowsOf([[2, 10, 3], [2, model.Config.VocabSize, 3]], [0, 1]);

        var error = Assert.Throws<InputException>(() => new ClassificationTask(model, train, eval, new TrainingArguments()));

        Assert.StartsWith($"a row holds the token id {model.Config.VocabSize} where the model's vocabulary has", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tokenizer_with_more_words_than_the_model_is_refused()
    {
        using var model = ModelFolder.LoadMaskedLM(TrainerGolden.TinyModel, 42, Cpu, ComputeType.Fp32).Model;
        var rows = TrainerGolden.TokenRowsOf([[2, 10, 3]]);
        var collator = TrainerGolden.Collator with { VocabularySize = model.Config.VocabSize + 1 };

        var error = Assert.Throws<InputException>(() => new MaskedLanguageModelingTask(model, rows, rows, collator, new TrainingArguments()));

        Assert.StartsWith($"the tokenizer has {model.Config.VocabSize + 1} words where", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 2, true, "a batch of 64 rows does not fit in memory; with per_device_train_batch_size 32 and gradient_accumulation_steps 4 an update still sees 128 rows")]
    [InlineData(9, 1, false, "a batch of 9 rows does not fit in memory; with per_device_train_batch_size 3 and gradient_accumulation_steps 3 an update still sees 9 rows; gradient_checkpointing: true also takes less")]
    [InlineData(1, 1, true, "a batch of one row does not fit in memory; use shorter rows, a smaller model or a device with more memory")]
    [InlineData(1, 1, false, "a batch of one row does not fit in memory; use shorter rows, a smaller model, gradient_checkpointing: true or a device with more memory")]
    public void Out_of_memory_names_the_batch_that_keeps_the_effective_one(int batch, int accumulation, bool checkpointing, string message)
    {
        var arguments = new TrainingArguments { PerDeviceTrainBatchSize = batch, GradientAccumulationSteps = accumulation };

        Assert.Equal(message, OutOfMemoryInTrainingException.InTraining(arguments, checkpointing, new OutOfMemoryException()).Message);
    }

    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 15 GiB", true)]
    [InlineData("[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 400000000000 bytes. Error code 12 (Cannot allocate memory)", true)]
    [InlineData("The size of tensor a (3) must match the size of tensor b (4)", false)]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", true)]
    [InlineData("std::bad_alloc", true)]
    public void Only_a_lack_of_memory_is_taken_for_one(string message, bool isCause) =>
        Assert.Equal(isCause, OutOfMemory.IsCause(new ExternalException(message)));

    [Fact]
    public void A_lack_of_memory_in_one_of_several_threads_is_one()
    {
        Assert.True(OutOfMemory.IsCause(new AggregateException(new OutOfMemoryException())));
        Assert.False(OutOfMemory.IsCause(new AggregateException(new InvalidOperationException())));
    }

    [Fact]
    public void Libtorch_itself_is_understood_when_it_has_no_memory()
    {
        var error = Assert.ThrowsAny<Exception>(() => Cpu.Empty(1L << 50));

        Assert.True(OutOfMemory.IsCause(error), error.Message);
    }

    // The results of Python's repr.
    [Theory]
    [InlineData(5e-05, "5e-05")]
    [InlineData(1.7241379310344825e-08, "1.7241379310344825e-08")]
    [InlineData(0.0039000000000000003, "0.0039000000000000003")]
    [InlineData(1, "1.0")]
    [InlineData(0, "0.0")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(3066742680.0, "3066742680.0")]
    [InlineData(1234.5625, "1234.5625")]
    [InlineData(1e22, "1e+22")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1.5e16, "1.5e+16")]
    [InlineData(double.NaN, "NaN")]
    public void Numbers_are_written_as_python_writes_them(double value, string text)
    {
        using var folder = new TemporaryFolder();
        var arguments = new TrainingArguments();
        var state = new TrainerStateFile(arguments, new Steps(8, arguments), [], null, null, null, 1, 1, value, null, Saves: true, Ends: true);

        state.Write(folder.Path);

        Assert.Contains($"\n  \"total_flos\": {text},\n", File.ReadAllText(folder["trainer_state.json"]));
    }

    private static BertForSequenceClassification Classifier() =>
        ModelFolder.LoadClassifier(TrainerGolden.TinyModel, 2, 42, Cpu, ComputeType.Fp32).Model;
}
