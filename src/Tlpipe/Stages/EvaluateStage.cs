// evaluate: how good a classifier is on labelled rows.
using System.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>Options of <c>evaluate</c>.</summary>
public sealed record EvaluateOptions
{
    /// <summary>The classifier.</summary>
    public required Input Model { get; init; }

    /// <summary>The labelled rows.</summary>
    public required Input Data { get; init; }

    /// <summary>
    /// Rows that count as one step in eval_steps_per_second, as in Trainer's figures. Rows are really computed in batches of similar length, which gives
    /// the same loss. Default: 8.
    /// </summary>
    [Range(1)]
    [ExecutionOnly]
    public int PerDeviceEvalBatchSize { get; init; } = 8;
}

/// <summary>Computes loss and accuracy, or what a model of numbers or several labels has in its place, and keeps the logits of each row.</summary>
[Stage("evaluate", version: 2, UsesTensors = true)]
[Output("metrics", "metrics.json with eval_loss and eval_accuracy")]
[Output("predictions", "predictions.safetensors with logits [rows, labels] and labels [rows]")]
public sealed class EvaluateStage : IStage<EvaluateOptions>
{
    public Forecast Foresee(EvaluateOptions options, Func<Input, Facts> facts)
    {
        var model = facts(options.Model);
        var data = facts(options.Data);
        var flops = data["tokens"] is { } tokens && data["rows"] is { } rows ? tokens * ModelFacts.ForwardFlops(model, tokens / rows) : null;
        return Forecast.Of("metrics", TableFiles.Rows(data["rows"]), new Work(Flops: flops));
    }

    public void Run(EvaluateOptions options, StageRun run)
    {
        var input = run.Read(options.Model);
        var config = BertConfig.Load(input.Folder);
        var rows = run.ReadTokens(options.Data, ClassifierObjective.Of(config), config.Labels.Count);
        var (model, report) = ModelFolder.LoadClassifier(input.Folder, config.Labels.Count, seed: 0, run.OpenDevice(), run.ComputeType(), problemType: ClassifierObjective.Of(config).Name);
        using var disposed = model;
        if (report.Missing.Count > 0)
            throw new InputException($"'{options.Model.Stage}' is no classifier: its folder lacks {string.Join(", ", report.Missing)}; give the model of a classify stage");

        var watch = Stopwatch.StartNew();
        var evaluation = Evaluation.Classify(
            model, rows, evaluated: done => run.Report(new Progress("evaluate", done, rows.Count, "rows")), stopping: run.Stopping);
        var seconds = watch.Elapsed.TotalSeconds;

        EvaluationFiles.Write(evaluation, rows, run);
        run.Describe("metrics", TableFiles.Rows(rows.Count).With("epoch", input.Facts["epoch"]));
        run.Measure("eval_runtime", seconds);
        run.Measure("eval_samples_per_second", rows.Count / seconds);
        run.Measure("eval_steps_per_second", Math.Ceiling((double)rows.Count / options.PerDeviceEvalBatchSize) / seconds);
    }
}
