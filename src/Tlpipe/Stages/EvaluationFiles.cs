// What every evaluation of a classifier writes: its figures, and the logits of each row.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Safetensors;
using Tlpipe.Nlp.Text;
using Tlpipe.Nlp.Training;

namespace Tlpipe.Stages;

/// <summary>Writes the outputs <c>metrics</c> and <c>predictions</c>.</summary>
internal static class EvaluationFiles
{
    /// <summary>Writes them for rows of tokens; the facts of <c>metrics</c> are the caller's.</summary>
    public static void Write(ClassifierEvaluation evaluation, TokenRows rows, StageRun run) =>
        Write(evaluation, rows.Count, run, rows.Values is { } values
            ? new SafetensorsTensor("labels", SafetensorsType.F32, [rows.Count, rows.ValueColumns], () => Bytes(values))
            : SafetensorsTensor.Int32("labels", rows.Labels ?? []));

    /// <summary>Writes them for rows with a class each.</summary>
    public static void Write(ClassifierEvaluation evaluation, int[] labels, StageRun run) =>
        Write(evaluation, labels.Length, run, SafetensorsTensor.Int32("labels", labels));

    private static void Write(ClassifierEvaluation evaluation, int rows, StageRun run, SafetensorsTensor answers)
    {
        // JSON has no NaN: a model that diverged has no loss.
        double? loss = evaluation.Loss is { } value && double.IsFinite(value) ? value : null;
        var metrics = new JsonObject();
        foreach (var (name, figure) in evaluation.Metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
            metrics[$"eval_{name}"] = double.IsFinite(figure) ? figure : null;
        metrics["eval_loss"] = loss;
        metrics["eval_samples"] = rows;
        File.WriteAllText(Path.Combine(run.Create("metrics"), "metrics.json"), metrics.ToJsonString() + "\n");

        long[] shape = [evaluation.Logits.GetLength(0), evaluation.Logits.GetLength(1)];
        var path = Path.Combine(run.Create("predictions"), "predictions.safetensors");
        var digest = SafetensorsWriter.Write(path, [new SafetensorsTensor("logits", SafetensorsType.F32, shape, () => Bytes(evaluation.Logits)), answers]);
        run.Describe("predictions", TableFiles.Rows(rows), digest);
    }

    private static byte[] Bytes(Array values)
    {
        var bytes = new byte[Buffer.ByteLength(values)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }
}
