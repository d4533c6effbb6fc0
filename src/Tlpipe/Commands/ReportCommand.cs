// tlpipe report: the results of a run as one page.
using System.CommandLine;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Runs;
using Tlpipe.Report;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Writes the report of a recorded run. It needs only the run's record and the store: the config may have changed since, and outputs/ may be gone.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "A run's number, last, last~1, or a config for its last run. Default: last", DefaultValueFactory = _ => "last" };
        var root = new RootArgument();
        var store = new Option<string?>("--store") { Description = "The folder of results; else the one that the run used", HelpName = "DIR" };
        var output = new Option<string?>("--output", "-o") { Description = "The page. Default: report.html in the outputs of the config", HelpName = "FILE" };
        var files = new Option<string?>("--files") { Description = "Also writes each plot as SVG and PNG, and the tables as Markdown, CSV, JSON and LaTeX, into this folder", HelpName = "FOLDER" };
        var noTexts = new Option<bool>("--no-texts") { Description = "Leaves out texts of the data, for a report that others may see" };
        var command = new Command("report", "Writes what came of a run as one HTML page that needs nothing else") { run, store, output, files, noTexts };
        root.AddTo(command);
        command.SetAction(parsed =>
        {
            var record = RunRecord.Read(Find(parsed.GetRequiredValue(run), word => root.Of(parsed, word)), parsed.GetValue(store));
            var page = ReportPage.Of(record, withTexts: !parsed.GetValue(noTexts));
            var path = parsed.GetValue(output) ?? Path.Combine(record.Pipeline.Root, "outputs", record.Pipeline.Name, "report.html");
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, page.ToHtml());
            TerminalOutput.PrintWhole($"report of run {record.Request.Number}: {path}");
            if (parsed.GetValue(files) is { } folder)
                foreach (var line in ReportFiles.Write(page, folder))
                    TerminalOutput.PrintWhole(line);
            if (record.Damaged.Count > 0)
                throw new PipelineException([.. record.Damaged.Select(what => new Diagnostic(null, ErrorCode.Store, what))]);
            return 0;
        });
        return command;
    }

    /// <summary>The run that an argument names; a config names its last run.</summary>
    private static RunFolder Find(string word, Func<string?, string> rootOf)
    {
        if (!File.Exists(word))
            return RunSelection.Find(rootOf(null), word);
        var config = Path.GetFullPath(word);
        return RunFolder.All(rootOf(Path.GetDirectoryName(config))).LastOrDefault(run => run.Request.Config == config)
            ?? throw new PipelineException(null, ErrorCode.UnknownRun, $"no run of {word} is recorded; 'tlpipe run {word}' makes one");
    }
}
