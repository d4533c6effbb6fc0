// Which results of a comparison are runs of one option under different seeds.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Stages;

namespace Tlpipe.Experiments;

/// <summary>Finds out what a comparison's results are from the matrices that they come from.</summary>
internal static class ComparisonRuns
{
    /// <summary>
    /// A comparison with each result's option and run: where labels are not given, results whose matrix values differ only in the axis
    /// <c>over</c> get one label. Any other stage is itself.
    /// </summary>
    /// <exception cref="PipelineException">The baseline is none of the labels.</exception>
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
                stage.LocationOf("baseline"), ErrorCode.Contradiction, $"baseline: '{baseline}' is none of the rows {string.Join(", ", labels.Distinct())}; name one of them");
        string[]? runs = hasRuns ? [.. results.Select(result => result.Matrix.GetValueOrDefault(options.Over, ""))] : null;
        return stage.With(options with { Labels = labels, Runs = options.Runs ?? runs });
    }

    private static string LabelOf(StageInstance result, string over)
    {
        var others = result.Matrix.Where(axis => axis.Key != over).Select(axis => axis.Value).ToList();
        return others.Count > 0 ? string.Join('-', others) : result.StageName;
    }
}
