// The trainings of a run: losses, learning rates, and metrics by epoch.
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Stages.Results;

namespace Tlpipe.Report;

/// <summary>Shows what trainings logged.</summary>
internal static class TrainingSection
{
    private const int MostOpen = 8;

    public static Section? Of(RunRecord run)
    {
        var trainings = run.Trainings().Where(training => training.Log.Entries.Count > 0).ToList();
        if (trainings.Count == 0)
            return null;
        var together = Together(trainings).ToList();
        var parts = trainings.Select(training => Part(training.Stage, training.Log, open: trainings.Count <= MostOpen)).ToList();
        return new Section(
            "training", "Training",
            Html.Of($"<div class=\"plots\">{together.Select(Svg.Draw)}</div>{parts.Select(part => part.Body)}"),
            [.. together, .. parts.SelectMany(part => part.Plots)]);
    }

    /// <summary>Trainings of one kind beside each other, as far as colours go.</summary>
    private static IEnumerable<Plot> Together(IEnumerable<(StageRecord Stage, TrainingLog Log)> trainings)
    {
        foreach (var kind in trainings.GroupBy(training => training.Stage.Stage.Kind).Where(group => group.Count() is > 1 and <= Svg.Colours))
            foreach (var (figure, word) in new[] { ("eval_loss", "validation loss"), ("eval_accuracy", "validation accuracy") })
            {
                List<Series> lines = [.. kind.Where(training => training.Log.Evaluations.Any(e => e.Figures.ContainsKey(figure))).Select(training => new Series(
                    training.Stage.Name, [.. training.Log.Evaluations.Where(e => e.Figures.ContainsKey(figure)).Select(e => (e.Epoch, e.Figures[figure]))], HasMarks: true))];
                if (lines.Count > 1)
                    yield return new LinePlot($"{kind.Key}-{figure}", $"{kind.Key}: {word} by epoch", "epoch", word, lines);
            }
    }

    private static (Html Body, IReadOnlyList<Plot> Plots) Part(StageRecord stage, TrainingLog log, bool open)
    {
        var plots = new List<Plot>();
        var (training, validation) = (log.Curve("loss"), log.Curve("eval_loss"));
        List<Series> losses = [.. training.Count > 0 ? [new Series("training", training)] : (Series[])[], .. validation.Count > 0 ? [new Series("validation", validation, HasMarks: true)] : (Series[])[]];
        if (losses.Count > 0)
            plots.Add(new LinePlot($"{stage.Name}-loss", $"{stage.Name}: loss", "updates", "loss", losses));
        if (log.Curve("learning_rate") is { Count: > 1 } rates)
            plots.Add(new LinePlot($"{stage.Name}-learning-rate", $"{stage.Name}: learning rate", "updates", "learning rate", [new Series("learning rate", rates)]));
        var body = Html.Of($"<div class=\"plots\">{plots.Select(Svg.Draw)}</div>{Evaluations(stage, log)}{Measured(stage)}");
        return (Section.Folded($"{stage.Name} ({stage.Stage.Kind}, {stage.Word})", body, open), plots);
    }

    private static Html Evaluations(StageRecord stage, TrainingLog log)
    {
        var table = log.Table().ToList();
        return table.Count == 1 ? Html.Empty : Section.Table($"Metrics of {stage.Name} by epoch", new ReportTable([.. TableColumn.NamesAndNumbers(table[0][0], table[0].Skip(1))], table[1..]));
    }

    private static Html Measured(StageRecord stage)
    {
        if (stage.Result is not { } result)
            return Html.Empty;
        var facts = new List<string> { $"{Duration.Text(result.Provenance.Seconds)} on {result.Provenance.Device}, {Format.Count(result.Provenance.Threads, "thread")}" };
        if (result.Measured.TryGetValue("train_tokens", out var tokens) && result.Measured.TryGetValue("train_runtime", out var seconds) && seconds > 0)
            facts.Add(Html.Of($"{tokens / seconds:N0} tokens/s while training").Markup);
        if (result.Provenance.ResumedAtSteps is { Count: > 0 } steps)
            facts.Add($"went on after interruptions at step {string.Join(", ", steps)}");
        return Html.Of($"<p class=\"facts\">{string.Join("; ", facts)}</p>");
    }
}
