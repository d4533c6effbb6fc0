// tlpipe show: a stage's result.
using System.CommandLine;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Plan;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Shows a stage's result from the store: its figures, first rows, files and where they are. outputs/ may be gone or edited.</summary>
internal static class ShowCommand
{
    public static Command Create()
    {
        var arguments = new LastRunArguments();
        var originArguments = new OriginArguments();
        var stage = new Argument<string>("STAGE") { Description = "A stage, or an instance of one" };
        stage.CompletionSources.Add(arguments.Pipeline.StageNames);
        var rows = new Option<int>("--rows", "-n") { Description = "The first N rows of tables", HelpName = "N", DefaultValueFactory = _ => 5 };
        var json = new Option<bool>("--json") { Description = "Prints what the stage made as JSON" };
        var command = new Command("show", "Shows what a stage made: figures, first rows, files");
        arguments.AddTo(command);
        command.Add(stage);
        command.Add(rows);
        originArguments.AddTo(command);
        command.Add(json);
        command.SetAction(parsed =>
        {
            var pipeline = arguments.Load(parsed);
            var store = arguments.Pipeline.OpenStore(parsed, pipeline);
            var plan = PlanCommand.Resolve(pipeline, store, [parsed.GetRequiredValue(stage)], originArguments.Of(parsed)).ToDictionary(s => s.Stage.Name);
            var wanted = Selection.Named(pipeline, [parsed.GetRequiredValue(stage)]).Select(s => plan[s.Name]).ToList();
            var made = wanted.Where(s => s.Result is not null).ToList();
            var view = Path.Combine(pipeline.Root, "outputs", pipeline.Name);
            var shown = made.Select(s => new ResultReport(s, store, Path.Combine(view, s.Stage.Name), parsed.GetValue(rows))).ToList();
            if (parsed.GetValue(json))
                JsonText.Print(ResultReport.ToJson(shown));
            else
                foreach (var line in shown.SelectMany(report => report.Lines()))
                    TerminalOutput.Print(line);
            if (shown.SelectMany(report => report.Damaged).ToList() is { Count: > 0 } damaged)
                throw new PipelineException(damaged);
            // Only some of a matrix's instances may have results.
            if (wanted.Where(s => s.Result is null).ToList() is { Count: > 0 } missing)
                throw new PipelineException([.. missing.Select(Missing)]);
            return 0;
        });
        return command;
    }

    private static Diagnostic Missing(StageStatus status) => new(
        status.Stage.Location, ErrorCode.NoResult,
        $"the store has no result of '{status.Stage.Name}' as the config is now; 'tlpipe run' makes it, 'tlpipe explain' says what changed");
}
