// A training that is stopped and resumed ends as one that never was.
using System.Security.Cryptography;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Kernels;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace Tlpipe.Nlp.Tests.Training;

// The number of threads is the process's.
[Collection(nameof(ThreadsOfTheProcess))]
[Trait(Tier.Name, Tier.All)]
public sealed class ResumeTests
{
    private static readonly DropoutRates Dropped = new(0.1, 0.1, 0.1);
    private static readonly Dictionary<(string, GradientAccumulation), string> Finished = [];

    /// <summary>
    /// After so many updates and evaluations; per epoch, the third is an epoch's last update and the fourth its evaluation. Every stop meets every training and,
    /// by turns, one way to accumulate; with the other way it is left to the tier of kills.
    /// </summary>
    public static IEnumerable<TheoryDataRow<int, string, GradientAccumulation>> Stops =>
        from stop in new[] { 1, 3, 4, 8, 15 }.Index()
        from training in new[] { "classify", "classify-unfreezing", "mlm", "mlm-steps" }.Index()
        from accumulation in new[] { GradientAccumulation.PerEpoch, GradientAccumulation.CarryOver }.Index()
        let row = new TheoryDataRow<int, string, GradientAccumulation>(stop.Item, training.Item, accumulation.Item)
        select (stop.Index + training.Index + accumulation.Index) % 2 == 0 ? row : row.WithExplicit(true).WithTrait(Tier.Name, Tier.Crash);

    [Theory]
    [MemberData(nameof(Stops))]
    public void Stopped_after_an_update_or_an_evaluation_and_resumed_it_ends_with_the_same_bytes(int stop, string name, GradientAccumulation accumulation)
    {
        using var stopping = new CancellationTokenSource();
        var checkpoints = new FolderCheckpoints(stopping, stop);
        Assert.Throws<OperationCanceledException>(() => Run(name, accumulation, checkpoints));

        var resumed = Run(name, accumulation, checkpoints.Again());

        Assert.Equal(Undisturbed(name, accumulation), resumed);
        Assert.Equal(2, torch.get_num_threads());
    }

    [Theory]
    [InlineData("classify", GradientAccumulation.PerEpoch)]
    [InlineData("classify", GradientAccumulation.CarryOver)]
    [InlineData("mlm", GradientAccumulation.PerEpoch)]
    [InlineData("mlm", GradientAccumulation.CarryOver)]
    [InlineData("mlm-steps", GradientAccumulation.PerEpoch)]
    public void Stopped_within_an_evaluation_it_evaluates_again(string name, GradientAccumulation accumulation)
    {
        foreach (var evaluation in new[] { 1, 2 })
        {
            using var stopping = new CancellationTokenSource();
            var checkpoints = new FolderCheckpoints(stopping);
            Assert.Throws<OperationCanceledException>(() => Run(name, accumulation, checkpoints, stopInEvaluation: evaluation));

            Assert.Equal(Undisturbed(name, accumulation), Run(name, accumulation, checkpoints.Again()));
        }
    }

    [Theory]
    [InlineData("classify")]
    [InlineData("mlm")]
    [InlineData("mlm-steps")]
    public void Stopped_again_and_again_it_ends_with_the_same_bytes(string name)
    {
        using var first = new CancellationTokenSource();
        var checkpoints = new FolderCheckpoints(first, 2);
        string? last = null;
        var runs = 0;

        while (last is null)
        {
            runs++;
            using var stopping = new CancellationTokenSource();
            checkpoints = checkpoints.Again(stopping, 2);
            try
            {
                last = Run(name, GradientAccumulation.CarryOver, checkpoints);
            }
            catch (OperationCanceledException)
            {
                Assert.InRange(runs, 1, 20);
            }
        }

        Assert.Equal(Undisturbed(name, GradientAccumulation.CarryOver), last);
        Assert.InRange(runs, 8, 20);
    }

    [Theory]
    [InlineData("classify", GradientAccumulation.PerEpoch)]
    [InlineData("mlm", GradientAccumulation.CarryOver)]
    public void Checkpoints_on_the_way_change_nothing(string name, GradientAccumulation accumulation)
    {
        var checkpoints = new FolderCheckpoints { AlwaysDue = true };

        var observed = Run(name, accumulation, checkpoints);

        Assert.Equal(Undisturbed(name, accumulation), observed);
        Assert.InRange(checkpoints.Saved, 15, 25);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused()
    {
        var checkpoints = new FolderCheckpoints { AlwaysDue = true };
        Run("classify", GradientAccumulation.PerEpoch, checkpoints);

        var error = Assert.Throws<InputException>(() => Run("mlm", GradientAccumulation.PerEpoch, checkpoints.Again()));

        Assert.Contains("is of another model", error.Message);
    }

    private static string Undisturbed(string name, GradientAccumulation accumulation)
    {
        var key = (name, accumulation);
        if (!Finished.TryGetValue(key, out var result))
            Finished.Add(key, result = Run(name, accumulation, new FolderCheckpoints()));
        return result;
    }

    /// <summary>Trains, and gives the digest of the weights and the whole history.</summary>
    private static string Run(string name, GradientAccumulation accumulation, FolderCheckpoints checkpoints, int? stopInEvaluation = null)
    {
        using var golden = new TrainerGolden(name.Split('-')[0]);
        using var scope = torch.NewDisposeScope();
        // 154 texts, and 78 windows, make 5 micro-batches an epoch: an odd number to carry over. Carrying over ends inside an epoch.
        var arguments = golden.Arguments with
        {
            PerDeviceTrainBatchSize = name.StartsWith("classify", StringComparison.Ordinal) ? 32 : 16,
            GradientAccumulationSteps = 2,
            GradientAccumulation = accumulation,
            NumTrainEpochs = accumulation == GradientAccumulation.CarryOver ? 7 : 5,
            LoggingSteps = 2,
        };
        if (name == "mlm-steps")
            arguments = WithEverythingBySteps(arguments);
        // A resumed run is opened with another number of threads than the checkpoint's.
        var device = ComputeDevice.Open("cpu", checkpoints.Newest is null ? 2 : 1);
        var task = new StoppingTask(golden.Task(device, arguments, Dropped), checkpoints, stopInEvaluation)
        {
            Layers = name == "classify-unfreezing" ? new LayerTraining { GradualUnfreezing = 1, LayerwiseLrDecay = 0.5 } : LayerTraining.Alike,
        };
        using var model = task.Model;
        using var kept = new TemporaryFolder();
        var outcome = Trainer.Train(
            task, checkpoints, keep: new CheckpointTarget(kept.Path, path => ModelFolder.Save(model, path)), stopping: checkpoints.Stopping);

        using var folder = new TemporaryFolder();
        var digest = ModelFolder.Save(model, folder.Path);
        outcome.WriteMicroBatches(folder.Path);
        var written = Directory.EnumerateFiles(kept.Path, "model.safetensors", SearchOption.AllDirectories)
            .Append(folder["micro_batches.jsonl"])
            .Select(path => $"{(path.EndsWith("jsonl", StringComparison.Ordinal) ? "log" : Path.GetFileName(Path.GetDirectoryName(path)))} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}")
            .Order();
        return $"{digest} {outcome.TrainLoss:R} {outcome.State.Digest} {string.Join(' ', written)}";
    }

    /// <summary>Evaluations inside epochs, kept checkpoints, a log of micro-batches, and a training that stops early.</summary>
    private static TrainingArguments WithEverythingBySteps(TrainingArguments arguments) => arguments with
    {
        EvalStrategy = IntervalStrategy.Steps,
        EvalSteps = 2,
        SaveStrategy = SaveStrategy.Steps,
        SaveSteps = 4,
        SaveTotalLimit = 2,
        LoggingStrategy = IntervalStrategy.Epoch,
        LogMicroBatches = true,
        // Only a fall by this much counts, so that patience runs out just before the end.
        EarlyStoppingPatience = 6,
        EarlyStoppingThreshold = 0.5,
    };

    /// <summary>Asks for a stop in an evaluation: in odd ones at their beginning, in even ones after the first batch.</summary>
    private sealed class StoppingTask(ITrainingTask inner, FolderCheckpoints checkpoints, int? stopInEvaluation) : ITrainingTask
    {
        private int evaluations;

        public TrainingArguments Arguments => inner.Arguments;

        public TokenRows TrainRows => inner.TrainRows;

        public TokenRows EvalRows => inner.EvalRows;

        public PretrainedBert Model => inner.Model;

        public IReadOnlyList<string> Metrics => inner.Metrics;

        public LayerTraining Layers { get; init; } = LayerTraining.Alike;

        public RandomStreams Streams() => inner.Streams();

        public MicroBatch Collate(ReadOnlySpan<int> rows, RandomStreams streams) => inner.Collate(rows, streams);

        public Tensor Loss(MicroBatch batch, DropoutMasks dropout) => inner.Loss(batch, dropout);

        public EvaluationScores Evaluate(RandomStreams streams, Action<long> evaluated, CancellationToken stopping)
        {
            evaluations++;
            if (evaluations == stopInEvaluation && evaluations % 2 == 1)
                checkpoints.Stop();
            return inner.Evaluate(streams, rows =>
            {
                evaluated(rows);
                if (evaluations == stopInEvaluation)
                    checkpoints.Stop();
            }, stopping);
        }
    }
}

/// <summary>Tests that set the number of threads run alone.</summary>
[CollectionDefinition(nameof(ThreadsOfTheProcess), DisableParallelization = true)]
public sealed class ThreadsOfTheProcess;

/// <summary>Checkpoints in folders that live as long as the test run; stops a training when asked for so many times.</summary>
internal sealed class FolderCheckpoints : ITrainingCheckpoints
{
    private readonly CancellationTokenSource? stopping;
    private readonly int stopAfter;
    private int asked;
    private Action<string>? pending;

    public FolderCheckpoints(CancellationTokenSource? stopping = null, int stopAfter = 0)
    {
        this.stopping = stopping;
        this.stopAfter = stopAfter;
    }

    public bool AlwaysDue { get; init; }

    public int Saved { get; private set; }

    public CancellationToken Stopping => stopping?.Token ?? CancellationToken.None;

    public TemporaryFolder? Folder { get; private set; }

    public string? Newest => Folder?.Path;

    public void Stop() => stopping!.Cancel();

    public bool IsDue(TimeSpan untilNextChance)
    {
        if (++asked == stopAfter)
            stopping!.Cancel();
        return AlwaysDue || asked == stopAfter;
    }

    public void Save(long step, Action<string> write)
    {
        Wait();
        pending = write;
    }

    // At the last moment that is allowed: whatever the training has changed since, the checkpoint must not show it.
    public void Wait()
    {
        if (pending is not { } write)
            return;
        pending = null;
        Folder?.Dispose();
        Folder = new TemporaryFolder();
        write(Folder.Path);
        Saved++;
    }

    public void Finish() => Wait();

    /// <summary>The same folder for another run.</summary>
    public FolderCheckpoints Again(CancellationTokenSource? stopping = null, int stopAfter = 0) => new(stopping, stopAfter) { Folder = Folder };
}
