// pseudo-label: unlabelled rows that a model is sure of, with its answers as their labels.
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Stages.Tables;
using Tlpipe.Tables;

namespace Tlpipe.Stages.Scoring;

/// <summary>Options of <c>pseudo-label</c>.</summary>
public sealed record PseudoLabelOptions
{
    /// <summary>The table without labels, row for row as it was predicted.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>The predictions of a predict stage over these rows.</summary>
    [Takes(OutputKinds.Predictions)]
    public required Input Predictions { get; init; }

    /// <summary>The table that was predicted, where table is another one of the same source. Default: found through the stages.</summary>
    [Takes(OutputKinds.Table)]
    public Input? Predicted { get; init; }

    /// <summary>Labelled rows that come before the others in the result. Default: none.</summary>
    [Takes(OutputKinds.Table)]
    public Input? Labelled { get; init; }

    /// <summary>A row is taken where the likeliest class has at least this probability. Default: 0.9.</summary>
    [Range(0.0, 1.0)]
    public double Confidence { get; init; } = 0.9;

    /// <summary>At most so many rows of each class, the surest first (Xie et al. 2020, Noisy Student). Default: all.</summary>
    [Range(1, int.MaxValue)]
    public int? PerClass { get; init; }

    /// <summary>Logits are divided by it before. Default: 1.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double Temperature { get; init; } = 1;

    /// <summary>The column with the classes. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";
}

/// <summary>Takes the rows that a classifier is sure of and gives them its answers as labels (Lee 2013, Pseudo-Label), to be trained on beside the labelled ones.</summary>
[Stage("pseudo-label", version: 1)]
[Output("table", "the labelled rows and those that were taken: the columns that both tables have, the classes, and each taken row's confidence", Kind = OutputKinds.Table)]
public sealed class PseudoLabelStage : IStage<PseudoLabelOptions>
{
    private const string ConfidenceColumn = "confidence";

    public void Run(PseudoLabelOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        var predictions = ClassifierPredictions.Load(run.Read(options.Predictions).Folder);
        if (predictions.Rows != table.RowCount)
            throw new InputException($"there are {predictions.Rows} predictions and {table.RowCount} rows in '{options.Table.Stage}'; give the table that was predicted");
        if (options.Predicted is { } predicted)
            RowOrder.Check(options.Table, predicted, run);
        if (predictions.Classes < 2 || predictions.Values is not null)
            throw new InputException("these predictions are numbers, or several labels a row; pseudo-labels are classes, so give those of a classifier");
        var labelled = options.Labelled is { } input ? run.ReadTable(input) : null;
        var chosen = PseudoLabels.Choose(predictions.Probabilities(options.Temperature), options.Confidence, options.PerClass);
        if (chosen.Count == 0 && labelled is null)
            throw new InputException($"no row of '{options.Table.Stage}' has a class of probability {options.Confidence} or more; lower confidence");

        var result = Joined(labelled, table.Take([.. chosen.Select(label => label.Row)]), chosen, options.LabelColumn, predictions.Classes);
        TableFiles.Publish(result, run, "table");
        run.Report(new Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{chosen.Count:N0} of {table.RowCount:N0} rows taken: {string.Join(", ", Enumerable.Range(0, predictions.Classes).Select(c => $"{chosen.Count(label => label.Label == c)} of class {c}"))}")));
    }

    private static Table Joined(Table? labelled, Table taken, IReadOnlyList<PseudoLabel> chosen, string labelColumn, int classes)
    {
        Table[] parts = labelled is null ? [taken] : [labelled, taken];
        var shared = parts[0].Columns.Where(column => column.Name != labelColumn && column.Name != ConfidenceColumn
            && parts.All(part => part.HasColumn(column.Name) && part.Column(column.Name).Type == column.Type));
        var before = labelled?.RowCount ?? 0;
        return new Table(
        [
            .. shared.Select(column => Column.Concat(new ColumnSchema(column.Name, column.Type), parts)),
            Column.Integer(labelColumn, [.. (labelled?.Labels(labelColumn, classes) ?? []).Concat(chosen.Select(label => label.Label)).Select(label => (long?)label)]),
            Column.Number(ConfidenceColumn, [.. Enumerable.Repeat((double?)null, before), .. chosen.Select(label => (double?)label.Confidence)]),
        ], RowLabels.Concat([.. parts.Select(part => part.RowLabels)]));
    }
}
