// Tells stages that put rows beside rows where these rows come from.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Stages.Comparisons;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Scoring;

namespace Tlpipe.Stages.Experiments;

/// <summary>Completes comparisons, scores, pseudo-labels and overlap checks with the lineage of their rows.</summary>
internal sealed class RowPairs(Pipeline pipeline)
{
    private readonly Computations computations = new(pipeline);

    /// <summary>The stage with what it has to know of its rows; any other stage stays as it is.</summary>
    /// <exception cref="PipelineException">Tokens are not those that were predicted.</exception>
    public StageInstance Of(StageInstance stage) => stage.Options switch
    {
        CompareOptions compare => stage.With(Of(compare)),
        CheckOverlapOptions check when stage.OriginOf("same_rows").Kind == OriginKind.Default => stage.With(check with { SameRows = SameRowsOf(check) }),
        ScoreOptions score => Of(stage, score),
        PseudoLabelOptions guessed when Beside(guessed.Predictions, guessed.Table) is { IsOneSource: true } beside => stage.With(guessed with { Predicted = beside.Predicted }),
        _ => stage,
    };

    private CompareOptions Of(CompareOptions options)
    {
        List<Input?> tables = [.. options.Evaluated ?? options.Results.Select(result => Lineage.TableOf(result, pipeline))];
        int[] sources = [.. tables.Select(table => table is null ? -1 : computations.SourceOf(table))];
        var order = sources.Where(source => source >= 0).Distinct().ToList();
        return options with
        {
            // A result without a table stands for itself.
            Evaluated = [.. tables.Select((table, i) => (table ?? options.Results[i]) with { Location = null })],
            // Numbers of their own: other stages of the pipeline have no part in the key.
            Sources = [.. sources.Select(source => order.IndexOf(source))],
        };
    }

    private SameRows SameRowsOf(CheckOverlapOptions options)
    {
        if (computations.SourceOf(options.Train) != computations.SourceOf(options.Evaluation))
            return SameRows.Unknown;
        return options.TextColumns.SequenceEqual(options.EvaluationTextColumns) && !Lineage.ChangesTexts(options.Train, pipeline) && !Lineage.ChangesTexts(options.Evaluation, pipeline)
            ? SameRows.LabelAndText
            : SameRows.Label;
    }

    private StageInstance Of(StageInstance stage, ScoreOptions options)
    {
        var completed = options;
        if (options.Table is { } table && Beside(options.Predictions, table) is { } beside)
            completed = completed with { Predicted = beside.Predicted, IsOtherSource = beside.IsOneSource ? null : true };
        if (options.Tokens is { } tokens && Lineage.TextsOf(tokens, pipeline) is { Table: var tokenized } && Beside(options.Predictions, tokenized) is { } others)
            throw new PipelineException(
                stage.LocationOf("tokens"), ErrorCode.Contradiction,
                $"tokens: '{tokens.Stage}' are tokens of '{tokenized.Stage}', and the rows of '{others.Predicted.Stage}' were predicted; give the tokens that were predicted");
        return completed == options ? stage : stage.With(completed);
    }

    /// <summary>The table that was predicted, where another one stands beside its predictions.</summary>
    private (Input Predicted, bool IsOneSource)? Beside(Input predictions, Input table) =>
        Lineage.TableOf(predictions, pipeline) is not { } predicted || computations.Of(predicted) == computations.Of(table)
            ? null
            : (predicted with { Location = null }, computations.SourceOf(predicted) == computations.SourceOf(table));
}
