// Finds the results of a comparison that are runs of one option with different seeds.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Baselines;
using Tlpipe.Stages.Comparisons;
using Tlpipe.Stages.Scoring;

namespace Tlpipe.Stages.Experiments;

/// <summary>Derives a comparison's labels and runs from the matrices of its results.</summary>
internal static class ComparisonRuns
{
    /// <summary>
    /// A comparison with each result's option and run: where labels are not given, results whose matrix values differ only in the axis
    /// <c>over</c> get one label. Any other stage stays as it is.
    /// </summary>
    /// <exception cref="PipelineException">The baseline is not one of the labels.</exception>
    public static StageInstance Of(StageInstance stage, Pipeline pipeline)
    {
        if (stage.Options is not CompareOptions options)
            return stage;
        var results = options.Results.Select(result => pipeline[result.Stage]!).ToList();
        var hasRuns = results.Any(result => result.Matrix.ContainsKey(options.Over));
        var isLabelled = stage.OriginOf("labels").Kind != OriginKind.Default;
        var labels = isLabelled || !hasRuns ? options.Labels! : [.. results.Select(result => LabelOf(result, options.Over))];
        if (options.Baseline is { } baseline && !labels.Contains(baseline))
            throw new PipelineException(
                stage.LocationOf("baseline"), ErrorCode.Contradiction, $"baseline: '{baseline}' is not one of the rows {string.Join(", ", labels.Distinct())}; name one of them");
        string[]? runs = hasRuns ? [.. results.Select(result => result.Matrix.GetValueOrDefault(options.Over, ""))] : null;
        string[] exact = [.. options.Results.Index().Where(result => IsExact(result.Item, pipeline)).Select(result => labels[result.Index]).Distinct()];
        return stage.With(WithoutRepeats(options with { Labels = labels, Runs = options.Runs ?? runs, Exact = options.Exact ?? (exact.Length > 0 ? exact : null) }, pipeline));
    }

    /// <summary>A result that two stages of one label compute alike, such as a baseline for several seeds that uses none, counts once.</summary>
    private static CompareOptions WithoutRepeats(CompareOptions options, Pipeline pipeline)
    {
        var computations = new Computations(pipeline);
        var groups = options.Results.Select((result, i) => (Label: options.Labels![i], Computation: computations.Of(result), Place: i)).GroupBy(result => (result.Label, result.Computation)).ToList();
        if (groups.Count == options.Results.Count)
            return options;
        int[] kept = [.. groups.Select(group => group.First().Place)];
        return options with
        {
            Results = [.. kept.Select(i => options.Results[i])],
            Labels = [.. kept.Select(i => options.Labels![i])],
            Runs = options.Runs is { } runs ? [.. kept.Select(i => runs[i])] : null,
            Evaluated = options.Evaluated is { } tables ? [.. kept.Select(i => tables[i])] : null,
            Repeated = [.. groups.Where(group => group.Count() > 1).Select(group => group.Key.Label).Distinct()],
        };
    }

    /// <summary>A learning curve with each result's option and number of labels, from the matrices that they come from. Any other stage stays as it is.</summary>
    /// <exception cref="PipelineException">A result's matrix has no such axis, or its value is not a number.</exception>
    public static StageInstance OfCurve(StageInstance stage, Pipeline pipeline)
    {
        if (stage.Options is not LearningCurveOptions options)
            return stage;
        var results = options.Results.Select(result => pipeline[result.Stage]!).ToList();
        var sizes = options.Sizes ?? [.. results.Select((result, i) =>
            double.TryParse(result.Matrix.GetValueOrDefault(options.Axis), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var size) && size > 0
                ? size
                : throw new PipelineException(
                    stage.LocationOf($"results[{i}]"), ErrorCode.Contradiction, $"'{result.Name}' has no number of labels in an axis '{options.Axis}' of its matrix; name that axis with axis, or give sizes"))];
        return stage.With(options with { Sizes = sizes, Labels = options.Labels ?? [.. results.Select(result => LabelOf(result, options.Over, options.Axis))] });
    }

    /// <summary>
    /// The pipeline with a score <c>NAME.score</c> for each result of a comparison that is a stage's own metrics beside its predictions, so that rows can be
    /// compared with rows.
    /// </summary>
    public static Pipeline Scored(Pipeline pipeline, StageKind score)
    {
        var added = new Dictionary<string, StageInstance>(StringComparer.Ordinal);
        List<StageInstance> stages = [.. pipeline.Stages.Select(stage => stage.Options is CompareOptions options
            ? stage.With(options with { Results = [.. options.Results.Select(result => ScoreOf(result, options, pipeline, score, added))] })
            : stage)];
        return added.Count == 0 ? pipeline : pipeline.With([.. stages, .. added.Values]);
    }

    private static Input ScoreOf(Input result, CompareOptions options, Pipeline pipeline, StageKind score, Dictionary<string, StageInstance> added)
    {
        var stage = pipeline[result.Stage]!;
        if (stage.Kind == score || result.Output != "metrics" || !stage.Kind.HasOutput("predictions"))
            return result;
        var like = options.Results.Select(other => pipeline[other.Stage]!.Options).OfType<ScoreOptions>().FirstOrDefault();
        var scoring = new ScoreOptions
        {
            Predictions = new Input(stage.Name, "predictions", result.Location),
            Evaluated = new Input(stage.Name, "metrics", result.Location),
            Metrics = like?.Metrics,
            // The figures must mean the same in all rows.
            PositiveLabel = like?.PositiveLabel ?? new ScoringOptions().PositiveLabel,
            CalibrationBins = like?.CalibrationBins ?? new ScoringOptions().CalibrationBins,
        };
        // Another comparison may need other figures of the same predictions.
        var name = stage.Name + ".score";
        for (var number = 2; added.TryGetValue(name, out var there) && !IsSame((ScoreOptions)there.Options, scoring); number++)
            name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{stage.Name}.score-{number}");
        added.TryAdd(name, stage.With(scoring, score, name, after: []));
        return new Input(name, "metrics", result.Location);
    }

    private static bool IsSame(ScoreOptions x, ScoreOptions y) =>
        x.PositiveLabel == y.PositiveLabel && x.CalibrationBins == y.CalibrationBins && (x.Metrics ?? []).SequenceEqual(y.Metrics ?? []) && x.Metrics is null == y.Metrics is null;

    /// <summary>Whether a result does not depend on a seed.</summary>
    private static bool IsExact(Input result, Pipeline pipeline) =>
        pipeline[Lineage.PredictionsOf(result, pipeline).Stage]?.Options is TfidfClassifyOptions or MajorityClassifyOptions or CentroidClassifyOptions;

    private static string LabelOf(StageInstance result, params string[] over)
    {
        var others = result.Matrix.Where(axis => !over.Contains(axis.Key)).Select(axis => axis.Value).ToList();
        return others.Count > 0 ? string.Join('-', others) : result.StageName;
    }
}
