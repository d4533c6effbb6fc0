// Completes a pipeline as the user wrote it: scores apart from predictions, overlap checks, the runs of a comparison.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Stages.Experiments;

/// <summary>Completes a pipeline.</summary>
internal static class Experiment
{
    /// <summary>The pipeline with all added stages.</summary>
    /// <exception cref="Tlpipe.Engine.Diagnostics.PipelineException">Options contradict what they refer to.</exception>
    public static Pipeline Of(Pipeline pipeline, StageCatalog catalog)
    {
        var score = Kind(catalog, "score");
        var tried = pipeline.With([.. pipeline.Stages.SelectMany(stage => TuningTrials.Of(stage, pipeline, catalog))]);
        var apart = tried.With([.. tried.Stages.SelectMany(stage => EvaluationParts.Of(stage, tried, score))]);
        var scored = ComparisonRuns.Scored(apart, score);
        var gated = OverlapGate.AddTo(scored, Kind(catalog, "check-overlap"));
        var rows = new RowPairs(gated);
        return gated.With([.. gated.Stages.Select(stage => rows.Of(ComparisonRuns.OfCurve(ComparisonRuns.Of(stage, gated), gated)))]);
    }

    private static StageKind Kind(StageCatalog catalog, string name) =>
        catalog.TryGet(name, out var kind) ? kind : throw new ArgumentException($"there is no stage kind '{name}'", nameof(catalog));
}
