// What every evaluation of a classifier writes: its figures, and the logits of each row.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Nlp.Training;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Scoring;

/// <summary>Writes the outputs <c>metrics</c> and <c>predictions</c>.</summary>
internal static class EvaluationFiles
{
    /// <summary>Writes them for rows of tokens; the facts of <c>metrics</c> are the caller's.</summary>
    public static void Write(ClassifierEvaluation evaluation, TokenRows rows, StageRun run) =>
        Write(evaluation, new ClassifierPredictions(evaluation.Logits) { Labels = rows.Labels ?? [], Values = rows.Values }, run);

    /// <summary>Writes them for rows with a class each.</summary>
    public static void Write(ClassifierEvaluation evaluation, int[] labels, StageRun run) =>
        Write(evaluation, new ClassifierPredictions(evaluation.Logits) { Labels = labels }, run);

    private static void Write(ClassifierEvaluation evaluation, ClassifierPredictions predictions, StageRun run)
    {
        // JSON has no NaN: a model that diverged has no loss.
        double? loss = evaluation.Loss is { } value && double.IsFinite(value) ? value : null;
        var metrics = new JsonObject();
        foreach (var (name, figure) in evaluation.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
            metrics[$"eval_{name}"] = double.IsFinite(figure) ? figure : null;
        metrics["eval_loss"] = loss;
        metrics["eval_samples"] = predictions.Rows;
        File.WriteAllText(Path.Combine(run.Create("metrics"), "metrics.json"), metrics.ToJsonString() + "\n");
        run.Describe("predictions", TableFiles.Rows(predictions.Rows), predictions.Save(run.Create("predictions")));
    }
}
