// What the two training stages share: the device, checkpoints, events, and the outputs.
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Text;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>Between a stage's run and <see cref="Trainer"/>.</summary>
internal static class TrainingSupport
{
    /// <summary>The device of a run; the checkpoint's number of threads is restored when a training goes on.</summary>
    public static Device OpenDevice(this StageRun run)
    {
        var device = Opened(run);
        run.ComputesOn(device.Name);
        run.Report(new Note($"on {device.Name} in {run.Dtype}"));
        return device;
    }

    private static Device Opened(StageRun run)
    {
        try
        {
            return Device.Open(run.Device, run.Threads);
        }
        catch (InputException e)
        {
            throw new PipelineException(null, ErrorCode.Device, e.Message);
        }
    }

    /// <summary>The number format of a run.</summary>
    public static ComputeType ComputeType(this StageRun run) => Enum.Parse<ComputeType>(run.Dtype, ignoreCase: true);

    /// <summary>The tokens behind a reference; labels have to be there and below <paramref name="numLabels"/> where that is given.</summary>
    public static TokenRows ReadTokens(this StageRun run, Input input, int? numLabels = null)
    {
        var rows = TokenRows.Load(run.Read(input).Folder);
        if (rows.Count == 0)
            throw new InputException($"'{input.Stage}' has no rows; check the selection that made it");
        if (numLabels is not { } classes)
            return rows;
        var labels = rows.Labels ?? throw new InputException($"the rows of '{input.Stage}' have no labels; their table has to have the column that label_column names");
        for (var row = 0; row < labels.Length; row++)
            if (labels[row] < 0 || labels[row] >= classes)
                throw new InputException($"row {row} of '{input.Stage}' has the label {labels[row]}, and num_labels is {classes}; labels go from 0 to {classes - 1}");
        return rows;
    }

    /// <summary>Trains, and writes the outputs <c>model</c> and <c>log</c>.</summary>
    public static void Train(this StageRun run, ITrainingTask task, ModelSource source, LoadReport report, BertTokenizer tokenizer)
    {
        run.Report(new Note(Loaded(source, report)));
        var outcome = Trainer.Train(task, new Checkpoints(run.Checkpoints), news => Tell(run, news), run.Stopping);

        var folder = run.Create("model");
        var digest = ModelFolder.Save(task.Model, folder);
        TokenizerFiles.CopyTo(folder, tokenizer);
        run.Describe("model", ModelFacts.Of(task.Model.Config).With("epoch", outcome.Epoch), WithTokenizer(digest, folder));
        var log = run.Create("log");
        outcome.WriteTrainerState(log);
        run.Describe("log", Facts.None.With("updates", outcome.Step));
        run.Measure("train_runtime", outcome.Measured.TrainSeconds);
        run.Measure("evaluation_runtime", outcome.Measured.EvaluationSeconds);
        run.Measure("train_tokens", outcome.Measured.TrainTokens);
    }

    /// <summary>Optimizer updates and operations that a training will take, as far as its inputs are known.</summary>
    public static Work Work(TrainingArguments arguments, Facts model, Facts train, Facts eval, double? trainTokens, double? evalTokens, double headFlopsAToken)
    {
        if (train["rows"] is not { } rows || rows is < 1 or > int.MaxValue)
            return new Work();
        var steps = new Steps((int)rows, arguments);
        // Backward costs twice what forward does.
        var trained = Flops(trainTokens, rows) * 3 * steps.EndEpoch;
        var evaluated = eval["rows"] is { } evalRows ? Flops(evalTokens, evalRows) * steps.Evaluations : null;
        return new Work(steps.TotalUpdates, trained + (evaluated ?? 0));

        double? Flops(double? tokens, double count) =>
            tokens is { } t && ModelFacts.ForwardFlops(model, t / count) is { } forward ? t * (forward + headFlopsAToken) : null;
    }

    /// <summary>The digest of a model folder: config and tensors, and the bytes of the tokenizer's files.</summary>
    private static string WithTokenizer(string modelDigest, string folder)
    {
        var files = Directory.EnumerateFiles(folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => name != BertConfig.FileName && !name.EndsWith(".safetensors", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => $"{name} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', files.Prepend(modelDigest)))));
    }

    private static string Loaded(ModelSource source, LoadReport report)
    {
        if (source.IsRandom)
            return $"fresh weights under the seed, {report.Missing.Count} parameters";
        var text = $"{report.Reused.Count} parameters from '{source.Folder.Stage}'";
        if (report.Missing.Count > 0)
            text += $", fresh: {string.Join(", ", Parts(report.Missing))}";
        if (report.Unexpected.Count > 0)
            text += $", not used: {string.Join(", ", Parts(report.Unexpected))}";
        return text;
    }

    /// <summary>The parts of a model that parameters belong to: <c>pooler</c>, <c>classifier</c>, <c>cls.predictions</c>.</summary>
    private static IEnumerable<string> Parts(IEnumerable<string> names) =>
        names.Select(name => name.Split('.')).Select(p => p[0] == "bert" ? p[1] : p[0] == "cls" ? $"cls.{p[1]}" : p[0]).Distinct();

    private static void Tell(StageRun run, TrainingEvent news) => run.Report(news switch
    {
        TrainingProgress p => new Progress(p.Doing, p.Done, p.Total, p.Doing == "train" ? "updates" : "rows", p.Loss, p.TokensPerSecond, p.SecondsLeft),
        Nlp.Training.EpochEnded e => new Engine.Stages.EpochEnded(e.Epoch, e.TrainingLoss, e.EvalLoss, e.Accuracy, e.IsBest),
        Nlp.Training.CheckpointSaved c => new Engine.Stages.CheckpointSaved(c.Step),
        TrainingResumed r => new Resumed(r.Step, r.Total),
        _ => throw new ArgumentException($"{news.GetType()} has no words for people"),
    });

    /// <summary>The store's checkpoints as a training sees them, at most as often as the config says.</summary>
    private sealed class Checkpoints(ICheckpoints stored) : ITrainingCheckpoints
    {
        private long last = TimeProvider.System.GetTimestamp();

        public string? Newest => stored.Newest;

        public bool IsDue() => TimeProvider.System.GetElapsedTime(last) >= stored.Interval;

        public void Save(long step, Action<string> write)
        {
            stored.Save(step, write);
            last = TimeProvider.System.GetTimestamp();
        }
    }
}
