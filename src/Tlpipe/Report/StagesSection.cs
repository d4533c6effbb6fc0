// The stages of a run: the graph, reused results, and the time of each.
using Tlpipe.Engine.Plan;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;

namespace Tlpipe.Report;

/// <summary>Shows how the results came about.</summary>
internal static class StagesSection
{
    public static Section Of(RunRecord run)
    {
        var longest = run.Stages.Max(stage => stage.Seconds) ?? 0;
        var rows = run.Stages.Select(stage => (IReadOnlyList<Html>)
        [
            Html.Text(stage.Name), Html.Text(stage.Stage.Kind), Html.Of($"<span class=\"state {stage.Word.Split(' ')[0]}\">{stage.Word}</span>"),
            Html.Text(stage.Seconds is { } seconds ? Duration.Text(seconds) : "-"), Bar(stage.Seconds, longest),
            Html.Text(stage.Result?.Provenance.PeakMemory is { } peak ? ByteSize.Text(peak) : "-"),
            Html.Text(stage.Result is { } result ? result.Key[..12] : ""),
        ]);
        double Sum(StageState state) => run.Stages.Where(stage => stage.State == state).Sum(stage => stage.Seconds ?? 0);
        var failures = run.Stages.Where(stage => stage.Message is not null).Select(stage => Html.Of($"<p class=\"failure\">{stage.Name}: {stage.Message}</p>"));
        return new Section("stages", "Stages", Html.Of($"""
            <p>{Count(run, StageState.Computed)} computed in {Duration.Text(Sum(StageState.Computed))}, {Count(run, StageState.Reused)} reused, which saved {Duration.Text(Sum(StageState.Reused))}.</p>{failures}
            {GraphDrawing.Draw(run.Stages)}
            {Section.Table("Stages with their states and times", ["stage", "kind", "state", "time", "", "most memory", "key"], rows, 1, 2, 4, 6)}
            """), []);
    }

    private static string Count(RunRecord run, StageState state) => Format.Count(run.Stages.Count(stage => stage.State == state), "stage");

    private static Html Bar(double? seconds, double longest) => seconds is null || longest <= 0
        ? Html.Empty
        : Html.Of($"<svg class=\"bar\" width=\"120\" height=\"10\" aria-hidden=\"true\"><rect class=\"b0\" width=\"{Math.Max(1, 120 * seconds.Value / longest)}\" height=\"10\"/></svg>");
}
