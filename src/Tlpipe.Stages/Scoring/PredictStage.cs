// predict: what a model says of rows, labelled or not.
using System.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Stages.Models;
using Tlpipe.Stages.Tables;

namespace Tlpipe.Stages.Scoring;

/// <summary>Options of <c>predict</c>.</summary>
public sealed record PredictOptions
{
    /// <summary>The classifier.</summary>
    [Takes(OutputKinds.Model)]
    public required Input Model { get; init; }

    /// <summary>The tokenized rows.</summary>
    [Takes(OutputKinds.Tokens)]
    public required Input Data { get; init; }
}

/// <summary>Runs a classifier over rows and keeps the logits of each; <c>score</c> makes figures of them, as often as wanted.</summary>
[Stage("predict", version: 1, UsesTensors = true)]
[Output("predictions", "predictions.safetensors with logits [rows, labels], and labels [rows] where the rows have them", Kind = OutputKinds.Predictions)]
public sealed class PredictStage : IStage<PredictOptions>
{
    public Forecast Foresee(PredictOptions options, Func<Input, Facts> facts) =>
        ModelAnswers.Foresee(facts(options.Model), facts(options.Data), "predictions");

    public void Run(PredictOptions options, StageRun run)
    {
        var rows = run.ReadTokens(options.Data, options.Model);
        if (ModelAnswers.IsLanguageModel(BertConfig.Load(run.Read(options.Model).Folder)))
            throw new InputException($"'{options.Model.Stage}' is a masked language model; give a classifier, or use an evaluate stage");
        var watch = Stopwatch.StartNew();
        // Scoring checks that labels fit the model.
        var evaluation = ModelAnswers.OfClassifier(options.Model, rows with { Labels = null, Values = null }, run, watch);
        var seconds = watch.Elapsed.TotalSeconds;
        var predictions = new ClassifierPredictions(evaluation.Logits) { Labels = rows.Labels, Values = rows.Values };
        run.Describe("predictions", TableFiles.Rows(rows.Count).With("epoch", run.Read(options.Model).Facts["epoch"]), predictions.Save(run.Create("predictions")));
        run.Measure("eval_runtime", seconds);
        run.Measure("eval_samples_per_second", rows.Count / seconds);
    }
}
