// The contract of the cache, in sentences: which stages run again after which change.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Execution;

public sealed class RunnerTests : IDisposable
{
    private const string Config = """
        name: words
        properties: { end: "." }
        stages:
          greeting: { uses: say, with: { text: hello big world } }
          parts:    { uses: change, with: { from: greeting, suffix: $(end) } }
          again:    { uses: change, with: { from: "parts:first" } }
          joined:   { uses: join, with: { parts: ["parts:first", "parts:rest"] } }
        """;

    private readonly TemporaryFolder folder = new();
    private RecordingReporter reporter = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_first_run_computes_everything_in_order()
    {
        var done = Run(Config);

        Assert.Equal(["greeting", "parts", "again", "joined"], done);
        Assert.Equal("parts=hello parts=big world.", Output("joined", "text"));
    }

    [Fact]
    public void A_second_run_computes_nothing()
    {
        Run(Config);

        Assert.Empty(Run(Config));
    }

    [Theory]
    [InlineData("name: words", "# a comment\nname: words")]
    [InlineData("greeting", "welcome")]
    [InlineData("{ text: hello big world }", "{ text: \"hello big world\", patience: 5 }")]
    [InlineData("{ from: greeting, suffix: $(end) }", "{ suffix: $(end), from: greeting }")]
    [InlineData("name: words", "name: others")]
    [InlineData("{ from: \"parts:first\" }", "{ from: parts, suffix: '' }")]
    public void A_change_that_means_nothing_runs_nothing(string before, string after)
    {
        Run(Config);

        Assert.Empty(Run(Config.Replace(before, after)));
    }

    [Fact]
    public void A_changed_option_runs_its_stage_and_what_reads_the_changed_output()
    {
        Run(Config);

        var done = Run(Config, ("parts.suffix", "!"));

        Assert.Equal(["parts", "joined"], done);
    }

    [Fact]
    public void An_output_that_comes_out_the_same_stops_the_wave()
    {
        Run(Config);

        var done = Run(Config.Replace("hello big world", "hello small world"));

        Assert.Equal(["greeting", "parts", "joined"], done);
    }

    [Fact]
    public void A_value_set_back_finds_its_old_result()
    {
        Run(Config);
        Run(Config, ("end", "?"));

        Assert.Empty(Run(Config));
    }

    [Fact]
    public void A_stage_that_does_the_same_as_another_is_computed_once()
    {
        var done = Run(Config + "\n  twin: { uses: say, with: { text: hello big world } }\n");

        Assert.Equal(["greeting", "parts", "again", "joined"], done);
    }

    [Fact]
    public void A_changed_file_runs_its_reader_and_a_moved_one_does_not()
    {
        File.WriteAllText(folder["a.txt"], "some text");
        const string reader = "name: reader\nstages:\n  text: { uses: read, with: { path: a.txt } }\n";
        Run(reader);
        File.Move(folder["a.txt"], folder["b.txt"]);

        var moved = Run(reader.Replace("a.txt", "b.txt"));
        File.WriteAllText(folder["b.txt"], "some other text");
        var changed = Run(reader.Replace("a.txt", "b.txt"));

        Assert.Empty(moved);
        Assert.Equal(["text"], changed);
    }

    [Fact]
    public void Of_a_folder_that_two_stages_read_each_keys_its_own_files()
    {
        Directory.CreateDirectory(folder["book"]);
        File.WriteAllText(folder["book/notes.txt"], "a note");
        File.WriteAllText(folder["book/titles.txt"], "a title");
        const string readers = "name: r\nstages:\n  notes: { uses: notes, with: { path: book } }\n  titles: { uses: titles, with: { path: book } }\n";
        Run(readers);
        File.WriteAllText(folder["book/titles.txt"], "another title");

        Assert.Equal(["titles"], Run(readers));
    }

    [Fact]
    public void A_damaged_result_is_computed_again()
    {
        Run(Config);
        Damage("hello big world", "hello BIG world");

        var done = Run(Config, ("end", "?"));

        Assert.Equal(["greeting", "parts", "joined"], done);
        Assert.Equal("parts=hello parts=big world?", Output("joined", "text"));
    }

    [Fact]
    public void A_repair_is_told_and_nothing_is_reported_twice()
    {
        Run(Config);
        Damage("big world.", "BIG world.");

        Run(Config + "\n  more: { uses: change, with: { from: \"parts:rest\" } }\n");

        Assert.StartsWith("more: a stored file that it reads is damaged", Assert.Single(reporter.Warnings));
        Assert.Equal(reporter.Reports.Distinct(), reporter.Reports);
    }

    [Fact]
    public void A_forced_stage_runs_and_what_follows_does_not_when_its_output_is_the_same()
    {
        Run(Config);

        var done = RunWith(Config, [], new RunOptions([], ["parts"], folder["outputs"]));

        Assert.Equal(["parts"], done);
    }

    [Fact]
    public void A_forced_stage_runs_even_after_what_it_reads_was_repaired()
    {
        Run(Config);
        Damage("hello big world", "hello BIG world");

        var done = RunWith(Config, [], new RunOptions([], ["parts"], folder["outputs"]));

        Assert.Equal(["greeting", "parts"], done);
    }

    [Fact]
    public void A_target_runs_with_what_it_needs()
    {
        var done = RunWith(Config, [], new RunOptions(["again"], [], folder["outputs"]));

        Assert.Equal(["greeting", "parts", "again"], done);
    }

    [Fact]
    public void An_unknown_target_is_a_mistake_with_a_suggestion()
    {
        var mistake = Assert.Throws<PipelineException>(() => RunWith(Config, [], new RunOptions(["agian"], [], folder["outputs"])));

        Assert.Contains("did you mean 'again'", Assert.Single(mistake.Diagnostics).Message);
    }

    [Fact]
    public void All_missing_files_are_named_before_anything_runs()
    {
        const string readers = "name: r\nstages:\n  a: { uses: read, with: { path: a.txt } }\n  b: { uses: read, with: { path: b.txt } }\n";

        var mistakes = Assert.Throws<PipelineException>(() => Run(readers)).Diagnostics;

        Assert.Equal([(3, "TL0303"), (4, "TL0303")], mistakes.Select(m => (m.Location!.Line, m.Code)));
        Assert.False(Directory.Exists(folder["outputs"]));
    }

    [Fact]
    public void A_run_asked_to_stop_before_a_stage_runs_nothing_more()
    {
        using var interruption = new Interruption();
        interruption.Stop();

        Assert.Throws<OperationCanceledException>(() => RunWith(Config, [], new RunOptions([], [], folder["outputs"]), interruption));
    }

    [Fact]
    public void A_file_that_goes_while_the_run_goes_on_is_a_mistake_with_its_place()
    {
        File.WriteAllText(folder["a.txt"], "some text");
        var config = $"name: r\nstages:\n  gone: {{ uses: delete, with: {{ file: {folder["a.txt"]} }} }}\n  read: {{ uses: read, with: {{ path: a.txt }}, after: [gone] }}\n";

        var mistake = Assert.Single(Assert.Throws<PipelineException>(() => Run(config)).Diagnostics);

        Assert.Equal((4, "TL0303"), (mistake.Location!.Line, mistake.Code));
    }

    [Theory]
    [InlineData("other bytes")]
    [InlineData("other bytes and back again")]
    [InlineData("other bytes of the same size and time")]
    [InlineData("gone")]
    public void A_file_edited_while_a_stage_reads_it_fails_the_stage_by_name_and_stores_nothing(string edit)
    {
        File.WriteAllText(folder["a.txt"], "some text");
        EditStage.Edits[edit] = path => Edit(edit, path);
        var config = $"name: r\nstages:\n  reader: {{ uses: edit, with: {{ path: a.txt, then: {edit} }} }}\n";

        var mistake = Assert.Single(Assert.Throws<PipelineException>(() => Run(config)).Diagnostics);

        Assert.Equal((3, "TL0401"), (mistake.Location!.Line, mistake.Code));
        Assert.Equal($"stage 'reader': {folder["a.txt"]} changed while it was being read; run again once nothing writes to it", mistake.Message);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(StorePath, "results"), "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_file_that_is_only_given_another_name_while_a_stage_reads_it_is_no_mistake()
    {
        File.WriteAllText(folder["a.txt"], "some text");
        EditStage.Edits["linked"] = path => Tlpipe.Engine.Files.Posix.TryHardLink(path, folder["b.txt"]);

        var done = Run("name: r\nstages:\n  reader: { uses: edit, with: { path: a.txt, then: linked } }\n");

        Assert.True(File.Exists(folder["b.txt"]));
        Assert.Equal(["reader"], done);
    }

    private static void Edit(string edit, string path)
    {
        var written = File.GetLastWriteTimeUtc(path);
        if (edit == "gone")
        {
            File.Delete(path);
            return;
        }
        File.WriteAllText(path, "same size"[..9]);
        if (edit == "other bytes and back again")
            File.WriteAllText(path, "some text");
        if (edit == "other bytes of the same size and time")
            File.SetLastWriteTimeUtc(path, written);
    }

    [Fact]
    public void A_child_that_cannot_start_fails_its_stage_in_one_line()
    {
        var failure = Assert.Throws<StageFailedException>(() => Run(Computing, new ChildCommand(folder["no-such-program"], []))).Diagnostics[0];

        Assert.Equal((3, "TL0402"), (failure.Location!.Line, failure.Code));
        Assert.Contains("cannot be started", failure.Message);
    }

    [Fact]
    public void What_a_child_wrote_before_it_failed_is_kept_for_the_log()
    {
        var failure = Assert.Throws<StageFailedException>(() => Run(Computing, new ChildCommand("sh", ["-c", "echo first >&2; echo last >&2; exit 3"])));

        Assert.Contains("code 3: last", failure.Diagnostics[0].Message);
        Assert.Contains("first", failure.ToString());
    }

    [Fact]
    public void A_child_that_a_signal_stopped_is_no_failure() =>
        Assert.ThrowsAny<OperationCanceledException>(() => Run(Computing, new ChildCommand("sh", ["-c", "exit 130"])));

    private const string Computing = "name: c\nstages:\n  heavy: { uses: compute }\n";

    private string StorePath => folder["store"];

    private string Output(string stage, string output) => File.ReadAllText(Path.Combine(folder["outputs"], stage, output, "text.txt"));

    /// <summary>Replaces the content of a stored file.</summary>
    private void Damage(string content, string other)
    {
        var blob = Directory.EnumerateFiles(Path.Combine(StorePath, "cas"), "*", SearchOption.AllDirectories).First(f => File.ReadAllText(f) == content);
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, other);
    }

    private List<string> Run(string config, params (string Name, string Value)[] overrides) =>
        RunWith(config, overrides, new RunOptions([], [], folder["outputs"]));

    private void Run(string config, ChildCommand child) => RunWith(config, [], new RunOptions([], [], folder["outputs"]), child: child);

    private List<string> RunWith(string config, IReadOnlyList<(string Name, string Value)> overrides, RunOptions wishes, Interruption? interruption = null, ChildCommand? child = null)
    {
        File.WriteAllText(folder["words.yaml"], config);
        var catalog = StageCatalog.FromAssembly(typeof(RunnerTests).Assembly);
        var pipeline = Pipeline.Load(folder["words.yaml"], overrides, catalog, folder.Path);
        reporter = new RecordingReporter();
        using var never = new Interruption();
        var runner = new Runner(
            ResultStore.Open(StorePath), catalog, new Dictionary<string, string>(), child ?? new ChildCommand("false", []), Explain, reporter.Hear, Machine.This);
        runner.Run(pipeline, wishes with { MaxParallel = wishes.MaxParallel ?? 1 }, interruption ?? never);
        return reporter.Computed;
    }

    private static Failed? Explain(Exception exception) =>
        exception is PipelineException { Diagnostics: [var only] } ? new Failed(only.Code, only.Message) : null;

    /// <summary>Keeps the names of the instances that were computed.</summary>
    private sealed class RecordingReporter
    {
        public List<string> Computed { get; } = [];

        public List<string> Warnings { get; } = [];

        public List<string> Reports { get; } = [];

        public void Hear(RunEvent happened)
        {
            if (happened is StageReused reused)
                Reports.Add(reused.Stage.Name);
            else if (happened is StageReported { News: Warned warning } reported)
                Warnings.Add($"{reported.Stage.Name}: {warning.Text}");
            else if (happened is StageComputed computed)
                Computed.Add(computed.Stage.Name);
        }
    }
}
