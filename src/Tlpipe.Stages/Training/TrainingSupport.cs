// What the two training stages share: checkpoints, events, and the outputs.
using System.Security.Cryptography;
using System.Text;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Models;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Training;

/// <summary>Between a stage's run and <see cref="Trainer"/>.</summary>
internal static class TrainingSupport
{
    /// <summary>Trains, and writes the outputs <c>model</c>, <c>log</c> and <c>checkpoints</c>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">What to train.</param>
    /// <param name="source">Where the model came from.</param>
    /// <param name="report">Which of its weights were loaded.</param>
    /// <param name="tokenizer">Goes beside every model.</param>
    /// <param name="options">The stage's options, for training_args.json.</param>
    /// <param name="carried">Parameters that go into the model's file as they are; null for none.</param>
    public static void Train(
        this StageRun run, ITrainingTask task, ModelSource source, LoadReport report, BertTokenizer tokenizer, ModelTrainingOptions options, CarriedWeights? carried = null)
    {
        Tell(run, source, report);
        if (options is { LoadBestModelAtEnd: true, EvalStrategy: not IntervalStrategy.No } && new Steps(task.TrainRows.Count, options) is var steps && steps.Evaluations(options) == 0)
            run.Report(new Warned($"no evaluation takes place: eval_steps is {options.EvalSteps ?? options.LoggingSteps:0.##}, and training ends after {steps.TotalUpdates} updates; the model is the last one, give a smaller eval_steps"));
        var checkpoints = run.Create("checkpoints");
        var outcome = Trainer.Train(
            task, new BackgroundCheckpoints(run.Checkpoints, text => run.Report(new Warned(text)), TimeProvider.System), news => Tell(run, news), new CheckpointTarget(checkpoints, folder => Write(folder)), stopping: run.Stopping);

        if (task.Model.Parameters().Any(p => !p.Parameter.isfinite().all().item<bool>()))
            run.Report(new Warned("the weights are not numbers: the training diverged; lower learning_rate or max_grad_norm, or compute in another dtype"));
        var model = run.Create("model");
        var digest = Write(model);
        outcome.State.Write(model);
        ModelCard.Write(model, task.Model, source, report, options, outcome, run);
        run.Describe("model", ModelFacts.Of(task.Model.Config).With("epoch", outcome.Epoch), WithTokenizer(digest, model));
        var log = run.Create("log");
        outcome.State.Write(log);
        if (options.LogMicroBatches)
            outcome.WriteMicroBatches(log);
        run.Describe("log", Facts.None.With("updates", outcome.Step), outcome.State.Digest);
        run.Describe("checkpoints", Facts.None.With("checkpoints", Directory.GetDirectories(checkpoints).Length), OfFolders(checkpoints));
        run.Measure("train_runtime", outcome.Measured.TrainSeconds);
        run.Measure("evaluation_runtime", outcome.Measured.EvaluationSeconds);
        run.Measure("train_tokens", outcome.Measured.TrainTokens);

        string Write(string folder)
        {
            var written = ModelFolder.Save(task.Model, folder, carried);
            TokenizerFiles.CopyTo(folder, tokenizer);
            TrainingArgsFile.Write(folder, options, run.Dtype);
            return written;
        }
    }

    /// <summary>Optimizer updates and operations that a training will take, as far as its inputs are known.</summary>
    public static Work Work(TrainingArguments arguments, Facts model, Facts train, Facts eval, double? trainTokens, double? evalTokens, double headFlopsAToken)
    {
        if (train["rows"] is not { } rows || rows is < 1 or > int.MaxValue)
            return new Work(Bytes: ModelFacts.TrainingBytes(model));
        var steps = new Steps((int)rows, arguments);
        // Backward costs twice what forward does.
        var trained = Flops(trainTokens, rows) * 3 * steps.EndEpoch;
        var evaluated = eval["rows"] is { } evalRows ? Flops(evalTokens, evalRows) * steps.Evaluations(arguments) : null;
        return new Work(steps.TotalUpdates, trained + (evaluated ?? 0), ModelFacts.TrainingBytes(model));

        double? Flops(double? tokens, double count) =>
            tokens is { } t && ModelFacts.ForwardFlops(model, t / count) is { } forward ? t * (forward + headFlopsAToken) : null;
    }

    /// <summary>The digest of kept checkpoints: of all their files but the logs, which hold times.</summary>
    private static string OfFolders(string folder)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != HuggingFaceFiles.TrainerState)
            .Order(StringComparer.Ordinal)
            .Select(path => $"{Path.GetRelativePath(folder, path)} {Convert.ToHexStringLower(Sha256(path))}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', files))));
    }

    private static byte[] Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return SHA256.HashData(file);
    }

    /// <summary>The digest of a model folder: config and tensors, and the bytes of the tokenizer's files.</summary>
    private static string WithTokenizer(string modelDigest, string folder)
    {
        var files = Directory.EnumerateFiles(folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => name is not (HuggingFaceFiles.Config or HuggingFaceFiles.TrainerState or HuggingFaceFiles.TrainingArguments or HuggingFaceFiles.ModelCard) && !name.EndsWith(".safetensors", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => $"{name} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, name))))}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', files.Prepend(modelDigest)))));
    }

    private static void Tell(StageRun run, ModelSource source, LoadReport report)
    {
        run.Report(new Note(source.IsRandom
            ? $"a new {report.Target} in the shape of '{source.Folder.Stage}'"
            : $"{report.Target} from '{source.Folder.Stage}'"));
        foreach (var line in report.Table())
            run.Report(new Note(line));
    }

    private static void Tell(StageRun run, TrainingEvent news) => run.Report(news switch
    {
        TrainingProgress p => new Progress(p.Doing, p.Done, p.Total, p.Doing == "train" ? "updates" : "rows", p.Loss, p.TokensPerSecond, p.SecondsLeft),
        EpochEvaluated e => new EpochEnded(e.Epoch, e.TrainingLoss, e.EvalLoss, e.Accuracy, e.IsBest),
        TrainingResumed r => new Resumed(r.Step, r.Total),
        _ => throw new ArgumentException($"{news.GetType()} cannot be shown to users"),
    });
}
