// tlpipe bench: how fast this machine trains and evaluates, beside how fast it multiplies matrices.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tlpipe.Formats;
using Tlpipe.Formats.Units;
using Tlpipe.Hosting;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Speed;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Commands;

/// <summary>
/// Runs a task to measure its time; nothing is stored. Without a model it uses fresh weights of 4 layers of 256; without rows, random tokens
/// in rows as long as reviews.
/// </summary>
internal static class BenchCommand
{
    private const string Classify = "classify", Evaluate = "evaluate", Mlm = "mlm";
    private const int MadeUpRows = 600, WindowLength = 128, Seed = 271828;

    public static Command Create()
    {
        var task = new Argument<string>("TASK") { Description = "classify, evaluate or mlm", DefaultValueFactory = _ => Classify };
        task.AcceptOnlyFromAmong(Classify, Evaluate, Mlm);
        var model = new Option<string?>("--model") { Description = "A model's folder, or one with a config.json alone", HelpName = "FOLDER" };
        var rows = new Option<string?>("--rows") { Description = "Tokens: the folder of a tokenize or group-texts result", HelpName = "FOLDER" };
        var limit = Count("--limit", "The first N rows alone");
        var batch = Count("--batch-size", "Rows of a training batch; default: 32");
        var accumulate = Count("--accumulate", "Batches for an update; default: 1");
        var steps = Count("--max-steps", "Updates; default: an epoch's");
        var length = Count("--length", "Tokens of a made-up window; default: 128");
        var dropout = new Option<double?>("--dropout") { Description = "All dropout rates; default: the model's", HelpName = "P" };
        var checkpointing = new Option<bool>("--gradient-checkpointing") { Description = "Layers are computed again for their gradients: less memory" };
        var json = new Option<bool>("--json") { Description = "Prints one JSON object" };
        var device = new DeviceOptions();
        var command = new Command("bench", "Measures how fast this machine trains or evaluates") { task, model, rows, limit, batch, accumulate, steps, length, dropout, checkpointing, json };
        device.AddTo(command);
        command.SetAction(parsed =>
        {
            // A stage's process gets this environment from its parent.
            if (ThisProgram.RestartForComputing() is { } exitCode)
                return exitCode;
            var what = parsed.GetRequiredValue(task);
            var opened = device.Open(parsed);
            var type = device.Type(parsed);
            var matrixSpeed = MatrixSpeed.Measure(opened, type);
            var run = new Run(
                what, parsed.GetValue(model), parsed.GetValue(rows), parsed.GetValue(limit), parsed.GetValue(length) ?? WindowLength,
                parsed.GetValue(dropout) is { } rate ? new DropoutRates(rate, rate, rate) : null,
                new TrainingArguments
                {
                    PerDeviceTrainBatchSize = parsed.GetValue(batch) ?? 32,
                    GradientAccumulationSteps = parsed.GetValue(accumulate) ?? 1,
                    MaxSteps = parsed.GetValue(steps) ?? -1,
                    NumTrainEpochs = 1,
                    LearningRate = 2e-5,
                    WeightDecay = 0.01,
                    EvalStrategy = IntervalStrategy.No,
                    Seed = Seed,
                },
                opened, type, parsed.GetValue(checkpointing));
            var figures = run.Measure();
            Print(figures, what, opened, type, matrixSpeed, parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    private static Option<int?> Count(string name, string description)
    {
        var option = new Option<int?>(name) { Description = description, HelpName = "N" };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
                result.AddError($"{name} has to be at least 1");
        });
        return option;
    }

    private static void Print(SpeedFigures f, string what, ComputeDevice device, ComputeType type, double matrixSpeed, bool json)
    {
        var speed = f.Flops / f.Seconds;
        var peak = Process.GetCurrentProcess().PeakWorkingSet64;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["what"] = what,
                ["seconds"] = f.Seconds,
                ["rows"] = f.Rows,
                ["rows_per_s"] = f.Rows / f.Seconds,
                ["tokens"] = f.Tokens,
                ["real_tokens_per_s"] = f.Tokens / f.Seconds,
                ["updates"] = f.Updates,
                ["seconds_per_update"] = f.Updates == 0 ? null : f.Seconds / f.Updates,
                ["parts"] = f.Parts.ToDictionary(part => part.Name, part => part.Seconds),
                ["flops_per_s"] = speed,
                ["matrix_flops_per_s"] = matrixSpeed,
                ["loss"] = double.IsFinite(f.Loss) ? f.Loss : null,
                ["accuracy"] = f.Accuracy,
                // In MiB: the figures of earlier versions were.
                ["peak_rss_mb"] = peak >> 20,
            }));
            return;
        }
        var lines = new List<string>
        {
            $"{what} on {device.Name} with {device.Threads} threads in {type.ToString().ToLowerInvariant()}: {f.Rows:N0} rows, {f.Tokens:N0} tokens{(f.Updates > 0 ? $", {f.Updates:N0} updates" : "")} in {f.Seconds:0.0} s",
            $"{f.Tokens / f.Seconds:N0} tokens/s, {f.Rows / f.Seconds:N0} rows/s, {ByteSize.Text(peak)} at most",
            $"{speed / 1e9:N0} GFLOP/s of the {matrixSpeed / 1e9:N0} GFLOP/s that this machine multiplies matrices with: {speed / matrixSpeed:P0}",
        };
        var whole = f.Parts.Sum(part => part.Seconds);
        if (whole > 0)
            lines.Add(string.Join(", ", f.Parts.Select(part => $"{part.Name} {(part.Seconds / whole).ToString("P0", CultureInfo.InvariantCulture)}")));
        foreach (var line in lines)
            Console.WriteLine(line);
    }

    /// <summary>The measurements to make.</summary>
    private sealed record Run(
        string What, string? Model, string? Rows, int? Limit, int Length, DropoutRates? Dropout, TrainingArguments Arguments, ComputeDevice Device, ComputeType Type, bool GradientCheckpointing)
    {
        public SpeedFigures Measure()
        {
            using var own = Model is null ? ShapeFolder.Create() : null;
            var folder = Model ?? own!.Path;
            if (Path.GetFileName(folder) == HuggingFaceFiles.Config)
                folder = Path.GetDirectoryName(Path.GetFullPath(folder))!;
            var config = BertConfig.Load(folder);
            var rows = Read(config);
            var fresh = !ModelFolder.HasWeights(folder);
            if (What == Mlm)
            {
                var (model, _) = ModelFolder.LoadMaskedLM(folder, Seed, Device, Type, fresh, Dropout);
                model.GradientCheckpointing = GradientCheckpointing;
                using (model)
                    return SpeedRun.Train(new MaskedLanguageModelingTask(model, rows, rows, Collator(folder, config), Arguments), config.VocabSize);
            }
            var labels = Math.Max(2, 1 + (rows.Labels ?? throw new InputException($"the rows of {Rows} have no labels; give rows that were tokenized with labels, or none")).Max());
            var (classifier, _) = ModelFolder.LoadClassifier(folder, labels, Seed, Device, Type, fresh, Dropout, "single_label_classification");
            classifier.GradientCheckpointing = GradientCheckpointing;
            using (classifier)
                return What == Evaluate
                    ? SpeedRun.Evaluate(classifier, rows)
                    : SpeedRun.Train(new ClassificationTask(classifier, rows, rows, Arguments), labels);
        }

        private TokenRows Read(BertConfig config)
        {
            var rows = Rows is not null ? TokenRows.Load(Rows)
                : What == Mlm ? SpeedRows.Windows(MadeUpRows, Math.Min(Length, config.MaxPositionEmbeddings), config.VocabSize)
                : SpeedRows.Reviews(Limit ?? MadeUpRows, config.VocabSize, config.MaxPositionEmbeddings);
            return Limit is { } most && most < rows.Count ? rows.Slice(0, most) : rows;
        }

        private static MlmCollator Collator(string folder, BertConfig config)
        {
            if (!TokenizerFiles.Exist(folder))
                return new MlmCollator(Math.Min(103, config.VocabSize - 1), config.VocabSize, new HashSet<int> { config.PadTokenId });
            var tokenizer = BertTokenizer.Load(folder);
            return new MlmCollator(tokenizer.SpecialTokens.MaskId, tokenizer.Count, tokenizer.SpecialTokens.AllSpecialIds.ToHashSet());
        }
    }

    /// <summary>A folder with the default shape to measure.</summary>
    private sealed class ShapeFolder : IDisposable
    {
        private ShapeFolder(string path) => Path = path;

        public string Path { get; }

        public static ShapeFolder Create()
        {
            var folder = Directory.CreateTempSubdirectory("tlpipe-bench-").FullName;
            var config = new BertConfig { VocabSize = 30_000, HiddenSize = 256, NumHiddenLayers = 4, NumAttentionHeads = 4, IntermediateSize = 1024 };
            File.WriteAllText(System.IO.Path.Combine(folder, HuggingFaceFiles.Config), config.ToJson());
            return new ShapeFolder(folder);
        }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
