// The record of a run, and the conclusions drawn from it.
using System.Text.Json;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Tests.Contract;

namespace Tlpipe.Engine.Tests.Runs;

public sealed class RunRecordTests : IDisposable
{
    private readonly Project project = new();

    public void Dispose() => project.Dispose();

    [Fact]
    public void Every_line_of_the_events_is_a_JSON_object_with_a_time_and_a_name()
    {
        var run = Recorded();

        var lines = File.ReadAllLines(run.Events).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        Assert.All(lines, line => Assert.True(line.GetProperty("time").TryGetDateTimeOffset(out _)));
        Assert.Equal("started", lines[0].GetProperty("event").GetString());
        Assert.Equal("ended", lines[^1].GetProperty("event").GetString());
        Assert.Equal(Project.Everything.Order(), lines.Where(l => l.GetProperty("event").GetString() == "done").Select(l => l.GetProperty("stage").GetString()).Order());
    }

    [Fact]
    public void A_key_in_the_events_is_the_hash_of_the_document_beside_it()
    {
        var run = Recorded();

        var made = EventLine.Read(run).Where(e => e.Event == "done").ToList();

        Assert.Equal(Project.Everything.Length, made.Count);
        Assert.All(made, e => Assert.Equal(e.Key, e.Document!.Key));
    }

    [Fact]
    public void A_half_written_last_line_is_passed_over()
    {
        var run = Recorded();
        var whole = EventLine.Read(run).Count;
        File.AppendAllText(run.Events, """{"time":"2024-05-06T07:08:09Z","ev""");

        Assert.Equal(whole, EventLine.Read(run).Count);
    }

    [Fact]
    public void Runs_that_begin_at_once_have_numbers_of_their_own()
    {
        var pipeline = project.Load();

        Parallel.For(0, 16, _ => RunFolder.Create(pipeline, Request([])));

        Assert.Equal(Enumerable.Range(1, 16), RunFolder.All(pipeline.Root).Select(r => r.Request.Number));
    }

    [Fact]
    public void A_summary_tells_what_was_computed_and_what_was_there()
    {
        Recorded();
        var second = Recorded(("rate", "0.8"));

        var summary = RunSummary.Of(second);

        Assert.Equal("done", summary.Outcome);
        Assert.Equal(["general", "tuned", "scores.tuned", "table"], summary.Computed);
        Assert.Equal(["corpus", "notes", "plain", "scores.plain"], summary.Reused.Order());
    }

    [Fact]
    public void A_run_whose_process_is_gone_without_an_end_was_killed()
    {
        var run = RunFolder.Create(project.Load(), Request([]) with { Process = int.MaxValue });
        File.WriteAllText(run.Events, """{"time":"2024-05-06T07:08:09Z","event":"started","stages":8}""" + "\n");

        Assert.Equal("killed", RunSummary.Of(run).Outcome);
    }

    [Fact]
    public void A_difference_names_options_with_their_places_figures_and_files()
    {
        var first = Recorded();
        project.Edit("start: general, learning_rate: 0.2", "start: general, learning_rate: 0.9");
        var second = Recorded(("words", "hi big world"));

        var difference = RunDifference.Between(first, second, "metrics.json");

        Assert.Equal(
            [("corpus", "text", "\"hello big world\"", "\"hi big world\""), ("tuned", "learning_rate", "0.2", "0.9")],
            difference.Options.Select(o => (o.Stage, o.Option, o.Before!, o.After!)));
        Assert.Contains("-p words=hi big world", difference.Options[0].Place);
        Assert.Matches(@"c\.yaml:8:\d+$", difference.Options[1].Place);
        Assert.Contains(difference.Metrics, m => m is { Stage: "corpus", Metric: "rows", Before: 15, After: 12 });
        Assert.Contains(difference.Files, f => f is { Stage: "corpus", File: "text/text.txt" });
        Assert.DoesNotContain(difference.Files, f => f.Stage == "plain");
    }

    [Fact]
    public void A_run_is_found_by_number_by_how_long_ago_and_by_folder()
    {
        var (first, second) = (Recorded(), Recorded());
        var root = project.Load().Root;

        Assert.Equal(
            [1, 2, 1, 2],
            new[] { "1", "last", "last~1", second.Path }.Select(word => RunSelection.Find(root, word).Request.Number));
        Assert.Equal("TL0610", Assert.Throws<PipelineException>(() => RunSelection.Find(root, "7")).Diagnostics[0].Code);
        Assert.Equal(first.Path, RunSelection.Find(root, "1").Path);
    }

    [Fact]
    public void An_estimate_goes_by_what_like_stages_took_on_this_machine()
    {
        Recorded();
        var pipeline = project.Load();
        var history = new History(project.OpenStore());

        var known = history.Estimate(pipeline, pipeline["tuned"]!, work: null, rows: null);

        // general, tuned and plain are of one kind.
        Assert.Equal(3, known!.Computations);
        Assert.InRange(known.Seconds, 0, 60);
    }

    private RunRequest Request(IReadOnlyList<string> properties) => Request(project, properties);

    internal static RunRequest Request(Project project, IReadOnlyList<string> properties) => new(
        0, "contract", project["work/c.yaml"], project["work"], properties, [], [], project["store"], DateTimeOffset.UtcNow, Environment.MachineName, Environment.ProcessId, "0.1.0");

    /// <summary>Runs the project and records the run.</summary>
    private RunFolder Recorded(params (string Name, string Value)[] overrides)
    {
        var pipeline = project.Load("work", overrides);
        var run = RunFolder.Create(pipeline, Request([.. overrides.Select(o => $"{o.Name}={o.Value}")]));
        using var events = new StreamWriter(run.Events);
        using var never = new Interruption();
        project.Runner(new EventLog(events, TimeProvider.System).Write).Run(pipeline, new RunOptions([], [], project["work/outputs"]) { MaxParallel = 1 }, never);
        return run;
    }
}
