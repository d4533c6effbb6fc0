// The caching contract: how a config is written never decides what runs.
namespace Tlpipe.Engine.Tests.Contract;

public sealed class WritingContractTests : IDisposable
{
    private readonly Project project = Project.Completed();

    public void Dispose() => project.Dispose();

    [Fact]
    public void unchanged_config_runs_nothing() => Assert.Empty(project.Run());

    [Fact]
    public void comment_change_does_not_rerun() => RunsNothingAfter("# the experiment", "# another comment\n# of two lines");

    [Fact]
    public void key_order_change_does_not_rerun() => RunsNothingAfter("{ data: notes, start: general, learning_rate: 0.2 }", "{ learning_rate: 0.2, start: general, data: notes }");

    [Fact]
    public void quoting_change_does_not_rerun() => RunsNothingAfter("{ uses: read, with: { path: notes.txt } }", "{ uses: \"read\", with: { 'path': \"notes.txt\" } }");

    [Fact]
    public void block_style_change_does_not_rerun() =>
        RunsNothingAfter("plain:   { uses: fit, with: { data: notes, learning_rate: 0.2 } }", "plain:\n    uses: fit\n    with:\n      data: notes\n      learning_rate: 0.2");

    [Fact]
    public void line_ending_change_does_not_rerun()
    {
        project.Write("c.yaml", project.Config.ReplaceLineEndings("\n").ReplaceLineEndings("\r\n"));

        Assert.Empty(project.Run());
    }

    [Fact]
    public void byte_order_mark_does_not_rerun()
    {
        project.Write("c.yaml", "\uFEFF" + project.Config);

        Assert.Empty(project.Run());
    }

    [Fact]
    public void number_written_differently_does_not_rerun() => RunsNothingAfter("rate: 0.3", "rate: 3e-1");

    [Fact]
    public void anchor_in_place_of_a_text_does_not_rerun()
    {
        project.Edit("start: general, learning_rate: 0.2", "start: general, learning_rate: &rate 0.2");

        RunsNothingAfter("{ data: notes, learning_rate: 0.2 }", "{ data: notes, learning_rate: *rate }");
    }

    [Fact]
    public void property_written_out_does_not_rerun() => RunsNothingAfter("learning_rate: $(rate)", "learning_rate: 0.3");

    [Fact]
    public void option_made_a_property_does_not_rerun()
    {
        project.Edit("properties: {", "properties: { slow: 0.2,");

        RunsNothingAfter("learning_rate: 0.2", "learning_rate: $(slow)");
    }

    [Fact]
    public void renamed_property_does_not_rerun()
    {
        project.Edit("rate: 0.3", "speed: 0.3");

        RunsNothingAfter("$(rate)", "$(speed)");
    }

    [Fact]
    public void unused_property_does_not_rerun() => RunsNothingAfter("properties: {", "properties: { unused: 7,");

    [Fact]
    public void default_written_out_does_not_rerun() => RunsNothingAfter("{ data: corpus, ", "{ data: corpus, epochs: 3, ");

    [Fact]
    public void output_name_written_out_does_not_rerun() => RunsNothingAfter("start: general,", "start: \"general:model\",");

    [Fact]
    public void pipeline_name_change_does_not_rerun() => RunsNothingAfter("name: contract", "name: renamed");

    [Fact]
    public void renamed_stage_is_still_a_hit() => RunsNothingAfter("general", "pretrained");

    [Fact]
    public void renamed_config_is_still_a_hit()
    {
        File.Move(project["work/c.yaml"], project["work/d.yaml"]);

        Assert.Empty(project.RunIn("work", "d.yaml"));
    }

    [Fact]
    public void reordered_stages_are_still_hits()
    {
        const string corpus = "  corpus:  { uses: say, with: { text: $(words) } }\n";
        project.Write("c.yaml", project.Config.ReplaceLineEndings("\n"));
        project.Edit(corpus, "");

        RunsNothingAfter("runtime:", corpus + "runtime:");
    }

    [Fact]
    public void stage_moved_to_an_import_is_still_a_hit()
    {
        const string corpus = "  corpus:  { uses: say, with: { text: $(words) } }\n";
        project.Write("c.yaml", project.Config.ReplaceLineEndings("\n"));
        project.Write("more.yaml", "stages:\n" + corpus);
        project.Edit(corpus, "");

        RunsNothingAfter("name: contract\n", "name: contract\nimports: [more.yaml]\n");
    }

    [Fact]
    public void order_constraint_does_not_rerun() => RunsNothingAfter("plain:   { uses: fit,", "plain:   { uses: fit, after: [general],");

    [Fact]
    public void expectation_does_not_rerun() => RunsNothingAfter("notes:   { uses: read,", "notes:   { uses: read, expect: { rows: 10 },");

    [Fact]
    public void execution_only_option_does_not_rerun() => RunsNothingAfter("{ data: corpus, ", "{ data: corpus, workers: 8, ");

    [Fact]
    public void device_change_does_not_rerun() => RunsNothingAfter("device: cpu", "device: auto");

    [Fact]
    public void thread_count_does_not_rerun() => RunsNothingAfter("device: cpu", "device: cpu, threads: 3");

    [Fact]
    public void checkpoint_interval_does_not_rerun() => RunsNothingAfter("device: cpu", "device: cpu, checkpoint_every: 1h");

    [Fact]
    public void budget_does_not_rerun() => RunsNothingAfter("device: cpu", "device: cpu, cores: 1, memory: 2GB");

    [Fact]
    public void composed_and_decomposed_letters_are_different_texts()
    {
        project.Run(("words", "caf\u00e9"));

        Assert.Contains("corpus", project.Run(("words", "cafe\u0301")));
    }

    private void RunsNothingAfter(string before, string after)
    {
        project.Edit(before, after);

        Assert.Empty(project.Run());
    }
}
