// The commands that say why: explain, diff, runs, show, graph, run --check, and their JSON.
using System.Text.Json;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class WhyTests : IDisposable
{
    private readonly TinyExperiment experiment = TinyExperiment.Completed();

    public void Dispose() => experiment.Dispose();

    [Fact]
    public void A_check_ends_with_0_where_all_is_there_and_with_3_where_something_is_not()
    {
        var whole = Tlpipe("run", TinyExperiment.ConfigPath, "--check");
        var stale = Tlpipe("run", TinyExperiment.ConfigPath, "--check", "-p", "finetuned.learning_rate=3e-5");

        Assert.Equal((0, 3), (whole.ExitCode, stale.ExitCode));
        Assert.Contains("4 of 24 results missing or out of date: finetuned, scores.finetuned.predict, scores.finetuned, results", stale.Output);
        Assert.Empty(Directory.EnumerateDirectories(experiment[".tlpipe", "runs"]).Skip(1));
    }

    [Fact]
    public void An_explanation_has_a_line_for_each_difference_with_its_place()
    {
        var ended = Tlpipe("explain", TinyExperiment.ConfigPath, "finetuned", "-p", "finetuned.learning_rate=3e-5", "-p", "finetuned.num_train_epochs=3");

        Assert.Equal("finetuned (classify): RUN", ended.Lines[0]);
        Assert.Matches(@"^  differs from the nearest stored result of finetuned \(key [0-9a-f]{12}, made .*\) in 2 lines:$", ended.Lines[1]);
        Assert.Matches(@"^    learning_rate +0\.00005 -> 0\.00003 +command line -p finetuned\.learning_rate=3e-5$", ended.Lines[2]);
        Assert.Matches(@"^    num_train_epochs +2 -> 3 +command line -p finetuned\.num_train_epochs=3$", ended.Lines[3]);
    }

    [Fact]
    public void After_a_run_with_a_property_an_explanation_is_about_that_run_unless_it_is_asked_not_to_be()
    {
        experiment.Run("-t", "labelled", "-p", "labelled.sample=50");

        var asRun = Tlpipe("explain", TinyExperiment.ConfigPath, "labelled");
        var asWritten = Tlpipe("explain", TinyExperiment.ConfigPath, "labelled", "--as-written");

        Assert.Equal("as in run 2, with -p labelled.sample=50; --as-written leaves that out", Assert.Single(asRun.ErrorLines));
        Assert.Contains(asRun.Lines, line => line.Contains("60 -> 50") && line.Contains("-p labelled.sample=50"));
        Assert.Empty(asWritten.ErrorLines);
        Assert.DoesNotContain("50", asWritten.Lines[0]);
        // Both ways an evaluation is its two parts.
        Assert.StartsWith("scores.random (score): ", Tlpipe("explain", TinyExperiment.ConfigPath, "scores.random").Lines[0]);
    }

    [Fact]
    public void A_difference_of_two_runs_names_what_was_given_what_came_out_and_the_files()
    {
        experiment.Run("-t", "labelled", "-p", "labelled.sample=50");

        var ended = Tlpipe("diff", "last~1", "last");

        Assert.Contains(ended.Lines, line => line.Contains("labelled.sample") && line.Contains("60 -> 50"));
        Assert.Contains(ended.Lines, line => line.Contains("labelled.rows") && line.Contains("60 -> 50") && line.TrimEnd().EndsWith("-10", StringComparison.Ordinal));
        Assert.Contains(ended.Lines, line => line.Contains("labelled/table/table.parquet"));
    }

    [Fact]
    public void Runs_are_listed_with_their_ends_and_survive_the_outputs()
    {
        experiment.Run("-t", "labelled", "-p", "labelled.sample=50");
        Directory.Delete(experiment["outputs"], recursive: true);

        var ended = Tlpipe("runs");

        Assert.Matches(@"^1 .* tiny  done .* 24 computed, 0 reused$", ended.Lines[0]);
        Assert.Matches(@"^2 .* tiny  done .* 1 computed, 1 reused +-p labelled\.sample=50 -t labelled$", ended.Lines[1]);
    }

    [Fact]
    public void A_table_is_shown_by_its_first_rows_and_a_comparison_as_it_is()
    {
        var table = Tlpipe("show", TinyExperiment.ConfigPath, "labelled", "-n", "2");
        var comparison = Tlpipe("show", TinyExperiment.ConfigPath, "results");

        Assert.Contains(table.Lines, line => line.Contains("60 rows"));
        Assert.Contains(table.Lines, line => line.Contains("text") && line.Contains("label") && line.Contains("split"));
        Assert.Equal(2, table.Lines.Count(line => line.Contains(" train")));
        Assert.Contains(comparison.Lines, line => line.Contains("| random |"));
    }

    [Fact]
    public void A_folder_is_named_only_if_it_holds_the_result_that_is_shown()
    {
        var before = Tlpipe("show", TinyExperiment.ConfigPath, "labelled");
        experiment.Run("-t", "labelled", "-p", "labelled.sample=50");

        var other = Tlpipe("show", TinyExperiment.ConfigPath, "labelled", "-p", "labelled.sample=60");

        Assert.DoesNotContain("another result", before.Output);
        Assert.Contains("labelled/table (shows another result now; 'tlpipe run' shows this one)", other.Output);
    }

    [Fact]
    public void What_is_not_there_cannot_be_shown_and_the_line_says_what_to_do()
    {
        var ended = Tlpipe("show", TinyExperiment.ConfigPath, "labelled", "-p", "labelled.sample=51");

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches(@"^configs/tiny\.yaml:\d+:\d+: error TL0440: the store has no result of 'labelled'", Assert.Single(ended.ErrorLines));
    }

    [Fact]
    public void A_graph_is_written_for_Mermaid_and_for_Graphviz()
    {
        var mermaid = Tlpipe("graph", TinyExperiment.ConfigPath, "-t", "windows.train");
        var dot = Tlpipe("graph", TinyExperiment.ConfigPath, "-t", "windows.train", "--format", "dot");

        Assert.Equal("flowchart LR", mermaid.Lines[0]);
        Assert.Contains(mermaid.Lines, line => line.Contains("-->|train|"));
        Assert.Contains("  \"corpus\" -> \"mlm_tokens.train\" [label=\"train\"]", dot.Lines);
        Assert.Equal("}", dot.Lines[^1]);
    }

    [Theory]
    [InlineData("plan", TinyExperiment.ConfigPath)]
    [InlineData("explain", TinyExperiment.ConfigPath, "finetuned")]
    [InlineData("show", TinyExperiment.ConfigPath, "labelled")]
    [InlineData("graph", TinyExperiment.ConfigPath)]
    [InlineData("runs")]
    [InlineData("diff", "1", "1")]
    [InlineData("run", TinyExperiment.ConfigPath, "--check")]
    public void With_json_the_output_is_one_document(params string[] arguments)
    {
        var ended = Tlpipe([.. arguments, "--json"]);

        Assert.Equal(0, ended.ExitCode);
        using var document = JsonDocument.Parse(ended.Output);
        Assert.Contains(document.RootElement.ValueKind, new[] { JsonValueKind.Object, JsonValueKind.Array });
    }

    [Fact]
    public void A_run_with_json_prints_an_event_a_line()
    {
        var ended = Tlpipe("run", TinyExperiment.ConfigPath, "--json");

        var events = ended.Lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()).ToList();
        Assert.Equal("started", events[0]);
        Assert.Equal("ended", events[^1]);
        Assert.Equal(24, events.Count(e => e == "reused"));
    }

    private Ended Tlpipe(params string[] arguments) => TlpipeProcess.Run(experiment.Folder, arguments);
}
