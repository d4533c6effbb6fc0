// centroid-classify: what a model knows of the classes before it is trained for them.
using System.Diagnostics;
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Inference;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Training;
using Tlpipe.Nlp.Weights;
using Tlpipe.Stages.Models;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Scoring;
using Tlpipe.Stages.Tables;
using Tlpipe.Stages.Training;
using Tlpipe.Text.Baselines;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Baselines;

/// <summary>Options of <c>centroid-classify</c>.</summary>
public sealed record CentroidClassifyOptions : ITrained
{
    /// <summary>The model whose embeddings are taken; any BERT.</summary>
    [Takes(OutputKinds.Model)]
    public required Input Model { get; init; }

    /// <summary>The labelled tokens whose means stand for the classes.</summary>
    [Takes(OutputKinds.Tokens)]
    public required Input Train { get; init; }

    /// <summary>The labelled tokens to be scored on.</summary>
    [Takes(OutputKinds.Tokens)]
    public required Input Eval { get; init; }

    /// <summary>
    /// What rows that are trained on may share with rows that are evaluated on: none, not even a text; text, also where a language model reads the
    /// texts of these very rows; or rows, for a look at how well training rows were learnt. Default: no row is in both, and texts that recur are counted and shown.
    /// </summary>
    [ExecutionOnly]
    public AllowOverlap? AllowOverlap { get; init; }

    /// <summary>A column of the tables that says which row it is, such as a review's number: rows are the same where it is equal. Default: the row labels of one source table.</summary>
    [ExecutionOnly]
    public string? IdColumn { get; init; }

    /// <summary>
    /// There is a warning where more than this share of the rows evaluated on has a text that recurs in training. Default: 0.05, where rows that were learnt by heart
    /// lift an accuracy of 0.8 by one point at most.
    /// </summary>
    [Range(0.0, 1.0)]
    [ExecutionOnly]
    public double WarnOverlapAbove { get; init; } = OverlapNote.UsualShare;

    Input ITrained.TrainedOn => Train;

    Input? ITrained.ChosenOn => null;

    Input? ITrained.BeginsWith => Model;

    Input? ITrained.Tuned => null;

    RowsUse ITrained.Use => RowsUse.Classifier;
}

/// <summary>Gives every row the class whose mean embedding is nearest: mean-pooled embeddings of the last layer, Euclidean distances. Nothing is trained.</summary>
[Stage("centroid-classify", version: 1, UsesTensors = true)]
[Output("metrics", "metrics.json with eval_loss and eval_accuracy", Kind = OutputKinds.Metrics)]
[Output("predictions", "predictions.safetensors with logits [rows, labels] and labels [rows]", Kind = OutputKinds.Predictions)]
public sealed class CentroidClassifyStage : IStage<CentroidClassifyOptions>
{
    public Forecast Foresee(CentroidClassifyOptions options, Func<Input, Facts> facts) =>
        ModelAnswers.Foresee(facts(options.Model), facts(options.Eval), "metrics");

    public void Run(CentroidClassifyOptions options, StageRun run)
    {
        var objective = new ClassifierObjective(ProblemType.SingleLabelClassification);
        var train = run.ReadTokens(options.Train, options.Model, objective, int.MaxValue);
        var classes = train.Labels!.Max() + 1;
        var eval = run.ReadTokens(options.Eval, options.Model, objective, classes);
        // The classification head is unused.
        using var model = ModelFolder.LoadClassifier(run.Read(options.Model).Folder, Math.Max(2, classes), seed: 0, run.OpenDevice(), run.ComputeType(), problemType: objective.Name).Model;
        var centroids = NearestCentroid.Fit(Embed(model, train, run), train.Labels!);
        var watch = Stopwatch.StartNew();
        var logits = centroids.Logits(Embed(model, eval, run));
        var seconds = watch.Elapsed.TotalSeconds;
        EvaluationFiles.Write(ClassifierEvaluation.OfLogits(logits, eval.Labels!), eval, run);
        run.Describe("metrics", TableFiles.Rows(eval.Count));
        run.Measure("eval_runtime", seconds);
        run.Measure("eval_samples_per_second", eval.Count / seconds);
    }

    private static float[,] Embed(PretrainedBert model, TokenRows rows, StageRun run) =>
        MeanPooling.Embed(model, rows, done => run.Report(new Progress("embed", done, rows.Count, "rows")), run.Stopping);
}
