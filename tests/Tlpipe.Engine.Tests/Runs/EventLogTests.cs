// The lines of events.jsonl: their names and members are a format that other programs read.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Plan;
using Tlpipe.Engine.Runs;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Tests.Contract;

namespace Tlpipe.Engine.Tests.Runs;

public sealed class EventLogTests : IDisposable
{
    private const string Time = "\"time\":\"2024-05-06T07:08:09+00:00\"";
    private readonly Project project = new();

    public void Dispose() => project.Dispose();

    [Fact]
    public void Events_without_a_result_are_lines_with_their_names()
    {
        var pipeline = project.Load();
        var (corpus, notes) = (pipeline["corpus"]!, pipeline["notes"]!);

        var lines = Written(
            new RunStarted(pipeline, pipeline.Stages),
            new StageWaiting(corpus),
            new StageStarted(corpus),
            new StageStopped(corpus),
            new StageFailed(notes, new Diagnostic(null, "TL0001", "it is broken; mend it")),
            new StageSkipped(corpus, notes),
            new RunEnded(RunOutcome.Interrupted));

        Assert.Equal(
            [
                $$"""{{{Time}},"event":"started","stages":8}""",
                $$"""{{{Time}},"event":"waiting","stage":"corpus"}""",
                $$"""{{{Time}},"event":"running","stage":"corpus"}""",
                $$"""{{{Time}},"event":"interrupted","stage":"corpus"}""",
                $$"""{{{Time}},"event":"failed","stage":"notes","message":"error TL0001: it is broken; mend it","code":"TL0001"}""",
                $$"""{{{Time}},"event":"skipped","stage":"corpus","message":"notes failed"}""",
                $$"""{{{Time}},"event":"ended","outcome":"interrupted"}""",
            ],
            lines);
    }

    [Fact]
    public void What_a_stage_reports_is_a_line_with_the_name_of_the_news()
    {
        var corpus = project.Load()["corpus"]!;

        var lines = Written(new StageReported(corpus, new Note("21 of 600 rows")), new StageReported(corpus, new Resumed(3, 12)));

        Assert.Equal(
            [
                $$$"""{{{{Time}}},"event":"note","stage":"corpus","news":{"text":"21 of 600 rows"}}""",
                $$$"""{{{{Time}}},"event":"resumed","stage":"corpus","news":{"step":3,"total":12}}""",
            ],
            lines);
    }

    [Fact]
    public void Progress_of_one_second_is_one_line_for_each_stage()
    {
        var pipeline = project.Load();

        var lines = Written([.. Enumerable.Range(1, 5).SelectMany(done => new[] { "corpus", "notes" }.Select(name => new StageReported(pipeline[name]!, new Progress("read", done, 5, "rows"))))]);

        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Contains("\"done\":1,", line));
    }

    [Theory]
    [InlineData("reused", StageState.Reused)]
    [InlineData("waiting", StageState.AwaitsProcess)]
    [InlineData("running", StageState.Running)]
    [InlineData("resumed", StageState.Resumes)]
    [InlineData("done", StageState.Computed)]
    [InlineData("failed", StageState.Failed)]
    [InlineData("skipped", StageState.Skipped)]
    [InlineData("interrupted", StageState.Stopped)]
    [InlineData("progress", null)]
    [InlineData("warning", null)]
    [InlineData("of_a_later_version", null)]
    public void An_event_that_was_read_names_the_state_of_its_stage(string name, StageState? state)
    {
        var run = RunFolder.Create(project.Load(), RunRecordTests.Request(project, []));
        File.WriteAllText(run.Events, $$"""{{{Time}},"event":"{{name}}","stage":"corpus"}""" + "\n");

        Assert.Equal(state, Assert.Single(EventLine.Read(run)).State);
    }

    private static IReadOnlyList<string> Written(params IReadOnlyList<RunEvent> events)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var log = new EventLog(text, new StoppedClock());
        foreach (var happened in events)
            log.Write(happened);
        return text.ToString().TrimEnd('\n').Split('\n');
    }

    private sealed class StoppedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);

        public override long GetTimestamp() => 1;
    }
}
