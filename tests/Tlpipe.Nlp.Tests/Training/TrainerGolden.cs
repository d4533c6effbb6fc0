// A whole run of the reference Trainer: its rows, its options, and what it logged.
using System.Text.Json;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Tests.Training;

internal sealed class TrainerGolden : IDisposable
{
    private readonly string name;
    private readonly JsonDocument run;
    private readonly JsonDocument rows;

    public TrainerGolden(string name)
    {
        this.name = name;
        run = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("trainer", name, "run.json")));
        rows = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("trainer", name, "rows.json")));
    }

    public static string TinyModel => TestFiles.Golden("model", "tiny-mlm");

    public static MlmCollator Collator => new(MaskId: 4, VocabularySize: 360, new HashSet<int> { 0, 1, 2, 3, 4 });

    public TokenRows TrainRows => Rows("train");

    public TokenRows EvalRows => Rows("eval");

    public string FinalWeights => TestFiles.Golden("trainer", name, "final.safetensors");

    public IReadOnlyList<double> MicroBatchLosses => run.RootElement.GetProperty("micro_batch_losses").EnumerateArray().Select(x => x.GetDouble()).ToList();

    public double TrainLoss => run.RootElement.GetProperty("train_metrics").GetProperty("train_loss").GetDouble();

    public JsonElement State => run.RootElement.GetProperty("trainer_state_of_last_checkpoint");

    /// <summary>The log without its last lines, which summarize the run.</summary>
    public IReadOnlyList<JsonElement> Log => run.RootElement.GetProperty("log_history").EnumerateArray()
        .TakeWhile(line => !line.TryGetProperty("train_loss", out _)).ToList();

    public TrainingArguments Arguments
    {
        get
        {
            var given = run.RootElement.GetProperty("arguments");
            double Number(string key, double otherwise) => given.TryGetProperty(key, out var value) ? value.GetDouble() : otherwise;
            var defaults = new TrainingArguments();
            return new TrainingArguments
            {
                LearningRate = Number("learning_rate", defaults.LearningRate),
                PerDeviceTrainBatchSize = (int)Number("per_device_train_batch_size", defaults.PerDeviceTrainBatchSize),
                PerDeviceEvalBatchSize = (int)Number("per_device_eval_batch_size", defaults.PerDeviceEvalBatchSize),
                GradientAccumulationSteps = (int)Number("gradient_accumulation_steps", 1),
                WarmupRatio = Number("warmup_ratio", 0),
                MaxGradNorm = Number("max_grad_norm", 1),
                LabelSmoothingFactor = Number("label_smoothing_factor", 0),
                Seed = (int)Number("seed", 42),
                WeightDecay = Number("weight_decay", 0),
                NumTrainEpochs = Number("num_train_epochs", 3),
                LoggingSteps = (int)Number("logging_steps", 500),
            };
        }
    }

    public ITrainingTask Task(ComputeDevice device, TrainingArguments? arguments = null, DropoutRates? dropout = null, ComputeType type = ComputeType.Fp32, LayerTraining? layers = null)
    {
        arguments ??= Arguments;
        return name == "mlm"
            ? new MaskedLanguageModelingTask(
                ModelFolder.LoadMaskedLM(TinyModel, Arguments.Seed, device, type, dropout: dropout).Model, TrainRows, EvalRows, Collator, arguments)
            : new ClassificationTask(
                ModelFolder.LoadClassifier(TinyModel, 2, Arguments.Seed, device, type, dropout: dropout).Model, TrainRows, EvalRows, arguments)
            {
                Layers = layers ?? LayerTraining.Alike,
            };
    }

    public void Dispose()
    {
        run.Dispose();
        rows.Dispose();
    }

    public static TokenRows TokenRowsOf(IReadOnlyList<int[]> rows, int[]? labels = null)
    {
        var offsets = new int[rows.Count + 1];
        for (var i = 0; i < rows.Count; i++)
            offsets[i + 1] = offsets[i] + rows[i].Length;
        return new TokenRows(rows.SelectMany(row => row).ToArray(), offsets, rows.SelectMany(row => row.Select(_ => 0)).ToArray(), labels);
    }

    private TokenRows Rows(string part)
    {
        var given = rows.RootElement.GetProperty(part).EnumerateArray().ToList();
        // The reference's padding is not part of a row here.
        var ids = given.ConvertAll(row => Numbers(row, "input_ids")[..Numbers(row, "attention_mask").Sum()]);
        return TokenRowsOf(ids, name == "mlm" ? null : given.Select(row => row.GetProperty("label").GetInt32()).ToArray());
    }

    private static int[] Numbers(JsonElement row, string key) => row.GetProperty(key).EnumerateArray().Select(x => x.GetInt32()).ToArray();
}
