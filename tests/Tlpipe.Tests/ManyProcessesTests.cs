// Several processes on one store: each result is computed once, and nothing is lost, whatever happens to one of them.
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class ManyProcessesTests
{
    private const int Stop = 19;
    private const int Continue = 18;

    [Theory]
    [InlineData("flock")]
    [InlineData("heartbeat")]
    public async Task Eight_processes_with_the_same_and_different_configs_compute_each_key_once(string leases)
    {
        using var runs = new KilledRuns();
        runs.WriteTexts("one", seed: 1);
        runs.WriteTexts("two", seed: 2);

        // There must be a store to search.
        await Follow(runs, leases, "run", "configs/one.yaml", "-t", "general");

        var started = Enumerable.Range(0, 8).Select(i => Follow(runs, leases, "run", i % 2 == 0 ? "configs/one.yaml" : "configs/two.yaml")).ToList();
        var (verified, verification) = await Follow(runs, leases, "cache", "verify", "--store", ".tlpipe/store");
        var ended = await Task.WhenAll(started);

        Assert.All(ended, e => Assert.True(e.ExitCode == 0, e.Output));
        Assert.True(verified == 0, verification);
        var keys = runs.Results().Select(r => r.Split(' ')[1]).Distinct().ToList();
        var events = Directory.EnumerateFiles(runs.Folder, "events.jsonl", SearchOption.AllDirectories).SelectMany(File.ReadLines).Select(l => JsonNode.Parse(l)!).ToList();
        var done = events.Count(e => (string?)e["event"] == "done");
        var meanwhile = events.Count(e => e.ToJsonString().Contains("computed it meanwhile", StringComparison.Ordinal));
        Assert.Equal(9, events.Count(e => (string?)e["event"] == "started"));
        Assert.Equal(10, keys.Count);
        Assert.Equal(keys.Count, done - meanwhile);
    }

    /// <summary>By heartbeat, the other takes over, and the stopped one uses its result; by flock, the other waits.</summary>
    [Theory]
    [InlineData("heartbeat:1")]
    [InlineData("flock")]
    public async Task A_process_stopped_for_longer_than_a_lease_and_another_both_end_right(string leases)
    {
        using var runs = new KilledRuns();
        using var stopped = runs.StartHeld(leases);
        var stoppedOutput = Ending(stopped);
        await StopAtCheckpoint(runs, stopped, stoppedOutput);

        var other = Follow(runs, leases, "run", "configs/killed.yaml");
        if (leases == "flock")
            Assert.NotSame(other, await Task.WhenAny(other, Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken)));
        else
            await other;
        runs.Release();
        Assert.Equal(0, SendSignal(-stopped.Id, Continue));
        var (exitCode, output) = await stoppedOutput;
        var (otherExitCode, otherOutput) = await other;

        Assert.True(otherExitCode == 0, otherOutput);
        Assert.True(exitCode == 0, output);
        Assert.Equal(CrashTests.Undisturbed.Value, runs.Results());
    }

    /// <summary>A collection takes it neither for ended nor for dead, however little it keeps.</summary>
    [Theory]
    [InlineData("heartbeat:1")]
    [InlineData("flock")]
    public async Task What_a_stopped_process_uses_survives_a_collection(string leases)
    {
        using var runs = new KilledRuns();
        using var stopped = runs.StartHeld(leases);
        var stoppedOutput = Ending(stopped);
        await StopAtCheckpoint(runs, stopped, stoppedOutput);
        var before = runs.Results();

        var (collected, collection) = await Follow(
            runs, leases, "cache", "gc", "--store", ".tlpipe/store", "--keep-last", "0", "--keep-within", "0s", "--grace", "0s", "--yes");
        var after = runs.Results();
        var hasCheckpoint = runs.HasCheckpoint;
        runs.Release();
        Assert.Equal(0, SendSignal(-stopped.Id, Continue));
        var (exitCode, output) = await stoppedOutput;

        Assert.True(collected == 0, collection);
        Assert.Equal(before, after);
        Assert.True(hasCheckpoint);
        Assert.True(exitCode == 0, output);
        Assert.Equal(CrashTests.Undisturbed.Value, runs.Results());
    }

    private static async Task StopAtCheckpoint(KilledRuns runs, Process running, Task<(int ExitCode, string Output)> ending)
    {
        while (!runs.HasCheckpoint && !running.HasExited)
            running.WaitForExit(20);
        Assert.False(running.HasExited, running.HasExited ? (await ending).Output : "");
        Assert.Equal(0, SendSignal(-running.Id, Stop));
    }

    private static async Task<(int ExitCode, string Output)> Follow(KilledRuns runs, string leases, params string[] arguments)
    {
        using var process = runs.Start(crashAt: null, leases, heldAt: null, arguments);
        return await Ending(process);
    }

    private static async Task<(int ExitCode, string Output)> Ending(Process process)
    {
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
