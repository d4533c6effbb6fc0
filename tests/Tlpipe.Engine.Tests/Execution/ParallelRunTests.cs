// Parallel stages, failures among them, retries, and two processes that need the same result.
using System.Collections.Concurrent;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Tests.Contract;

namespace Tlpipe.Engine.Tests.Execution;

public sealed record ScriptOptions
{
    /// <summary>Which of the test's actions to take.</summary>
    public required string Act { get; init; }

    public Input? From { get; init; }
}

/// <summary>Runs a test's action, and then writes a text.</summary>
[Stage("script", version: 1)]
[Output("text", "a text")]
public sealed class ScriptStage : IStage<ScriptOptions>
{
    public static ConcurrentDictionary<string, Action<StageRun>> Acts { get; } = new();

    public void Run(ScriptOptions options, StageRun run)
    {
        if (Acts.TryGetValue(options.Act, out var act))
            act(run);
        TextFiles.Write(run, "text", options.Act);
    }
}

public sealed class ParallelRunTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Project project = new();
    private readonly string id = Guid.NewGuid().ToString("n");

    public void Dispose() => project.Dispose();

    [Fact]
    public void Stages_that_do_not_need_each_other_run_at_the_same_time()
    {
        using var meeting = new Barrier(2);
        var met = new ConcurrentBag<bool>();
        Act("meet", _ => met.Add(meeting.SignalAndWait(Patience)));
        project.Write("c.yaml", Stages($"a: {{ uses: script, with: {{ act: {id}meet }} }}", $"b: {{ uses: script, with: {{ act: {id}meet, from: c }} }}", "c: { uses: say, with: { text: x } }"));

        Run(new Machine(2, 1 << 30, []));

        Assert.Equal([true, true], met);
    }

    [Fact]
    public void With_one_at_once_none_run_at_the_same_time()
    {
        var running = 0;
        var most = 0;
        foreach (var i in Enumerable.Range(0, 8))
            Act($"count{i}", _ =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Interlocked.Decrement(ref running);
            });
        project.Write("c.yaml", Stages([.. Enumerable.Range(0, 8).Select(i => $"s{i}: {{ uses: script, with: {{ act: {id}count{i} }} }}")]));

        Run(new Machine(8, 1 << 30, []), maxParallel: 1);

        Assert.Equal(1, most);
    }

    [Fact]
    public void After_a_failure_what_runs_ends_and_nothing_begins()
    {
        using var failed = new ManualResetEventSlim();
        Act("fail", _ => throw new PipelineException(null, ErrorCode.BadInput, "no good"));
        Act("outlast", _ => Assert.True(failed.Wait(Patience)));
        project.Write("c.yaml", Stages($"bad: {{ uses: script, with: {{ act: {id}fail }} }}", $"long: {{ uses: script, with: {{ act: {id}outlast }} }}", "next: { uses: change, with: { from: long } }"));
        var reporter = new RecordingReporter { OnFailed = failed.Set };

        var mistake = Assert.Throws<PipelineException>(() => Run(new Machine(2, 1 << 30, []), reporter: reporter));

        Assert.Equal(["long"], reporter.Computed);
        Assert.Equal("stage 'bad': no good", Assert.Single(mistake.Diagnostics).Message);
        Assert.Equal(RunOutcome.Failed, reporter.Outcome);
    }

    [Fact]
    public void Keep_going_computes_what_does_not_depend_on_the_failure_and_names_what_does()
    {
        Act("fail", _ => throw new PipelineException(null, ErrorCode.BadInput, "no good"));
        project.Write("c.yaml", Stages(
            $"bad: {{ uses: script, with: {{ act: {id}fail }} }}", "child: { uses: change, with: { from: bad } }", "grandchild: { uses: change, with: { from: child } }",
            $"bad2: {{ uses: script, with: {{ act: {id}fail, from: fine }} }}", "fine: { uses: say, with: { text: x } }"));
        var reporter = new RecordingReporter();

        var mistakes = Assert.Throws<PipelineException>(() => Run(Machine.This, keepGoing: true, reporter: reporter)).Diagnostics;

        Assert.Equal(["fine"], reporter.Computed);
        Assert.Equal([("child", "bad"), ("grandchild", "bad")], reporter.SkippedStages);
        Assert.Equal(["stage 'bad': no good", "stage 'bad2': no good"], mistakes.Select(m => m.Message));
    }

    [Fact]
    public void Wrong_input_is_not_tried_again()
    {
        var tries = 0;
        Act("fail", _ =>
        {
            tries++;
            throw new PipelineException(null, ErrorCode.BadInput, "no good");
        });
        project.Write("c.yaml", Stages($"bad: {{ uses: script, with: {{ act: {id}fail }} }}"));

        Assert.Throws<PipelineException>(() => Run(Machine.This));

        Assert.Equal(1, tries);
    }

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(2, 3, true)]
    [InlineData(3, 3, false)]
    public void An_error_that_may_pass_is_tried_again_as_often_as_was_asked(int failures, int expectedTries, bool succeeds)
    {
        var tries = 0;
        Act("flaky", _ =>
        {
            if (++tries <= failures)
                throw new PipelineException(null, ErrorCode.Transient, "the network is away");
        });
        project.Write("c.yaml", Stages($"flaky: {{ uses: script, with: {{ act: {id}flaky }} }}"));
        var reporter = new RecordingReporter();

        var problem = Record.Exception(() => Run(Machine.This, reporter: reporter));

        Assert.Equal(expectedTries, tries);
        Assert.Equal(succeeds, problem is null);
        Assert.Contains(reporter.Heard, heard => heard.News is Warned warned && warned.Text.Contains("try 2 of 3"));
    }

    [Theory]
    [InlineData("SEGV", 3, "TL0411", "signal 11")]
    [InlineData("KILL", 1, "TL0403", "memory ran out")]
    [InlineData("ILL", 1, "TL0402", "code 132")]
    public void A_child_that_a_signal_ended_is_tried_again_unless_it_would_only_end_so_again(string signal, int tries, string code, string said)
    {
        var log = project["tries"];
        project.Write("c.yaml", Stages("heavy: { uses: compute }"));

        var failure = Assert.Throws<StageFailedException>(() =>
            Run(Machine.This, child: new ChildCommand("sh", ["-c", $"echo try >> '{log}'; kill -{signal} $$"]))).Diagnostics[0];

        Assert.Equal(tries, File.ReadAllLines(log).Length);
        Assert.Equal(code, failure.Code);
        Assert.Contains(said, failure.Message);
    }

    [Fact]
    public void Memory_that_ran_out_beside_others_is_tried_once_alone()
    {
        var log = project["tries"];
        project.Write("c.yaml", Stages("heavy: { uses: compute }", $"other: {{ uses: script, with: {{ act: {id}wait }} }}"));
        Act("wait", _ => SpinWait.SpinUntil(() => File.Exists(log), Patience));
        var reporter = new RecordingReporter();

        Assert.Throws<StageFailedException>(() => Run(
            new Machine(4, 1 << 30, []), maxParallel: 4, reporter: reporter, child: new ChildCommand("sh", ["-c", $"echo try >> '{log}'; kill -KILL $$"])));

        Assert.Equal(2, File.ReadAllLines(log).Length);
        Assert.Contains(reporter.Heard, heard => heard.News is Warned warned && warned.Text.Contains("by itself"));
    }

    [Fact]
    public async Task A_second_run_waits_for_the_first_one_shows_its_progress_and_takes_its_result()
    {
        using var begun = new ManualResetEventSlim();
        using var seen = new ManualResetEventSlim();
        Act("slow", run =>
        {
            run.Report(new Progress("count", 1, 2, "steps"));
            begun.Set();
            Assert.True(seen.Wait(Patience));
        });
        project.Write("c.yaml", Stages($"slow: {{ uses: script, with: {{ act: {id}slow }} }}"));
        var first = new RecordingReporter();
        var second = new RecordingReporter { OnNews = news => { if (news is Progress) seen.Set(); } };

        var running = Task.Run(() => Run(Machine.This, reporter: first), TestContext.Current.CancellationToken);
        Assert.True(begun.Wait(Patience, TestContext.Current.CancellationToken));
        Run(Machine.This, reporter: second);
        await running;

        Assert.Equal(["slow"], first.Computed);
        Assert.Empty(second.Computed);
        Assert.Equal(["slow"], second.WaitedFor);
        Assert.Equal(["slow"], second.ReusedStages);
        Assert.Contains(second.Heard, heard => heard.News is Note note && note.Text.Contains($"process {Environment.ProcessId} "));
        Assert.Contains(second.Heard, heard => heard.News is Progress { Done: 1, Total: 2, Unit: "steps" });
    }

    private static string Stages(params string[] stages) => "stages:\n" + string.Concat(stages.Select(s => $"  {s}\n"));

    private void Act(string name, Action<StageRun> act) => ScriptStage.Acts[id + name] = act;

    private void Run(Machine machine, int? maxParallel = null, bool keepGoing = false, RecordingReporter? reporter = null, ChildCommand? child = null)
    {
        using var never = new Interruption();
        var options = new RunOptions([], [], project["work/outputs"]) { MaxParallel = maxParallel, KeepGoing = keepGoing, Retries = new Retries(2, TimeSpan.Zero) };
        project.Runner((reporter ?? new RecordingReporter()).Hear, child, machine).Run(project.Load(), options, never);
    }
}
