// Where rows and models come from.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages;

namespace Tlpipe.Experiments;

/// <summary>A table with the columns that hold its texts.</summary>
internal sealed record TextTable(Input Table, IReadOnlyList<string> Columns);

/// <summary>Follows references back.</summary>
internal static class Lineage
{
    /// <summary>The table whose texts rows are, through windows and tokens; null where they come from something else.</summary>
    public static TextTable? TextsOf(Input rows, Pipeline pipeline) => pipeline[rows.Stage]?.Options switch
    {
        TokenizeOptions tokens => new TextTable(tokens.Table, [tokens.TextColumn, .. tokens.TextPair is { } pair ? [pair] : Array.Empty<string>()]),
        GroupTextsOptions windows => TextsOf(windows.Tokens, pipeline),
        _ => null,
    };

    /// <summary>The choices that a model came from, the last first.</summary>
    public static IEnumerable<StageInstance> ChoicesOf(Input model, Pipeline pipeline) => pipeline[model.Stage] switch
    {
        { Options: ITrained { BeginsWith: { } before } } => ChoicesOf(before, pipeline),
        { Options: ChooseOptions choice } stage => [stage, .. choice.Models.SelectMany(one => ChoicesOf(one, pipeline)).Distinct()],
        _ => [],
    };

    /// <summary>The trainings that a model went through, the last first; of a chosen model those of all that it was chosen from.</summary>
    public static IEnumerable<StageInstance> TrainingsOf(Input model, Pipeline pipeline) => pipeline[model.Stage] switch
    {
        { Options: ITrained { BeginsWith: var before } trained } stage => [stage, .. before is null ? [] : TrainingsOf(before, pipeline), .. TeachersOf(trained, pipeline)],
        { Options: ChooseOptions choice } => choice.Models.SelectMany(one => TrainingsOf(one, pipeline)).Distinct(),
        _ => [],
    };

    /// <summary>The predictions themselves, where a score of them is given.</summary>
    public static Input PredictionsOf(Input result, Pipeline pipeline) => pipeline[result.Stage]?.Options is ScoreOptions scored ? scored.Predictions : result;

    /// <summary>The trainings of the model that answered rows which are trained on as if the answers were right.</summary>
    private static IEnumerable<StageInstance> TeachersOf(ITrained trained, Pipeline pipeline)
    {
        var table = trained.TableColumn is null ? TextsOf(trained.TrainedOn, pipeline)?.Table : trained.TrainedOn;
        if (table is null || pipeline[table.Stage]?.Options is not PseudoLabelOptions guessed)
            return [];
        var predictions = PredictionsOf(guessed.Predictions, pipeline);
        return TrainingsOf(pipeline[predictions.Stage]?.Options switch
        {
            PredictOptions prediction => prediction.Model,
            EvaluateOptions evaluation => evaluation.Model,
            _ => predictions,
        }, pipeline);
    }
}
