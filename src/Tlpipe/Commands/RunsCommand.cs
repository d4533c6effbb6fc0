// tlpipe runs: the recorded runs.
using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Runs;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Lists what ran, when, and how it ended.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var config = new Argument<string?>("CONFIG") { Description = "Only runs of this config", Arity = ArgumentArity.ZeroOrOne };
        var root = new RootArgument();
        var most = new Option<int>("--last", "-n") { Description = "The newest N runs", HelpName = "N", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "Prints the runs as JSON" };
        var command = new Command("runs", "Lists the runs that are recorded in .tlpipe/runs") { config, most, json };
        root.AddTo(command);
        command.SetAction(parsed =>
        {
            var wanted = parsed.GetValue(config) is { } path ? Path.GetFullPath(path) : null;
            var folder = root.Of(parsed, wanted is null ? null : Path.GetDirectoryName(wanted));
            var runs = RunFolder.All(folder).Where(run => wanted is null || run.Request.Config == wanted).ToList();
            var shown = runs.TakeLast(parsed.GetValue(most)).Select(RunSummary.Of).ToList();
            if (parsed.GetValue(json))
                JsonText.Print(new JsonArray([.. shown.Select(ToJson)]));
            else
                Print(shown, runs.Count);
            return 0;
        });
        return command;
    }

    private static void Print(IReadOnlyList<RunSummary> runs, int all)
    {
        if (runs.Count == 0)
            TerminalOutput.PrintWhole("no run is recorded");
        var rows = runs.Select(run => (string[])
        [
            run.Run.Request.Number.ToString(CultureInfo.InvariantCulture),
            run.Run.Request.Started.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
            run.Run.Request.Name,
            run.Outcome,
            Duration.Text(run.Seconds),
            $"{run.Computed.Count} computed, {run.Reused.Count} reused{(run.Failed.Count > 0 ? $", failed: {string.Join(", ", run.Failed)}" : "")}",
            string.Join(' ', run.Run.Request.Properties.Select(p => $"-p {p}").Concat(run.Run.Request.Targets.Select(t => $"-t {t}")).Concat(run.Run.Request.Forced.Select(f => $"--force {f}"))),
        ]).ToList();
        foreach (var line in ReportTable.Aligned(rows))
            TerminalOutput.PrintWhole(line);
        if (runs.Count < all)
            TerminalOutput.PrintWhole($"{all - runs.Count} older ones; -n shows more");
    }

    private static JsonNode ToJson(RunSummary run) => new JsonObject
    {
        ["run"] = run.Run.Request.Number,
        ["name"] = run.Run.Request.Name,
        ["config"] = run.Run.Request.Config,
        ["properties"] = Texts(run.Run.Request.Properties),
        ["targets"] = Texts(run.Run.Request.Targets),
        ["forced"] = Texts(run.Run.Request.Forced),
        ["started"] = run.Run.Request.Started,
        ["seconds"] = run.Seconds,
        ["outcome"] = run.Outcome,
        ["computed"] = Texts(run.Computed),
        ["reused"] = Texts(run.Reused),
        ["failed"] = Texts(run.Failed),
        ["skipped"] = Texts(run.Skipped),
        ["folder"] = run.Run.Path,
    };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
