// The comparison of evaluated models, in every form in which it is shown.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Reporters;

/// <summary>One evaluated model. Values are by column name; a column that is not known is missing.</summary>
internal sealed record ComparisonRow(string Label, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>A row from the output of an <c>evaluate</c> stage.</summary>
    public static ComparisonRow Of(string label, InputFolder evaluated)
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        using var metrics = JsonDocument.Parse(File.ReadAllText(Path.Combine(evaluated.Folder, "metrics.json")));
        foreach (var metric in metrics.RootElement.EnumerateObject())
            if (metric.Value.ValueKind == JsonValueKind.Number)
                values[metric.Name] = metric.Value.GetDouble();
        foreach (var (name, value) in evaluated.Measured)
            values[name] = value;
        if (evaluated.Facts["epoch"] is { } epoch)
            values["epoch"] = epoch;
        return new ComparisonRow(label, values);
    }
}

/// <summary>The rows, in the order in which they are shown.</summary>
internal sealed record Comparison(IReadOnlyList<ComparisonRow> Rows, string? Baseline)
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

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Loss, then what figures any row has, accuracy first, then times.</summary>
    private (string Name, string Format)[] Columns
    {
        get
        {
            var figures = Rows.SelectMany(row => row.Values.Keys).Distinct()
                .Where(name => name.StartsWith("eval_", StringComparison.Ordinal) && name is not ("eval_loss" or "eval_samples") && Times.All(time => time.Name != name))
                .OrderBy(name => name == "eval_accuracy" ? 0 : 1).ThenBy(name => name, StringComparer.Ordinal);
            return [("eval_loss", Exact), .. figures.Select(name => (name, Exact)), .. Times];
        }
    }

    public static Comparison FromJson(string json)
    {
        var root = JsonNode.Parse(json)!.AsObject();
        var rows = root["rows"]!.AsArray().Select(row => new ComparisonRow(
            row!["label"]!.GetValue<string>(),
            row["values"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.GetValue<double>())));
        return new Comparison([.. rows], root["baseline"]?.GetValue<string>());
    }

    public string ToJson()
    {
        var rows = Rows.Select(row => (JsonNode)new JsonObject
        {
            ["label"] = row.Label,
            ["values"] = new JsonObject(row.Values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => KeyValuePair.Create(v.Key, (JsonNode?)v.Value))),
        });
        return new JsonObject { ["baseline"] = Baseline, ["rows"] = new JsonArray([.. rows]) }.ToJsonString(Readable) + "\n";
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder();
        var lines = Cells();
        text.Append("| ").AppendJoin(" | ", lines[0]).Append(" |\n|---|").Insert(text.Length, "---:|", lines[0].Length - 1).Append('\n');
        foreach (var line in lines.Skip(1))
            text.Append("| ").AppendJoin(" | ", line).Append(" |\n");
        return text.ToString();
    }

    public string ToCsv() => string.Concat(Cells().Select(line => string.Join(',', line.Select(Quoted)) + "\n"));

    /// <summary>Columns under each other for a terminal, with the difference in accuracy to the baseline where there is one.</summary>
    public string ToText()
    {
        var lines = Cells();
        var widths = Enumerable.Range(0, lines[0].Length).Select(column => lines.Max(line => line[column].Length)).ToArray();
        return string.Join('\n', lines.Select(line => string.Join("  ", line.Select((cell, column) =>
            column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))));
    }

    /// <summary>A sentence a row on how it stands to the baseline; none without a baseline.</summary>
    public IEnumerable<string> Differences()
    {
        if (Rows.FirstOrDefault(row => row.Label == Baseline)?.Values is not { } values || !values.TryGetValue("eval_accuracy", out var reference))
            yield break;
        foreach (var row in Rows.Where(row => row.Label != Baseline && row.Values.ContainsKey("eval_accuracy")))
        {
            var points = 100 * (row.Values["eval_accuracy"] - reference);
            yield return points == 0
                ? $"{row.Label}: as accurate as {Baseline} (one run each)"
                : string.Create(CultureInfo.InvariantCulture, $"{row.Label}: {Math.Abs(points):0.0} points of accuracy {(points < 0 ? "below" : "above")} {Baseline} (one run each)");
        }
    }

    private List<string[]> Cells()
    {
        var columns = Columns;
        var lines = new List<string[]> { (string[])["", .. columns.Select(c => c.Name)] };
        foreach (var row in Rows)
            lines.Add([row.Label, .. columns.Select(c => row.Values.TryGetValue(c.Name, out var value) ? value.ToString(c.Format, CultureInfo.InvariantCulture) : "")]);
        return lines;
    }

    private static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
