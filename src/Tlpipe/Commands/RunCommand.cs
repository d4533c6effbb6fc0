// tlpipe run: computes what is not in the store, and shows the result.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Store;
using Tlpipe.Hosting;
using Tlpipe.Reporters;
using Tlpipe.Reports;

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

        public Option<string[]> Forced { get; } = new("--force") { Description = "Computes this stage even if its result is there; '*' means every stage", HelpName = "STAGE" };

        public Option<int?> MaxParallel { get; } = new("--max-parallel", "-m")
        {
            Description = "At most N stages at once; trainings then share the cores. Default: as many as fit, where a training takes all cores",
            HelpName = "N",
        };

        public Option<bool> KeepGoing { get; } = new("--keep-going") { Description = "After a failure, continues with what does not depend on it" };

        public Option<int> Retries { get; } = new("--retries")
        {
            Description = "Further tries after a failure that may be chance (a crash, an error of disk or network). Default: 2",
            HelpName = "N",
            DefaultValueFactory = _ => Engine.Running.Retries.Default.Most,
        };

        public Option<bool> Check { get; } = new("--check") { Description = "Runs nothing: exit code 3 if a result is missing or out of date" };

        public Option<string?> Verbosity { get; } = new("--verbosity", "-v")
        {
            Description = "live draws how far stages are, plain prints lines as to a file, quiet prints the comparison and mistakes alone. Default: live on a terminal, else plain",
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
        var wishes = new RunWishes(
            parsed.GetValue(arguments.Targets) ?? [], parsed.GetValue(arguments.Forced) ?? [], Path.Combine(pipeline.Root, "outputs", pipeline.Name))
        {
            Origins = arguments.Origins.Wishes(parsed),
            Remote = arguments.Remote.Wishes(parsed, pipeline),
            Properties = arguments.Pipeline.Properties(parsed),
            MaxParallel = parsed.GetValue(arguments.MaxParallel),
            KeepGoing = parsed.GetValue(arguments.KeepGoing),
            Retries = Retries.Default with { Most = parsed.GetValue(arguments.Retries) },
        };
        if (parsed.GetValue(arguments.Check))
            return PlanCommand.Check(pipeline, store, wishes, parsed.GetValue(arguments.Json));

        var json = parsed.GetValue(arguments.Json);
        var folder = RunFolder.Create(pipeline, Request(pipeline, store, wishes));
        using var events = new StreamWriter(folder.Events);
        var verbosity = parsed.GetValue(arguments.Verbosity);
        IRunReporter[] shown = json ? [new EventLog(Console.Out, TimeProvider.System)] : verbosity == "quiet" ? [] : [TerminalReporter.ForConsole(isPlain: verbosity == "plain")];
        var service = new RunService(pipeline, store, wishes, [new EventLog(events, TimeProvider.System), .. shown]);
        var results = service.Run();
        if (TensorBoardFolder.Show(results, store, wishes.OutputFolder) is { } trouble)
            Console.Error.WriteLine($"warning: {trouble}");
        if (!json)
            Summary.Print(pipeline, results, wishes, service.Traffic);
        return 0;
    }

    private static RunRequest Request(Pipeline pipeline, ResultStore store, RunWishes wishes) => new(
        0, pipeline.Name, Path.GetFullPath(pipeline.ConfigPath), Environment.CurrentDirectory, wishes.Properties, wishes.Targets, wishes.Forced, store.Root,
        DateTimeOffset.UtcNow, Environment.MachineName, Environment.ProcessId, Versions.OfThisProgram["tlpipe"]);
}
