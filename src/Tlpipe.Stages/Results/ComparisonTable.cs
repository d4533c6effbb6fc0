// The comparison in every form that the user sees.
using System.Globalization;
using System.Text;
using Tlpipe.Formats.Layout;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Results;

/// <summary>Lays a comparison out.</summary>
internal static class ComparisonTable
{
    private const string Exact = "0.000000";

    /// <summary>The notebook's columns after the figures, each with the number of decimals that Trainer gives it.</summary>
    private static readonly (string Name, string Format)[] Times =
    [
        ("eval_runtime", "0.0000"),
        ("eval_samples_per_second", "0.000"),
        ("eval_steps_per_second", "0.000"),
        ("epoch", "0.0##"),
    ];

    /// <summary>The table, each run, how options differ, and the notes.</summary>
    public static string Markdown(Comparison comparison)
    {
        var text = new StringBuilder();
        text.Append(Table(Cells(comparison)).Markdown(wideEmptyHeadings: true));
        if (HasRuns(comparison))
        {
            text.Append("\nEach run:\n\n");
            text.Append(Table(Runs(comparison)).Markdown(wideEmptyHeadings: true));
        }
        if (comparison.Pairs.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nDifferences in {comparison.Metric}, p corrected for {comparison.Pairs.Count} comparisons:\n\n");
            text.Append(Table(Differences(comparison)).Markdown(wideEmptyHeadings: true));
        }
        foreach (var sentence in comparison.Sentences.Concat(comparison.Notes))
            text.Append("\n- ").Append(MarkdownText.Of(sentence));
        return text.Append(comparison.Sentences.Count + comparison.Notes.Count > 0 ? "\n" : "").ToString();
    }

    /// <summary>The table; means and, for several runs, standard deviations and intervals in columns of their own.</summary>
    public static string Csv(Comparison comparison) => Table(CsvCells(comparison)).Csv();

    /// <summary>Columns under each other for a terminal; in a narrow one some of them come below.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="width">The terminal's columns; null where there is none.</param>
    public static string Text(Comparison comparison, int? width = null) => string.Join('\n', Of(comparison).Text(width));

    /// <summary>The table itself.</summary>
    public static ReportTable Of(Comparison comparison) => Table(Cells(comparison));

    /// <summary>A p-value as it is printed.</summary>
    public static string PValue(double p) => p < 0.0001 ? "<0.0001" : p.ToString("0.0000", CultureInfo.InvariantCulture);

    /// <summary>A p-value within a sentence: <c>p = 0.0140</c>, <c>p &lt; 0.0001</c>.</summary>
    public static string PSaid(double p) => PValue(p) is ['<', .. var least] ? $"p < {least}" : $"p = {PValue(p)}";

    private static bool HasRuns(Comparison comparison) => comparison.Rows.Any(row => row.Runs.Count > 1);

    /// <summary>Loss, then what figures any row has, the compared one first, then times.</summary>
    private static (string Name, string Format)[] Columns(Comparison comparison)
    {
        var figures = comparison.Rows.SelectMany(row => row.Values.Keys).Distinct()
            .Where(name => name.StartsWith("eval_", StringComparison.Ordinal) && name is not ("eval_loss" or "eval_samples") && Times.All(time => time.Name != name))
            .OrderBy(name => name == "eval_" + comparison.Metric ? 0 : name == "eval_accuracy" ? 1 : 2).ThenBy(name => name, StringComparer.Ordinal);
        return [("eval_loss", Exact), .. figures.Select(name => (name, Exact)), .. Times];
    }

    /// <summary>The table's cells, headings first.</summary>
    private static List<string[]> Cells(Comparison comparison)
    {
        var (columns, hasRuns, hasMarks) = (Columns(comparison), HasRuns(comparison), comparison.Rows.Any(row => row.Marks.Count > 0));
        string[] Optional(bool there, string cell) => there ? [cell] : [];
        var compared = "eval_" + comparison.Metric;
        var lines = new List<string[]> { (string[])["", .. Optional(hasRuns, "runs"), .. columns.SelectMany(c => (string[])[c.Name, .. Optional(hasRuns && c.Name == compared, "95 % interval")]), .. Optional(hasMarks, "notes")] };
        foreach (var row in comparison.Rows)
            lines.Add([
                row.Label, .. Optional(hasRuns, row.Runs.Count.ToString(CultureInfo.InvariantCulture)),
                .. columns.SelectMany(c => (string[])[Cell(row, c.Name, c.Format), .. Optional(hasRuns && c.Name == compared, Cell(row.IntervalOf(compared)))]),
                .. Optional(hasMarks, string.Join("; ", row.Marks))]);
        return lines;
    }

    private static List<string[]> Runs(Comparison comparison)
    {
        var columns = Columns(comparison);
        var lines = new List<string[]> { (string[])["", "run", .. columns.Select(c => c.Name)] };
        foreach (var row in comparison.Rows)
            foreach (var run in row.Runs)
                lines.Add([row.Label, run.Run, .. columns.Select(c => Number(run.Values, c.Name, c.Format))]);
        return lines;
    }

    private static List<string[]> CsvCells(Comparison comparison)
    {
        var (columns, hasRuns, hasMarks) = (Columns(comparison), HasRuns(comparison), comparison.Rows.Any(row => row.Marks.Count > 0));
        string[] Spread(string name) => hasRuns ? [$"{name}_sd", $"{name}_low", $"{name}_high"] : [];
        string[] first = hasRuns ? ["", "runs"] : [""];
        var lines = new List<string[]> { (string[])[.. first, .. columns.SelectMany(c => (string[])[c.Name, .. Spread(c.Name)]), .. hasMarks ? (string[])["notes"] : []] };
        foreach (var row in comparison.Rows)
        {
            var cells = columns.SelectMany(c => (string[])[
                Number(row.Values, c.Name, c.Format),
                .. hasRuns ? (string[])[Number(row.Deviations, c.Name, Exact), End(row.IntervalOf(c.Name)?.Low), End(row.IntervalOf(c.Name)?.High)] : []]);
            string[] head = hasRuns ? [row.Label, row.Runs.Count.ToString(CultureInfo.InvariantCulture)] : [row.Label];
            lines.Add([.. head, .. cells, .. hasMarks ? (string[])[string.Join("; ", row.Marks)] : []]);
        }
        return lines;
    }

    private static List<string[]> Differences(Comparison comparison)
    {
        var overSeeds = comparison.Pairs.Any(pair => pair.TOverSeedsP is not null);
        var lines = new List<string[]>
        {
            (string[])["", "against", "difference", "95 % interval", "p", "p (Holm)", "p (Benjamini-Hochberg)", .. overSeeds ? (string[])["sd over seeds", "p (t over seeds)", "p (Wilcoxon over seeds)"] : ["p (McNemar, exact)"], "real"],
        };
        foreach (var pair in comparison.Pairs)
            lines.Add([
                pair.Name, pair.Against, pair.Difference.ToString("+0.000000;-0.000000;0.000000", CultureInfo.InvariantCulture), Cell(pair.Interval), P(pair.P), P(pair.HolmP), P(pair.BenjaminiHochbergP),
                .. overSeeds ? (string[])[End(pair.SeedDeviation), P(pair.TOverSeedsP), P(pair.WilcoxonP)] : [P(pair.McNemarExactP)],
                pair.P is null ? "" : pair.IsReal ? "yes" : "not shown"]);
        return lines;
    }

    private static string Cell(ComparisonRow row, string name, string format) =>
        row.Deviations.TryGetValue(name, out var deviation) && name != "epoch" && !double.IsNaN(deviation) && name.StartsWith("eval_", StringComparison.Ordinal) && Times.All(t => t.Name != name)
            ? $"{Number(row.Values, name, format)} ± {deviation.ToString("0.0000", CultureInfo.InvariantCulture)}"
            : Number(row.Values, name, format);

    private static string Cell(Interval? interval) =>
        interval is { } ends ? string.Create(CultureInfo.InvariantCulture, $"{ends.Low:0.0000} to {ends.High:0.0000}") : "";

    private static string Number(IReadOnlyDictionary<string, double> values, string name, string format) =>
        values.TryGetValue(name, out var value) ? value.ToString(format, CultureInfo.InvariantCulture) : "";

    private static string End(double? value) => value?.ToString(Exact, CultureInfo.InvariantCulture) ?? "";

    private static string P(double? p) => p is { } value ? PValue(value) : "";

    /// <summary>The first column holds names, the notes hold words, all others numbers.</summary>
    private static ReportTable Table(List<string[]> lines) => new([.. lines[0].Select((heading, i) => new TableColumn(heading, IsRight: i > 0 && heading != "notes"))], lines[1..]);
}
