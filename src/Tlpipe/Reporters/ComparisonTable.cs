// The comparison in every form in which a person sees it.
using System.Globalization;
using System.Text;
using Tlpipe.Nlp.Statistics;

namespace Tlpipe.Reporters;

/// <summary>Lays a comparison out.</summary>
internal static class ComparisonTable
{
    private const string Exact = "0.000000";
    private const string Gap = "  ";

    /// <summary>The notebook's columns after the figures, each with the number of decimals that Trainer gives it.</summary>
    private static readonly (string Name, string Format)[] Times =
    [
        ("eval_runtime", "0.0000"),
        ("eval_samples_per_second", "0.000"),
        ("eval_steps_per_second", "0.000"),
        ("epoch", "0.0##"),
    ];

    /// <summary>The table, each run, how options differ, and what has to be known.</summary>
    public static string Markdown(Comparison comparison)
    {
        var text = new StringBuilder();
        Append(text, Cells(comparison));
        if (HasRuns(comparison))
        {
            text.Append("\nEach run:\n\n");
            Append(text, Runs(comparison));
        }
        if (comparison.Pairs.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"\nDifferences in {comparison.Metric}, p corrected for {comparison.Pairs.Count} comparisons:\n\n");
            Append(text, Differences(comparison));
        }
        foreach (var sentence in comparison.Sentences.Concat(comparison.Notes))
            text.Append("\n- ").Append(sentence);
        return text.Append(comparison.Sentences.Count + comparison.Notes.Count > 0 ? "\n" : "").ToString();
    }

    /// <summary>The table; means and, of several runs, standard deviations and intervals in columns of their own.</summary>
    public static string Csv(Comparison comparison) => string.Concat(CsvCells(comparison).Select(line => string.Join(',', line.Select(Quoted)) + "\n"));

    /// <summary>Columns under each other for a terminal. In a narrow one those that have no room come below, behind the rows' names again, as pandas prints a wide frame.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="width">The terminal's columns; null where there is none.</param>
    public static string Text(Comparison comparison, int? width = null)
    {
        var lines = Cells(comparison);
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        var blocks = new List<List<int>>();
        var used = 0;
        foreach (var column in Enumerable.Range(1, widths.Length - 1))
        {
            if (blocks.Count == 0 || used + Gap.Length + widths[column] > width)
            {
                blocks.Add([0]);
                used = widths[0];
            }
            blocks[^1].Add(column);
            used += Gap.Length + widths[column];
        }
        return string.Join("\n\n", blocks.Select(block => string.Join('\n', lines.Select(line => string.Join(Gap, block.Select(column =>
            column == 0 || IsWords(lines[0][column]) ? line[column].PadRight(widths[column]) : line[column].PadLeft(widths[column]))).TrimEnd()))));
    }

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
    public static List<string[]> Cells(Comparison comparison)
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

    private static bool IsWords(string column) => column is "notes";

    private static void Append(StringBuilder text, List<string[]> lines)
    {
        text.Append("| ").AppendJoin(" | ", lines[0]).Append(" |\n|---|");
        for (var column = 1; column < lines[0].Length; column++)
            text.Append(IsWords(lines[0][column]) ? "---|" : "---:|");
        text.Append('\n');
        foreach (var line in lines.Skip(1))
            text.Append("| ").AppendJoin(" | ", line).Append(" |\n");
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
