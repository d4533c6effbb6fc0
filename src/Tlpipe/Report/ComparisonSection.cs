// The comparisons of a run: tables, options side by side, and their differences.
using System.Text.Json.Nodes;
using Tlpipe.Stages.Results;

namespace Tlpipe.Report;

/// <summary>Shows the results of <c>compare</c> stages.</summary>
internal static class ComparisonSection
{
    /// <summary>The file of a compare stage that all else is made of.</summary>
    public const string TableFile = "results.json";

    public static Section? Of(RunRecord run)
    {
        var parts = run.Stages.Where(stage => stage.Stage.Kind == "compare")
            .Select(stage => (stage.Name, Path: run.PathOf(stage, "table", TableFile))).Where(part => part.Path is not null)
            .Select(part => Part(part.Name, File.ReadAllText(part.Path!))).ToList();
        return parts.Count == 0 ? null : new Section("comparison", "Comparison", Html.Join(parts.Select(part => part.Body)), [.. parts.SelectMany(part => part.Plots)]);
    }

    private static (Html Body, IReadOnlyList<Plot> Plots) Part(string stage, string json)
    {
        var comparison = Comparison.FromJson(json);
        var table = Section.Table($"Table of {stage}", ComparisonTable.Of(comparison));
        IReadOnlyList<Plot> plots = [.. Options(stage, comparison), .. Differences(stage, comparison, JsonNode.Parse(json)!)];
        var said = comparison.Sentences.Concat(comparison.Notes).ToList();
        var sentences = said.Count == 0 ? Html.Empty : Html.Of($"<ul>{said.Select(s => Html.Of($"<li>{s}</li>"))}</ul>");
        return (Html.Of($"<h3>{stage}</h3>{table}{sentences}<div class=\"plots\">{plots.Select(Svg.Draw)}</div>"), plots);
    }

    private static IEnumerable<Plot> Options(string stage, Comparison comparison)
    {
        var name = "eval_" + comparison.Metric;
        List<Dot> dots = [.. comparison.Rows.Where(row => row.Values.ContainsKey(name)).Select(row => new Dot(
            row.Label, row.Values[name], row.IntervalOf(name)?.Low, row.IntervalOf(name)?.High,
            row.Runs.Count < 2 ? [] : [.. row.Runs.Where(r => r.Values.ContainsKey(name)).Select(r => r.Values[name])]))];
        if (dots.Count > 0)
            yield return new DotPlot($"{stage}-{comparison.Metric}", $"{Word(comparison.Metric)} of each option", Word(comparison.Metric), dots);
    }

    private static IEnumerable<Plot> Differences(string stage, Comparison comparison, JsonNode json)
    {
        List<Dot> dots = [.. from pair in json["differences"]?.AsArray() ?? []
                             where comparison.Baseline is not { } baseline || pair["against"]!.GetValue<string>() == baseline
                             let ends = pair["interval_95"]?.AsArray()
                             select new Dot(
                                 $"{pair["name"]} − {pair["against"]}", pair["difference"]!.GetValue<double>(), ends?[0]!.GetValue<double>(), ends?[1]!.GetValue<double>(), [])];
        if (dots.Count > 0)
            yield return new DotPlot($"{stage}-differences", $"Differences in {Word(comparison.Metric)}, with 95 % intervals", "difference", dots, Mark: 0);
    }

    private static string Word(string metric) => metric.Replace('_', ' ');
}
