// tlpipe plan: shows what a run would do and how long it would take. Computes nothing.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Layout;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>Shows each stage's state, its work if it can be estimated, and the expected time, from earlier runs or from this machine's speed.</summary>
internal static class PlanCommand
{
    /// <summary>The exit code of <c>run --check</c> if a result is missing or out of date.</summary>
    private const int Stale = 3;

    public static Command Create()
    {
        var arguments = new PipelineArguments();
        var originArguments = new OriginArguments();
        var remoteArguments = new RemoteArguments();
        var targets = new Option<string[]>("--target", "-t") { Description = "Plans only this stage and what it needs", HelpName = "STAGE" };
        var json = new Option<bool>("--json") { Description = "Prints the plan as JSON" };
        var command = new Command("plan", "Shows what a run would do, what it would reuse, and how long it would take") { targets, json };
        arguments.AddTo(command);
        originArguments.AddTo(command);
        remoteArguments.AddTo(command, pushes: false);
        command.SetAction(parsed =>
        {
            var pipeline = arguments.Load(parsed);
            var store = arguments.OpenStore(parsed, pipeline);
            var plan = Resolve(pipeline, store, parsed.GetValue(targets) ?? [], originArguments.Of(parsed), remoteArguments.Of(parsed, pipeline));
            Print(PlanReport.Of(pipeline, plan, new History(store), store.Root), parsed.GetValue(json));
            return 0;
        });
        return command;
    }

    /// <summary><c>run --check</c>: names the stages that a run would compute, and computes nothing.</summary>
    /// <returns>0 if everything is in the store, else 3.</returns>
    public static int Check(Pipeline pipeline, ResultStore store, RunOptions options, bool json)
    {
        var plan = Resolve(pipeline, store, options.Targets, options.Origins, options.Remote);
        var stale = plan.Where(s => s.State != StageState.Reused).ToList();
        if (json)
            JsonText.Print(new PlanReport(pipeline, plan, new History(store), null).ToJson());
        else if (stale.Count == 0)
            TerminalOutput.PrintWhole($"{pipeline.Name}: all {Format.Count(plan.Count, "result")} are in the store");
        else
            TerminalOutput.PrintWhole($"{pipeline.Name}: {stale.Count} of {Format.Count(plan.Count, "result")} missing or out of date: {string.Join(", ", stale.Select(s => s.Stage.Name))}");
        ThrowMistakes(plan);
        return stale.Count == 0 ? 0 : Stale;
    }

    /// <summary>The states of the wanted stages.</summary>
    public static IReadOnlyList<StageStatus> Resolve(Pipeline pipeline, ResultStore store, IReadOnlyList<string> targets, OriginOptions options, RemoteOptions? remote = null)
    {
        using var shared = remote is null
            ? null
            : new SharedStore(store, remote with { Push = PushPolicy.Never }, text => TerminalOutput.Complain($"warning: {text}"), CancellationToken.None);
        var resolution = new Resolution(pipeline, store, new Origins(pipeline, options, (_, _) => { }, CancellationToken.None), shared: shared);
        return [.. Selection.Wanted(pipeline, targets).Select(stage => resolution.Resolve(stage))];
    }

    private static void Print(PlanReport report, bool json)
    {
        if (json)
            JsonText.Print(report.ToJson());
        else
            foreach (var line in report.Lines(TerminalOutput.Columns))
                TerminalOutput.Print(line);
        ThrowMistakes(report.Stages);
    }

    private static void ThrowMistakes(IReadOnlyList<StageStatus> plan)
    {
        if (plan.SelectMany(s => s.Mistakes ?? []).ToList() is { Count: > 0 } mistakes)
            throw new PipelineException(mistakes);
    }
}
