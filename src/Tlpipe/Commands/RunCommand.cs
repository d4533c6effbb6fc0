// tlpipe run: computes the results that are not in the store, and shows them.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Store;
using Tlpipe.Hosting;
using Tlpipe.Report;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Reads the arguments, records the run, and shows its results.</summary>
internal static class RunCommand
{
    private sealed class Arguments
    {
        public PipelineArguments Pipeline { get; } = new();

        public OriginArguments Origins { get; } = new();

        public RemoteArguments Remote { get; } = new();

        public Option<string[]> Targets { get; } = new("--target", "-t") { Description = "Runs only this stage and what it needs", HelpName = "STAGE" };

        public Option<string[]> Forced { get; } = new("--force") { Description = "Computes this stage even if its result is stored; '*' means every stage", HelpName = "STAGE" };

        public Option<int?> MaxParallel { get; } = new("--max-parallel", "-m")
        {
            Description = "At most N stages at once; trainings then share the cores. Default: as many as fit, where a training takes all cores",
            HelpName = "N",
        };

        public Option<bool> KeepGoing { get; } = new("--keep-going") { Description = "After a failure, continues with the stages that do not depend on it" };

        public Option<int> Retries { get; } = new("--retries")
        {
            Description = "Retries after a failure that may be transient (a crash, an error of disk or network). Default: 2",
            HelpName = "N",
            DefaultValueFactory = _ => Tlpipe.Engine.Execution.Retries.Default.Most,
        };

        public Option<bool> Check { get; } = new("--check") { Description = "Runs nothing: exit code 3 if a result is missing or out of date" };

        public Option<string?> Verbosity { get; } = new("--verbosity", "-v")
        {
            Description = "live draws the progress of stages, plain prints lines as to a file, quiet prints only the comparison and mistakes. Default: live on a terminal, else plain",
            HelpName = "live|plain|quiet",
        };

        public Option<bool> Json { get; } = new("--json") { Description = "Prints the run's events, a JSON object a line" };

        public void AddTo(Command command)
        {
            foreach (var option in (Option[])[Targets, Forced, MaxParallel, KeepGoing, Retries, Check, Verbosity, Json])
                command.Add(option);
            Targets.CompletionSources.Add(Pipeline.StageNames);
            Forced.CompletionSources.Add(Pipeline.StageNames);
            Verbosity.AcceptOnlyFromAmong("live", "plain", "quiet");
            Pipeline.AddTo(command);
            Origins.AddTo(command);
            Remote.AddTo(command, pushes: true);
            AtLeast(MaxParallel, 1);
            AtLeast(Retries, 0);
        }

        private static void AtLeast<T>(Option<T> option, int least) => option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < least)
                result.AddError($"{option.Name} has to be at least {least}");
        });
    }

    public static Command Create()
    {
        var arguments = new Arguments();
        var command = new Command("run", "Runs a pipeline; results that are already there are reused");
        arguments.AddTo(command);
        command.SetAction(parsed => Run(parsed, arguments));
        return command;
    }

    private static int Run(ParseResult parsed, Arguments arguments)
    {
        var pipeline = arguments.Pipeline.Load(parsed);
        var store = arguments.Pipeline.OpenStore(parsed, pipeline);
        var options = new RunOptions(
            parsed.GetValue(arguments.Targets) ?? [], parsed.GetValue(arguments.Forced) ?? [], Path.Combine(pipeline.Root, "outputs", pipeline.Name))
        {
            Origins = arguments.Origins.Of(parsed),
            Remote = arguments.Remote.Of(parsed, pipeline),
            Properties = arguments.Pipeline.Properties(parsed),
            MaxParallel = parsed.GetValue(arguments.MaxParallel),
            KeepGoing = parsed.GetValue(arguments.KeepGoing),
            Retries = Retries.Default with { Most = parsed.GetValue(arguments.Retries) },
        };
        if (parsed.GetValue(arguments.Check))
            return PlanCommand.Check(pipeline, store, options, parsed.GetValue(arguments.Json));

        TolerantOutput.Install();
        var json = parsed.GetValue(arguments.Json);
        // Not disposed: each line is flushed, and disposing would write the last one again to a disk that is full.
        var events = Record(pipeline, Request(pipeline, store, options));
        var verbosity = parsed.GetValue(arguments.Verbosity);
        Action<RunEvent>? show = json ? new EventLog(Console.Out, TimeProvider.System).Write : verbosity == "quiet" ? null : TerminalReporter.ForConsole(isPlain: verbosity == "plain").Show;
        var service = new RunService(pipeline, store, options, new EventLog(events, TimeProvider.System, Unrecorded).Write + show);
        var results = service.Run();
        if (TensorBoardFolder.Show(results, store, options.OutputFolder) is { } trouble)
            TerminalOutput.Complain($"warning: {trouble}");
        if (!json)
            Summary.Print(pipeline, results, options, service.Traffic);
        return 0;
    }

    /// <summary>The writer of the run's events. A full disk for records is no reason to compute nothing.</summary>
    private static TextWriter Record(Pipeline pipeline, RunRequest request)
    {
        try
        {
            return new StreamWriter(RunFolder.Create(pipeline, request).Events);
        }
        catch (PipelineException e)
        {
            TolerantOutput.Warn($"{e.Diagnostics[0].Message}; the run goes on without a record");
            return TextWriter.Null;
        }
    }

    private static void Unrecorded(string why) =>
        TolerantOutput.Warn($"the run's events cannot be recorded: {why.TrimEnd('.')}; the run goes on, and 'tlpipe report' will not have all of it");

    private static RunRequest Request(Pipeline pipeline, ResultStore store, RunOptions options) => new(
        0, pipeline.Name, Path.GetFullPath(pipeline.ConfigPath), Environment.CurrentDirectory, options.Properties, options.Targets, options.Forced, store.Root,
        DateTimeOffset.UtcNow, Environment.MachineName, Environment.ProcessId, Versions.OfThisProgram["tlpipe"]);
}
