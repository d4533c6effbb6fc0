// tlpipe diff: how two recorded runs differ.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Runs;
using Tlpipe.Formats.Layout;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Compares options, figures and files of two runs, as they are recorded.</summary>
internal static class DiffCommand
{
    private const int ShownDigest = 12;

    /// <summary>The file of figures that evaluate and score write.</summary>
    private const string FiguresFile = "metrics.json";

    public static Command Create()
    {
        var first = new Argument<string>("RUN") { Description = "A run's number, 'last', 'last~1' or the path of its folder", DefaultValueFactory = _ => "last~1" };
        var second = new Argument<string>("RUN2") { Description = "The run to compare it with", DefaultValueFactory = _ => "last" };
        var root = new RootArgument();
        var json = new Option<bool>("--json") { Description = "Prints the differences as JSON" };
        var command = new Command("diff", "Compares two runs: options, figures, files. Default: the last two") { first, second, json };
        root.AddTo(command);
        command.SetAction(parsed =>
        {
            var folder = root.Of(parsed);
            var difference = RunDifference.Between(
                RunSelection.Find(folder, parsed.GetRequiredValue(first)), RunSelection.Find(folder, parsed.GetRequiredValue(second)), FiguresFile);
            if (parsed.GetValue(json))
                JsonText.Print(ToJson(difference));
            else
                Print(difference);
            return 0;
        });
        return command;
    }

    private static void Print(RunDifference difference)
    {
        TerminalOutput.Print($"run {Named(difference.First)} -> run {Named(difference.Second)}");
        if (difference.OnlyFirst.Count > 0)
            TerminalOutput.Print($"stages that only run {difference.First.Request.Number} has: {string.Join(", ", difference.OnlyFirst)}");
        if (difference.OnlySecond.Count > 0)
            TerminalOutput.Print($"stages that only run {difference.Second.Request.Number} has: {string.Join(", ", difference.OnlySecond)}");
        Print("options", [.. difference.Options.Select(o => (string[])
            [o.Stage.Length == 0 ? o.Option : $"{o.Stage}.{o.Option}", $"{o.Before ?? "nothing"} -> {o.After ?? "nothing"}", o.Place])]);
        Print("figures", [.. difference.Metrics.Select(m => (string[])
            [$"{m.Stage}.{m.Metric}", $"{Figure(m.Before)} -> {Figure(m.After)}", m is { Before: { } before, After: { } after } ? (after - before).ToString("+0.######;-0.######", CultureInfo.InvariantCulture) : ""])]);
        Print("files", Files(difference));
        if (difference is { OnlyFirst.Count: 0, OnlySecond.Count: 0, Options.Count: 0, Metrics.Count: 0, Files.Count: 0 })
            TerminalOutput.Print("no difference in options, figures or files");
    }

    /// <summary>A line for each file; in a narrow terminal below its stage.</summary>
    private static IReadOnlyList<string[]> Files(RunDifference difference)
    {
        string[] Line(string name, FileDifference file) => [name, $"{Digest(file.Before)} -> {Digest(file.After)}"];
        IReadOnlyList<string[]> lines = [.. difference.Files.Select(f => Line($"{f.Stage}/{f.File}", f))];
        return ReportTable.Aligned(lines).All(line => line.Length + 2 <= (TerminalOutput.Columns ?? int.MaxValue))
            ? lines
            : [.. difference.Files.GroupBy(f => f.Stage).SelectMany(stage => stage.Select(f => Line($"  {f.File}", f)).Prepend([stage.Key]))];
    }

    private static void Print(string what, IReadOnlyList<string[]> rows)
    {
        if (rows.Count == 0)
            return;
        TerminalOutput.PrintWhole(what);
        foreach (var line in ReportTable.Aligned(rows))
            TerminalOutput.Print("  " + line);
    }

    private static string Named(RunFolder run) =>
        $"{run.Request.Number} ({string.Join(' ', run.Request.Properties.Select(p => $"-p {p}").Prepend(run.Request.Name))}, {Format.Age(run.Request.Started)})";

    private static string Figure(double? value) => value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "nothing";

    private static string Digest(string? sha256) => sha256?[..ShownDigest] ?? "nothing";

    private static JsonObject ToJson(RunDifference difference) => new()
    {
        ["first"] = difference.First.Request.Number,
        ["second"] = difference.Second.Request.Number,
        ["only_first"] = new JsonArray([.. difference.OnlyFirst.Select(s => (JsonNode)s)]),
        ["only_second"] = new JsonArray([.. difference.OnlySecond.Select(s => (JsonNode)s)]),
        ["options"] = new JsonArray([.. difference.Options.Select(o => (JsonNode)new JsonObject
        {
            ["stage"] = o.Stage,
            ["option"] = o.Option,
            ["before"] = o.Before is null ? null : JsonNode.Parse(o.Before),
            ["after"] = o.After is null ? null : JsonNode.Parse(o.After),
            ["place"] = o.Place,
        })]),
        ["metrics"] = new JsonArray([.. difference.Metrics.Select(m => (JsonNode)new JsonObject
        {
            ["stage"] = m.Stage,
            ["metric"] = m.Metric,
            ["before"] = m.Before,
            ["after"] = m.After,
        })]),
        ["files"] = new JsonArray([.. difference.Files.Select(f => (JsonNode)new JsonObject
        {
            ["stage"] = f.Stage,
            ["file"] = f.File,
            ["before"] = f.Before,
            ["after"] = f.After,
        })]),
    };
}
