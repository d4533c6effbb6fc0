// The process: parses the command line, and turns every way of ending into an exit code.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Tlpipe.Commands;
using Tlpipe.Commands.Cache;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Store;
using Tlpipe.Formats;
using Tlpipe.Hosting;

/// <summary>
/// Exit codes: 0 done; 1 a stage failed; 2 the config, the command line or the input is wrong; 3 <c>run --check</c> found a result missing or out of
/// date; 130 interrupted.
/// </summary>
internal static class Program
{
    /// <summary>The commands by name, in the order in which help lists them.</summary>
    internal static readonly IReadOnlyDictionary<string, Func<Command>> Commands = new Dictionary<string, Func<Command>>(StringComparer.Ordinal)
    {
        ["run"] = RunCommand.Create,
        ["plan"] = PlanCommand.Create,
        ["explain"] = ExplainCommand.Create,
        ["show"] = ShowCommand.Create,
        ["graph"] = GraphCommand.Create,
        ["report"] = ReportCommand.Create,
        ["runs"] = RunsCommand.Create,
        ["diff"] = DiffCommand.Create,
        ["init"] = InitCommand.Create,
        ["doctor"] = DoctorCommand.Create,
        ["completion"] = CompletionCommand.Create,
        ["config"] = ConfigCommand.Create,
        ["stages"] = StagesCommand.Create,
        ["cache"] = CacheCommand.Create,
        ["schema"] = SchemaCommand.Create,
        ["tokenize"] = TokenizeCommand.Create,
        ["predict"] = PredictCommand.Create,
        ["fill-mask"] = FillMaskCommand.Create,
        ["export"] = ExportCommand.Create,
        ["bench"] = BenchCommand.Create,
        [ExecStageCommand.Name] = ExecStageCommand.Create,
        [MeasureCommand.Name] = MeasureCommand.Create,
    };

    private static readonly string[] OtherSystemsHelp = ["-?", "/?", "/h"];

    public static int Main(string[] args)
    {
        if (args is ["--version"])
        {
            foreach (var line in Versions.Lines)
                Console.WriteLine(line);
            return 0;
        }
        if (args is [])
        {
            // With no arguments show help, but exit with 2 so that scripts fail.
            Parse(["--help"]).Invoke();
            return 2;
        }
        var parsed = Parse(args);
        if (parsed.Errors.Count > 0)
        {
            // An unknown word also causes an error about a missing argument. Report only the first.
            var unknown = parsed.Errors.Where(e => e.Message.StartsWith("Unrecognized", StringComparison.Ordinal)).ToList();
            foreach (var error in unknown.Count > 0 ? unknown : parsed.Errors)
                Complain(new Diagnostic(null, ErrorCode.CommandLine, Remedied(error)));
            return 2;
        }
        try
        {
            // Long commands handle Ctrl-C themselves, without a time limit.
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (PipelineException e)
        {
            foreach (var diagnostic in e.Diagnostics)
                Complain(diagnostic);
            return 2;
        }
        catch (DamagedResultException e)
        {
            Complain(new Diagnostic(null, ErrorCode.Store, $"{e.Message}: run the config again"));
            return 2;
        }
        catch (InputException e)
        {
            Complain(new Diagnostic(null, ErrorCode.BadInput, e.Message));
            return 2;
        }
        catch (StageFailedException e)
        {
            foreach (var diagnostic in e.Diagnostics)
                Complain(diagnostic);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 130;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            Complain(new Diagnostic(null, ErrorCode.BadInput, $"{e.Message.TrimEnd('.')}; check the path and its permissions"));
            return 2;
        }
        catch (Exception e)
        {
            var failure = StageFailures.Explain(e) ?? StageFailures.Defect(e);
            Complain(new Diagnostic(null, failure.Code, failure.Message));
            return 1;
        }
    }

    /// <summary>Parses a command line. Its mistakes are among the result's errors.</summary>
    internal static ParseResult Parse(IReadOnlyList<string> args)
    {
        var root = new RootCommand("Runs transfer-learning experiments on text from a YAML pipeline. Only what an edit changed runs again.");
        // Only the requested command: the options of all the others would be compiled in every process.
        foreach (var create in args.Count > 0 && Commands.TryGetValue(args[0], out var named) ? [named] : Commands.Values)
            root.Add(create());
        // Removes Windows' ways to ask for help, which shell completion would offer.
        foreach (var alias in OtherSystemsHelp)
            root.Options.OfType<HelpOption>().Single().Aliases.Remove(alias);
        return root.Parse(args);
    }

    /// <summary>A mistake of the command line in one line. The library names types of this program where a value is of another form.</summary>
    private static string Remedied(ParseError error)
    {
        var message = string.Join(' ', error.Message.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');
        var type = message.IndexOf(" as expected type", StringComparison.Ordinal);
        if (type < 0)
            return $"{message}; 'tlpipe --help' lists commands and options";
        var meant = error.SymbolResult switch
        {
            OptionResult option => option.Option.Description,
            ArgumentResult argument => (argument.Parent as OptionResult)?.Option.Description ?? argument.Argument.Description,
            _ => null,
        };
        return $"{message[..type]}; {(meant is null ? "'tlpipe --help' lists commands and options" : $"it means: {meant.TrimEnd('.')}")}";
    }

    private static void Complain(Diagnostic diagnostic)
    {
        Console.Error.WriteLine(Secret.Redact(diagnostic.ToString()));
        // On a terminal the line of the source follows; a script gets one line for each mistake.
        if (diagnostic.Location is { } place && !Console.IsErrorRedirected && SourceExcerpt.Of(place, Environment.CurrentDirectory) is { } excerpt)
            Console.Error.WriteLine(Secret.Redact(excerpt));
    }
}
