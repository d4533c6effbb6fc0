// majority-classify: what every classifier has to beat: the commonest class for every row.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Training;
using Tlpipe.Stages.Scoring;
using Tlpipe.Stages.Tables;

namespace Tlpipe.Stages.Baselines;

/// <summary>Options of <c>majority-classify</c>.</summary>
public sealed record MajorityClassifyOptions
{
    /// <summary>The table whose classes are counted.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Train { get; init; }

    /// <summary>The table to be scored on.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Eval { get; init; }

    /// <summary>The column with the classes, 0 to n-1. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";
}

/// <summary>
/// Gives every row the shares that classes have in training, as scikit-learn's DummyClassifier(strategy="prior") does; its figures stand in compare
/// beside those of evaluate.
/// </summary>
[Stage("majority-classify", version: 1)]
[Output("metrics", "metrics.json with eval_loss and eval_accuracy", Kind = OutputKinds.Metrics)]
[Output("predictions", "predictions.safetensors with logits [rows, labels] and labels [rows]", Kind = OutputKinds.Predictions)]
public sealed class MajorityClassifyStage : IStage<MajorityClassifyOptions>
{
    // The share of a class that training does not have: smaller than any real one, and it avoids infinities.
    private const double NoRows = 1e-9;

    public Forecast Foresee(MajorityClassifyOptions options, Func<Input, Facts> facts) => Forecast.Of("metrics", TableFiles.Rows(facts(options.Eval)["rows"]));

    public void Run(MajorityClassifyOptions options, StageRun run)
    {
        var train = run.ReadTable(options.Train).Labels(options.LabelColumn, classes: null);
        if (train.Length == 0)
            throw new InputException($"'{options.Train.Stage}' has no rows; check the selection that made it");
        var classes = Math.Max(2, train.Max() + 1);
        var eval = run.ReadTable(options.Eval).Labels(options.LabelColumn, classes);
        double[] shares = [.. Enumerable.Range(0, classes).Select(label => Math.Max(NoRows, train.Count(l => l == label) / (double)train.Length))];
        var logits = new float[eval.Length, classes];
        for (var row = 0; row < eval.Length; row++)
            for (var label = 0; label < classes; label++)
                logits[row, label] = (float)Math.Log(shares[label]);

        var majority = Array.IndexOf(shares, shares.Max());
        var accuracy = eval.Count(label => label == majority) / (double)eval.Length;
        var loss = eval.Average(label => -Math.Log(shares[label] / shares.Sum()));
        EvaluationFiles.Write(new ClassifierEvaluation(loss, new Dictionary<string, double> { ["accuracy"] = accuracy }, logits), eval, run);
        run.Describe("metrics", TableFiles.Rows(eval.Length));
    }
}
