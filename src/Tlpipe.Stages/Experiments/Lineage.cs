// Where rows, predictions and models come from.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Options;
using Tlpipe.Stages.Baselines;
using Tlpipe.Stages.Comparisons;
using Tlpipe.Stages.Scoring;
using Tlpipe.Stages.Tables;
using Tlpipe.Stages.Tokens;
using Tlpipe.Stages.Training;

namespace Tlpipe.Stages.Experiments;

/// <summary>The options of a stage of a pipeline or a recorded run; null if there is no such stage.</summary>
/// <param name="stage">The stage's name.</param>
internal delegate object? OptionsOfStage(string stage);

/// <summary>A table with the columns that hold its texts.</summary>
internal sealed record TextSource(Input Table, IReadOnlyList<string> Columns);

/// <summary>Rows with their predictions' model.</summary>
/// <param name="Model">The model that answered them; the predictions themselves where one stage trains and answers.</param>
/// <param name="Rows">The rows: tokens, or a table.</param>
/// <param name="Texts">The rows' texts; null where the stage reads none.</param>
internal sealed record PredictedRows(Input Model, Input Rows, TextSource? Texts);

/// <summary>Follows references back.</summary>
internal static class Lineage
{
    /// <summary>The table whose texts rows are, through windows and tokens; null where they come from something else.</summary>
    public static TextSource? TextsOf(Input rows, OptionsOfStage optionsOf) => optionsOf(rows.Stage) switch
    {
        TokenizeOptions tokens => new TextSource(tokens.Table, [tokens.TextColumn, .. tokens.TextPair is { } pair ? [pair] : Array.Empty<string>()]),
        GroupTextsOptions windows => TextsOf(windows.Tokens, optionsOf),
        _ => null,
    };

    /// <inheritdoc cref="TextsOf(Input, OptionsOfStage)"/>
    public static TextSource? TextsOf(Input rows, Pipeline pipeline) => TextsOf(rows, stage => pipeline[stage]?.Options);

    /// <summary>The model and the rows of predictions; null if they do not come from a stage that answers.</summary>
    public static PredictedRows? RowsOf(Input predictions, OptionsOfStage optionsOf) => optionsOf(predictions.Stage) switch
    {
        EvaluateOptions evaluation => new PredictedRows(evaluation.Model, evaluation.Data, TextsOf(evaluation.Data, optionsOf)),
        PredictOptions prediction => new PredictedRows(prediction.Model, prediction.Data, TextsOf(prediction.Data, optionsOf)),
        CentroidClassifyOptions both => new PredictedRows(predictions, both.Eval, TextsOf(both.Eval, optionsOf)),
        TfidfClassifyOptions both => new PredictedRows(predictions, both.Eval, new TextSource(both.Eval, [both.TextColumn])),
        MajorityClassifyOptions both => new PredictedRows(predictions, both.Eval, null),
        _ => null,
    };

    /// <inheritdoc cref="RowsOf(Input, OptionsOfStage)"/>
    public static PredictedRows? RowsOf(Input predictions, Pipeline pipeline) => RowsOf(predictions, stage => pipeline[stage]?.Options);

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

    /// <summary>The table whose rows a result is of, row for row; null where that is not known, or there are no rows, as of windows of text.</summary>
    public static Input? TableOf(Input result, Pipeline pipeline)
    {
        var predictions = result;
        while (pipeline[predictions.Stage]?.Options is ScoreOptions scored)
            predictions = scored.Predictions;
        return RowsOf(predictions, pipeline)?.Rows is not { } rows ? null : pipeline[rows.Stage]?.Options switch
        {
            TokenizeOptions tokens => tokens.Table,
            GroupTextsOptions => null,
            _ => pipeline[predictions.Stage]!.Options is TfidfClassifyOptions or MajorityClassifyOptions ? rows : null,
        };
    }

    /// <summary>The table in which a table's row labels were given: it is followed back through stages that keep them.</summary>
    public static Input SourceOf(Input table, Pipeline pipeline) => pipeline[table.Stage]?.Options switch
    {
        SelectOptions chosen => SourceOf(chosen.Table, pipeline),
        SplitOptions divided => SourceOf(divided.Table, pipeline),
        DropDuplicatesOptions distinct => SourceOf(distinct.Table, pipeline),
        // normalize-text and label-from-rating number their rows again, so they are sources.
        PseudoLabelOptions guessed when guessed.Labelled is not { } labelled || SourceOf(labelled, pipeline) == SourceOf(guessed.Table, pipeline) => SourceOf(guessed.Table, pipeline),
        _ => table with { Location = null },
    };

    /// <summary>Whether a stage on the way from a table back to its source changes texts.</summary>
    public static bool ChangesTexts(Input table, Pipeline pipeline) => pipeline[table.Stage]?.Options switch
    {
        SelectOptions chosen => ChangesTexts(chosen.Table, pipeline),
        SplitOptions divided => ChangesTexts(divided.Table, pipeline),
        DropDuplicatesOptions distinct => ChangesTexts(distinct.Table, pipeline),
        PseudoLabelOptions guessed => ChangesTexts(guessed.Table, pipeline) || guessed.Labelled is { } labelled && ChangesTexts(labelled, pipeline),
        _ => false,
    };

    /// <summary>The tables that a table was put together from, or itself.</summary>
    public static IEnumerable<Input> PartsOf(Input table, Pipeline pipeline) => pipeline[table.Stage]?.Options switch
    {
        ConcatOptions joined => joined.Tables.SelectMany(part => PartsOf(part, pipeline)),
        // Of the rows that were taken no label tells them from the labelled ones, where these come from another source.
        PseudoLabelOptions { Labelled: { } labelled } guessed when SourceOf(labelled, pipeline) != SourceOf(guessed.Table, pipeline) => [labelled],
        _ => [table],
    };

    /// <summary>The predictions themselves, where a score of them is given.</summary>
    public static Input PredictionsOf(Input result, Pipeline pipeline) => pipeline[result.Stage]?.Options is ScoreOptions scored ? scored.Predictions : result;

    /// <summary>The trainings of the model whose answers are trained on as if they were right.</summary>
    private static IEnumerable<StageInstance> TeachersOf(ITrained trained, Pipeline pipeline)
    {
        var table = trained.TableColumn is null ? TextsOf(trained.TrainedOn, pipeline)?.Table : trained.TrainedOn;
        if (table is null || pipeline[table.Stage]?.Options is not PseudoLabelOptions guessed)
            return [];
        var predictions = PredictionsOf(guessed.Predictions, pipeline);
        return TrainingsOf(RowsOf(predictions, pipeline)?.Model ?? predictions, pipeline);
    }
}
