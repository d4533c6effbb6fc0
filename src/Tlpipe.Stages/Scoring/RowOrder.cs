// Whether a table's rows are the predicted ones, in their order.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Stages.Tables;

namespace Tlpipe.Stages.Scoring;

/// <summary>Checks tables that stand row for row beside predictions.</summary>
internal static class RowOrder
{
    /// <summary>Compares the row labels of two tables from one source.</summary>
    /// <exception cref="InputException">The rows are others, or in another order.</exception>
    public static void Check(Input table, Input predicted, StageRun run)
    {
        var (labels, wanted) = (run.ReadTable(table).RowLabels, run.ReadTable(predicted).RowLabels);
        if (labels.Count != wanted.Count)
            throw new InputException($"'{table.Stage}' has {labels.Count} rows, and the {wanted.Count} rows of '{predicted.Stage}' were predicted; give '{predicted.Stage}' as table");
        var wrong = Enumerable.Range(0, labels.Count).FirstOrDefault(row => !labels[row].Equals(wanted[row]), -1);
        if (wrong >= 0)
            throw new InputException($"the rows of '{table.Stage}' are not the predicted ones in their order: its row {wrong} is the one labelled {labels[wrong]}, and the one labelled {wanted[wrong]} was predicted there; give '{predicted.Stage}' as table");
    }

    /// <summary>Compares the right answers of a table from another source with those of the predictions, where both have them.</summary>
    /// <exception cref="InputException">One differs.</exception>
    public static void CheckAnswers(Input table, string labelColumn, int[] labels, int classes, StageRun run)
    {
        var rows = run.ReadTable(table);
        if (labels.Length != rows.RowCount || !rows.HasColumn(labelColumn) || rows.Column(labelColumn).Type != Tlpipe.Tables.ColumnType.Integer)
            return;
        var others = rows.Labels(labelColumn, classes);
        var wrong = Enumerable.Range(0, labels.Length).FirstOrDefault(row => others[row] != labels[row], -1);
        if (wrong >= 0)
            throw new InputException($"row {wrong} of '{table.Stage}' has the {labelColumn} {others[wrong]}, and the predictions say {labels[wrong]}; give the table that was predicted");
    }
}
