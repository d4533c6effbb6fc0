// The learning curves of a run: figures by number of labels, and the value of labels.
using System.Globalization;
using Tlpipe.Formats.Layout;
using Tlpipe.Stages.Comparisons;
using Tlpipe.Tables;

namespace Tlpipe.Report;

/// <summary>Shows the results of <c>learning-curve</c> stages.</summary>
internal static class CurveSection
{
    /// <summary>An option's figure with one number of labels: a line of curve.csv.</summary>
    private sealed record Point(string Option, double Labels, double Runs, double Mean, (double Low, double High)? Interval, double? Gain, double? Needed, double? Saved, double? Worth);

    public static Section? Of(RunRecord run)
    {
        var parts = run.Stages.Where(stage => stage.Stage.Kind == "learning-curve")
            .Select(stage => (Stage: stage, Path: run.PathOf(stage, "curve", "curve.csv"))).Where(part => part.Path is not null)
            .Select(part => Part(part.Stage, part.Path!, run.OptionsOf(part.Stage.Name) as LearningCurveOptions)).ToList();
        return parts.Count == 0 ? null : new Section("learning-curve", "Learning curve", Html.Join(parts.Select(part => part.Body)), [.. parts.Select(part => part.Plot)]);
    }

    private static (Html Body, Plot Plot) Part(StageRecord stage, string csv, LearningCurveOptions? options)
    {
        var (metric, points) = Read(csv);
        var word = metric.Replace('_', ' ');
        var lines = points.GroupBy(point => point.Option).Select(option => new Series(option.Key, [.. option.Select(point => (point.Labels, point.Mean))], HasMarks: true)
        {
            Intervals = [.. option.Select(point => point.Interval)],
        });
        var plot = new LinePlot($"{stage.Name}-{metric}", $"{word} by number of labels, with 95 % intervals over runs", "labels", word, [.. lines])
        {
            Places = [.. points.Select(point => point.Labels).Distinct().Order()],
        };
        var baseline = options?.Baseline ?? points[0].Option;
        var hasWorth = points.Exists(point => point.Worth is not null);
        string[] worth = hasWorth ? ["worth"] : [];
        var table = Section.Table(
            $"Table of {stage.Name}",
            ["", "labels", "runs", word, "95 % interval", "gain with 100 labels more", $"labels that {baseline} needs", "labels saved", .. worth],
            points.Select(point => (IReadOnlyList<Html>)
            [
                Html.Text(point.Option), Html.Of($"{point.Labels:N0}"), Html.Of($"{point.Runs:0}"), Html.Of($"{point.Mean:0.0000}"),
                point.Interval is { } ends ? Html.Of($"{ends.Low:0.0000} to {ends.High:0.0000}") : Html.Empty,
                Number(point.Gain, "+0.0000;-0.0000"), Number(point.Needed, "N0"), Number(point.Saved, "N0"),
                .. hasWorth ? (Html[])[Number(point.Worth, "N2")] : [],
            ]));
        return (Html.Of($"<h3>{stage.Name}</h3><div class=\"plots\">{Svg.Draw(plot)}</div>{table}"), plot);
    }

    private static (string Metric, List<Point> Points) Read(string csv)
    {
        // An option may have the name of anything, even of a missing value.
        var dialect = new CsvDialect { NaValues = new HashSet<string>(StringComparer.Ordinal) { "" } };
        var names = CsvTable.Open(csv, dialect).Schema.Select(column => column.Name).ToList();
        var table = CsvTable.Open(csv, dialect, types: names.ToDictionary(name => name, name => name == names[0] ? ColumnType.Text : ColumnType.Number));
        var points = new List<Point>();
        foreach (var part in table.Batches())
        {
            var numbers = names.Skip(1).Select(part.Numbers).ToList();
            for (var row = 0; row < part.RowCount; row++)
                points.Add(new Point(
                    ReportTable.NameOf(part.Texts(names[0])[row] ?? ""), numbers[0][row]!.Value, numbers[1][row]!.Value, numbers[2][row]!.Value,
                    numbers[3][row] is { } low && numbers[4][row] is { } high ? (low, high) : null, numbers[5][row], numbers[6][row], numbers[7][row], numbers[8][row]));
        }
        return (names[3], points);
    }

    // The sign of a computed zero is arbitrary: rounding and adding 0 removes it.
    private static Html Number(double? number, string format) => number is { } value ? Html.Text((Math.Round(value, 6) + 0.0).ToString(format, CultureInfo.InvariantCulture)) : Html.Empty;
}
