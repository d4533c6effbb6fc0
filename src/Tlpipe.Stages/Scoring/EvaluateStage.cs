// evaluate: how good a model is on rows whose right answers are known. Its own work is the model's; score does the figures.
using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Training;
using Tlpipe.Stages.Models;
using Tlpipe.Stages.Tables;

namespace Tlpipe.Stages.Scoring;

/// <summary>Options of <c>evaluate</c>: the model's, and those of the score that follows it.</summary>
public sealed record EvaluateOptions : ScoringOptions
{
    /// <summary>The classifier, or a masked language model.</summary>
    [Takes(OutputKinds.Model)]
    public required Input Model { get; init; }

    /// <summary>The labelled rows, or windows of text.</summary>
    [Takes(OutputKinds.Tokens, OutputKinds.Windows)]
    public required Input Data { get; init; }

    /// <summary>
    /// Rows that count as one step in eval_steps_per_second, as in Trainer's figures. Rows are really computed in batches of similar length, which gives
    /// the same loss. Default: 8.
    /// </summary>
    [Range(1, int.MaxValue)]
    [ExecutionOnly]
    public int PerDeviceEvalBatchSize { get; init; } = 8;

    /// <summary>For a masked language model, the share of tokens to predict. Default: 0.15.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    [AddedLater("0.15")]
    [HuggingFace("DataCollatorForLanguageModeling")]
    public double MlmProbability { get; init; } = 0.15;

    /// <summary>For a masked language model, the seed of the masks: models are compared at the same positions. Default: 42.</summary>
    [Range(0, int.MaxValue)]
    [AddedLater("42")]
    public int MlmSeed { get; init; } = 42;

    /// <summary>The part that needs the model.</summary>
    internal EvaluateOptions WithoutScoring() => new()
    {
        Model = Model,
        Data = Data,
        PerDeviceEvalBatchSize = PerDeviceEvalBatchSize,
        MlmProbability = MlmProbability,
        MlmSeed = MlmSeed,
    };
}

/// <summary>
/// Runs a model over rows and keeps what it says of each, then computes figures from that. They are two results: another metric, threshold or slice
/// runs no model. In a plan the model's part is called <c>STAGE.predict</c>.
/// </summary>
[Stage("evaluate", version: 2, UsesTensors = true)]
[Output("metrics", "metrics.json with eval_loss and what metrics names, report.md and report.json with intervals, confusion matrix, calibration and slices", Kind = OutputKinds.Metrics)]
[Output("predictions", "predictions.safetensors with logits [rows, labels] and labels [rows]", Kind = OutputKinds.Predictions)]
public sealed class EvaluateStage : IStage<EvaluateOptions>
{
    public IEnumerable<OptionMistake> Check(EvaluateOptions options) => options.ScoringMistakes();

    public Forecast Foresee(EvaluateOptions options, Func<Input, Facts> facts) =>
        ModelAnswers.Foresee(facts(options.Model), facts(options.Data), "metrics");

    public void Run(EvaluateOptions options, StageRun run)
    {
        var input = run.Read(options.Model);
        var config = BertConfig.Load(input.Folder);
        var watch = Stopwatch.StartNew();
        var rows = ModelAnswers.IsLanguageModel(config) ? EvaluateWindows(options, run, watch) : EvaluateRows(options, run, config, watch);
        var seconds = watch.Elapsed.TotalSeconds;

        run.Describe("metrics", TableFiles.Rows(rows).With("epoch", input.Facts["epoch"]));
        run.Measure("eval_runtime", seconds);
        run.Measure("eval_samples_per_second", rows / seconds);
        run.Measure("eval_steps_per_second", Math.Ceiling((double)rows / options.PerDeviceEvalBatchSize) / seconds);
    }

    private static int EvaluateRows(EvaluateOptions options, StageRun run, BertConfig config, Stopwatch watch)
    {
        var rows = run.ReadTokens(options.Data, options.Model, ClassifierObjective.Of(config), config.Labels.Count);
        var evaluation = ModelAnswers.OfClassifier(options.Model, rows, run, watch);
        EvaluationFiles.Write(evaluation, rows, run);
        return rows.Count;
    }

    private static int EvaluateWindows(EvaluateOptions options, StageRun run, Stopwatch watch)
    {
        var windows = run.ReadTokens(options.Data, options.Model);
        var answers = ModelAnswers.OfLanguageModel(options.Model, windows, options.MlmProbability, options.MlmSeed, run, watch);
        var metrics = new JsonObject { ["eval_loss"] = answers.Count > 0 && double.IsFinite(answers.Loss.Value) ? answers.Loss.Value : null, ["eval_samples"] = windows.Count };
        File.WriteAllText(Path.Combine(run.Create("metrics"), "metrics.json"), metrics.ToJsonString() + "\n");
        run.Describe("predictions", TableFiles.Rows(windows.Count), answers.Save(run.Create("predictions")));
        return windows.Count;
    }
}
