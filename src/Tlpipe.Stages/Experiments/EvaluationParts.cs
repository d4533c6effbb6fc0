// An evaluation is two results: the model's predictions, and their figures.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Scoring;

namespace Tlpipe.Stages.Experiments;

/// <summary>Splits <c>evaluate</c> stages.</summary>
internal static class EvaluationParts
{
    /// <summary>
    /// The instances that replace one: an evaluation becomes <c>NAME.predict</c>, with the key that it had when it did both, and a score under its own
    /// name; any other stage stays as it is.
    /// </summary>
    public static IEnumerable<StageInstance> Of(StageInstance stage, Pipeline pipeline, StageKind score)
    {
        if (stage.Options is not EvaluateOptions options)
            return [stage];
        var predict = stage.With(options.WithoutScoring(), name: stage.Name + ".predict");
        var slices = options.Slices ?? [];
        var scoring = new ScoreOptions(options)
        {
            Predictions = new Input(predict.Name, "predictions", options.Data.Location),
            Evaluated = new Input(predict.Name, "metrics", options.Data.Location),
            Tokens = slices.Contains(ScoreReport.Length) ? options.Data : null,
            Table = options.Table ?? (slices.Any(slice => slice != ScoreReport.Length) ? Lineage.TextsOf(options.Data, pipeline)?.Table : null),
        };
        var mistakes = score.Check(scoring).Select(m => new Diagnostic(stage.LocationOf(m.Option), ErrorCode.Contradiction, $"{m.Option}: {m.Message}")).ToList();
        return mistakes.Count == 0 ? [predict, stage.With(scoring, score)] : throw new PipelineException(mistakes);
    }
}
