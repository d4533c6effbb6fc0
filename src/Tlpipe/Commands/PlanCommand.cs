// tlpipe plan: what a run would do, and how long it would take; computes nothing.
using System.CommandLine;
using System.Globalization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Running;
using Tlpipe.Hosting;
using Tlpipe.Reporters;

namespace Tlpipe.Commands;

/// <summary>Shows each stage's state, its work where that can be foreseen, and an estimate from this machine's measured speed.</summary>
internal static class PlanCommand
{
    private const double SecondsADay = 86400;

    public static Command Create()
    {
        var arguments = new PipelineArguments();
        var originArguments = new OriginArguments();
        var targets = new Option<string[]>("--target", "-t") { Description = "Plans only this stage and what it needs", HelpName = "STAGE" };
        var command = new Command("plan", "Shows what a run would do, what it would reuse, and how long it would take") { targets };
        arguments.AddTo(command);
        originArguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var pipeline = arguments.Load(parsed);
            var store = arguments.OpenStore(parsed, pipeline);
            var resolution = new Resolution(
                pipeline, store, new Origins(pipeline, originArguments.Wishes(parsed), (_, _) => { }, CancellationToken.None));
            var plan = Selection.Wanted(pipeline, parsed.GetValue(targets) ?? []).Select(stage => resolution.Resolve(stage)).ToList();
            Print(pipeline, plan, store.Root);
            return 0;
        });
        return command;
    }

    private static void Print(Pipeline pipeline, IReadOnlyList<StageStatus> plan, string storeFolder)
    {
        var speed = plan.Any(s => s.Work?.Flops is > 0) ? MachineSpeed.Measured(storeFolder, pipeline) : null;
        var names = plan.Max(s => s.Stage.Name.Length);
        var kinds = plan.Max(s => s.Stage.Kind.Kind.Length);
        Console.WriteLine($"{pipeline.Name}: {Words.Count(plan.Count, "stage")}, {plan.Count(s => s.State == StageState.Reused)} of them reused");
        foreach (var status in plan)
            Console.WriteLine($"  {status.Stage.Name.PadRight(names)}  {status.Stage.Kind.Kind.PadRight(kinds)}  {State(status)}{Details(status, speed)}".TrimEnd());

        var seconds = speed is null ? 0 : plan.Sum(s => s.Work?.Flops ?? 0) / speed.FlopsPerSecond;
        if (plan.Any(s => s.State == StageState.Waits))
            Console.WriteLine("RUNS? stages are reused after all if their inputs come out as they once did");
        if (speed is not null)
            Console.WriteLine($"about {Words.Duration(seconds)} of training and evaluation at {speed.FlopsPerSecond / 1e9:0} GFLOP/s, this machine's matrix-product speed in {speed.Dtype}");
        if (seconds > SecondsADay)
            Console.WriteLine($"warning: that is {seconds / SecondsADay:0.#} days on this machine; use one with a GPU, or a smaller model (configs/mini.yaml)");

        var mistakes = plan.SelectMany(s => s.Mistakes ?? []).ToList();
        if (mistakes.Count > 0)
            throw new PipelineException(mistakes);
    }

    private static string State(StageStatus status) => status.State switch
    {
        StageState.Reused => "REUSED  ",
        StageState.Resumes => "RESUMES ",
        StageState.Runs => "RUNS    ",
        StageState.Waits => "RUNS?   ",
        _ => "BLOCKED ",
    };

    private static string Details(StageStatus status, MachineSpeed? speed)
    {
        var parts = new List<string>();
        if (status.Result is { } result)
            parts.Add($"made {Words.Age(result.Provenance.Started)}, saves {Words.Duration(result.Provenance.Seconds)}");
        if (status.ResumesAt is { } step)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"at step {step:N0}"));
        if (status.Origin?.Fetches is { } fetches)
            parts.Add($"fetches {fetches}");
        if (status.Work?.Updates is { } updates)
            parts.Add(Words.Count(updates, "update"));
        if (status.Work?.Flops is { } flops && speed is not null)
            parts.Add($"{Flops(flops)}, about {Words.Duration(flops / speed.FlopsPerSecond)}");
        if (status.WaitsFor is { Count: > 0 } waits && parts.Count == 0)
            parts.Add($"after {string.Join(", ", waits)}");
        if (status.State == StageState.Blocked)
            parts.Add(status.Stage.Kind.HasOrigin ? "what it fetches is not to be had" : "a file is missing");
        return string.Join(", ", parts);
    }

    private static string Flops(double flops) => flops switch
    {
        >= 1e15 => string.Create(CultureInfo.InvariantCulture, $"{flops / 1e15:0.0} PFLOP"),
        >= 1e12 => string.Create(CultureInfo.InvariantCulture, $"{flops / 1e12:0.0} TFLOP"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{flops / 1e9:0.0} GFLOP"),
    };
}
