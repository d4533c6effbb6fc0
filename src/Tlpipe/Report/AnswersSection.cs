// The models' predictions: confusion matrices, figures by class, and the most confident mistakes.
using Tlpipe.Stages.Experiments;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Scoring;
using Tlpipe.Stages.Tables;
using Tlpipe.Tables;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Report;

/// <summary>Shows the scored rows of a run.</summary>
internal static class AnswersSection
{
    private const int ShownMistakes = 10;
    private const int LongestText = 600;
    private const int MostOpen = 4;

    /// <summary>The column that is shown if the predictions come from a stage that reads no texts.</summary>
    private const string UsualTextColumn = "text";

    /// <summary>A wrong answer.</summary>
    private sealed record Mistake(int Row, int Label, int Answer, double Probability);

    /// <param name="run">The run.</param>
    /// <param name="withTexts">Whether the rows' texts may stand in the report.</param>
    public static Section? Of(RunRecord run, bool withTexts)
    {
        var scored = run.Stages.Where(stage => stage.Stage.Kind == "score")
            .Select(stage => (Stage: stage, Path: run.PathOf(stage, "metrics", ScoreReport.AnswersFile)))
            .Where(part => part.Path is not null).Select(part => (part.Stage, Rows: ScoreReport.ReadAnswersFile(part.Path!))).ToList();
        if (scored.Count == 0)
            return null;
        var plots = scored.Select(part => Confusion(part.Stage, part.Rows)).ToList();
        var mistakes = scored.Select(part => Section.Folded(
            $"{part.Stage.Name}: {part.Rows.Labels.Where((label, row) => part.Rows.Answers[row] != label).Count():N0} mistakes in {part.Rows.Count:N0} rows",
            Html.Of($"{Classes(part.Stage, part.Rows)}{Mistakes(run, part.Stage, part.Rows, withTexts)}"), open: scored.Count <= MostOpen));
        return new Section("answers", "Answers", Html.Of($"<div class=\"plots\">{plots.Select(Svg.Draw)}</div>{mistakes}"), plots);
    }

    private static ConfusionPlot Confusion(StageRecord stage, ScoredRows rows)
    {
        var (confusion, counts) = (rows.Confusion, new long[rows.Classes, rows.Classes]);
        for (var label = 0; label < rows.Classes; label++)
            for (var answer = 0; answer < rows.Classes; answer++)
                counts[label, answer] = confusion[label, answer];
        return new ConfusionPlot($"{stage.Name}-confusion", $"{stage.Name}: right and answered class", counts);
    }

    private static Html Classes(StageRecord stage, ScoredRows rows)
    {
        var confusion = rows.Confusion;
        return Section.Table($"Figures of {stage.Name} by class", ["class", "rows", "precision", "recall", "F1"], Enumerable.Range(0, rows.Classes).Select(label => (IReadOnlyList<Html>)
        [
            Html.Of($"{label}"), Html.Of($"{rows.Labels.Count(l => l == label):N0}"), Html.Of($"{confusion.Precision(label):0.0000}"), Html.Of($"{confusion.Recall(label):0.0000}"), Html.Of($"{confusion.F1(label):0.0000}"),
        ]));
    }

    private static Html Mistakes(RunRecord run, StageRecord stage, ScoredRows rows, bool withTexts)
    {
        List<Mistake> mistakes = [.. Enumerable.Range(0, rows.Count).Where(row => rows.Answers[row] != rows.Labels[row])
            .Select(row => new Mistake(row, rows.Labels[row], rows.Answers[row], rows.Probabilities[row][rows.Answers[row]]))
            .OrderByDescending(m => m.Probability).ThenBy(m => m.Row).Take(ShownMistakes)];
        if (mistakes.Count == 0)
            return Html.Of($"<p>No mistakes.</p>");
        var texts = withTexts ? Texts(run, stage, rows.Count, [.. mistakes.Select(m => m.Row)]) : [];
        string[] text = texts.Count > 0 ? ["text"] : [];
        return Html.Of($"<h3>The mistakes it was surest of</h3>{Section.Table(
            $"The surest mistakes of {stage.Name}", ["row", "right", "answered", "probability", .. text],
            mistakes.Select(m => (IReadOnlyList<Html>)[
                Html.Of($"{m.Row}"), Html.Of($"{m.Label}"), Html.Of($"{m.Answer}"), Html.Of($"{m.Probability:0.0000}"),
                .. texts.Count > 0 ? (Html[])[Html.Of($"<q>{Cut(texts.GetValueOrDefault(m.Row, ""))}</q>")] : []]), 4)}");
    }

    /// <summary>The texts of the predicted table's rows, by row number. Empty if the table is not in the store.</summary>
    private static Dictionary<int, string> Texts(RunRecord run, StageRecord score, int rows, HashSet<int> wanted)
    {
        var found = new Dictionary<int, string>();
        if (run.OptionsOf(score.Name) is not ScoreOptions { Predictions: var predictions } || Lineage.RowsOf(predictions, run.OptionsOf) is not { } predicted)
            return found;
        var (table, columns) = predicted.Texts ?? new TextSource(predicted.Rows, [UsualTextColumn]);
        if (run[table.Stage] is not { } source || source.Result?.Outputs.GetValueOrDefault(table.Output)?.Facts.GetValueOrDefault("rows") != rows
            || run.PathOf(source, table.Output, TableFiles.FileName) is not { } path)
            return found;
        var column = columns[0];
        var opened = ParquetTables.Open(path);
        if (opened.Schema.All(c => c.Name != column || c.Type != ColumnType.Text))
            return found;
        var first = 0;
        foreach (var part in ParquetTables.Open(path, [column]).Batches())
        {
            var texts = part.Texts(column);
            foreach (var row in wanted.Where(row => row >= first && row < first + part.RowCount))
                found[row] = texts[row - first] ?? "";
            first += part.RowCount;
        }
        return found;
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
