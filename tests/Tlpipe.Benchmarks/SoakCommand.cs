// Kills runs of tlpipe at random moments and checks the store after each kill.
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using Tlpipe.TestSupport;

namespace Tlpipe.Benchmarks;

/// <summary><c>soak N</c>: nothing lost, nothing wrong after N kills.</summary>
internal static class SoakCommand
{
    public static Command Create()
    {
        var kills = new Argument<int>("N") { Description = "How many kills" };
        var seed = new Option<int>("--seed") { Description = "Of the random moments. Default: 1", DefaultValueFactory = _ => 1 };
        var parallel = new Option<int>("--parallel") { Description = "How many runs at a time, each with a store of its own. Default: 2", DefaultValueFactory = _ => 2 };
        var program = new Option<string?>("--tlpipe") { Description = "The program; one that 'dotnet publish' made starts in a third of the time. Default: the one built beside this" };
        var command = new Command("soak", "Kills runs at random moments, and checks after each kill that nothing is lost and nothing is wrong") { kills, seed, parallel, program };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(program) is { } path)
                KilledRuns.Executable = Path.GetFullPath(path);
            var clock = Stopwatch.StartNew();
            var ended = Soak.Run(parsed.GetRequiredValue(kills), parsed.GetValue(seed), (killed, runs) => Console.WriteLine(
                JsonSerializer.Serialize(new { kills = killed, runs_ended_right = runs, seconds = Math.Round(clock.Elapsed.TotalSeconds) })), parsed.GetValue(parallel));
            return ended > 0 ? 0 : 1;
        });
        return command;
    }
}
