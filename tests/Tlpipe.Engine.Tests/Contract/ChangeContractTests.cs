// The caching contract: the stages that run again after a change of options, stages and inputs.
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Plan;

namespace Tlpipe.Engine.Tests.Contract;

public sealed class ChangeContractTests : IDisposable
{
    private readonly Project project = Project.Completed();

    public void Dispose() => project.Dispose();

    [Fact]
    public void learning_rate_change_reruns_only_downstream()
    {
        project.Edit("start: general, learning_rate: 0.2", "start: general, learning_rate: 0.9");

        Assert.Equal(["tuned", "scores.tuned", "table"], project.Run());
    }

    [Fact]
    public void learning_rate_change_upstream_reruns_what_it_reaches()
    {
        project.Edit("rate: 0.3", "rate: 0.8");

        Assert.Equal(["general", "tuned", "scores.tuned", "table"], project.Run());
    }

    [Fact]
    public void same_output_stops_the_wave()
    {
        // Rounded to tenths it is the same model.
        project.Edit("rate: 0.3", "rate: 0.31");

        Assert.Equal(["general"], project.Run());
    }

    [Fact]
    public void change_of_an_output_that_nobody_reads_stops_the_wave()
    {
        // The log of 'general' has all the words, its model only the first.
        project.Edit("hello big world", "hello small world");

        Assert.Equal(["corpus", "general"], project.Run());
        Assert.Contains("small", project.Output("general", "log"));
    }

    [Fact]
    public void value_set_back_is_a_hit()
    {
        project.Edit("rate: 0.3", "rate: 0.8");
        project.Run();
        project.Edit("rate: 0.8", "rate: 0.3");

        Assert.Empty(project.Run());
    }

    [Fact]
    public void property_on_the_command_line_reruns_as_the_edit_does() =>
        Assert.Equal(["general", "tuned", "scores.tuned", "table"], project.Run(("rate", "0.8")));

    [Fact]
    public void option_on_the_command_line_reruns_its_stage_alone() =>
        Assert.Equal(["plain", "scores.plain", "table"], project.Run(("plain.learning_rate", "0.7")));

    [Fact]
    public void edit_after_the_same_override_is_a_hit()
    {
        project.Run(("rate", "0.8"));
        project.Edit("rate: 0.3", "rate: 0.8");

        Assert.Empty(project.Run());
    }

    [Fact]
    public void added_stage_runs_alone()
    {
        project.Edit("  table:", "  extra: { uses: fit, with: { data: corpus, epochs: 9 } }\n  table:");

        Assert.Equal(["extra"], project.Run());
    }

    [Fact]
    public void removed_stage_runs_nothing()
    {
        project.Edit("  table:   { uses: join, with: { parts: scores.*, labels: [one, two] } }", "");

        Assert.Empty(project.Run());
    }

    [Fact]
    public void added_instance_runs_with_what_collects_it()
    {
        project.Edit("[plain, tuned]", "[plain, tuned, general]");
        project.Edit("labels: [one, two]", "labels: [one, two, three]");

        Assert.Equal(["scores.general", "table"], project.Run());
    }

    [Fact]
    public void reordered_instances_rerun_what_lists_them()
    {
        project.Edit("[plain, tuned]", "[tuned, plain]");

        Assert.Equal(["table"], project.Run());
    }

    [Fact]
    public void shown_name_change_reruns_what_shows_it()
    {
        project.Edit("labels: [one, two]", "labels: [one, other]");

        Assert.Equal(["table"], project.Run());
    }

    [Fact]
    public void other_input_reruns_its_reader()
    {
        project.Edit("start: general", "start: plain");

        Assert.Equal(["tuned", "scores.tuned", "table"], project.Run());
    }

    [Fact]
    public void other_stage_kind_reruns()
    {
        project.Edit("notes:   { uses: read, with: { path: notes.txt } }", "notes:   { uses: say, with: { text: some notes } }");

        // It gives exactly the text of the file, so the wave stops there.
        Assert.Equal(["notes"], project.Run());
    }

    [Fact]
    public void file_change_reruns_its_readers()
    {
        project.Write("notes.txt", "other notes");

        Assert.Equal(["notes", "tuned", "plain", "scores.plain", "scores.tuned", "table"], project.Run());
    }

    [Fact]
    public void file_change_of_the_same_size_and_time_reruns_its_readers()
    {
        var time = File.GetLastWriteTimeUtc(project["work/notes.txt"]);
        project.Write("notes.txt", "same notes");
        File.SetLastWriteTimeUtc(project["work/notes.txt"], time);

        Assert.Contains("notes", project.Run());
    }

    [Fact]
    public void touched_file_does_not_rerun()
    {
        File.SetLastWriteTimeUtc(project["work/notes.txt"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        Assert.Empty(project.Run());
    }

    [Fact]
    public void moved_file_is_still_a_hit()
    {
        Directory.CreateDirectory(project["work/data"]);
        File.Move(project["work/notes.txt"], project["work/data/moved.txt"]);
        project.Edit("path: notes.txt", "path: data/moved.txt");

        Assert.Empty(project.Run());
    }

    [Fact]
    public void file_set_back_is_a_hit()
    {
        project.Write("notes.txt", "other notes");
        project.Run();
        project.Write("notes.txt", "some notes");

        Assert.Empty(project.Run());
    }

    [Fact]
    public void file_beside_the_inputs_does_not_rerun()
    {
        project.Write("unrelated.txt", "nobody reads this");

        Assert.Empty(project.Run());
    }

    [Fact]
    public void number_format_change_reruns_only_what_computes_with_tensors()
    {
        project.Edit("runtime:", "  heavy: { uses: compute }\nruntime:");
        var before = Keys();
        project.Edit("runtime:", "numerics: { dtype: bf16 }\nruntime:");

        var after = Keys();

        Assert.Equal(["heavy"], before.Keys.Where(stage => before[stage] != after[stage]));
    }

    [Fact]
    public void parallel_run_finds_what_a_serial_one_made_and_the_other_way_round()
    {
        var inParallel = project.Run(new RunOptions([], [], project["work/outputs"]) { MaxParallel = 4 });
        project.Run(new RunOptions([], [], project["work/outputs"]) { MaxParallel = 4 }, ("rate", "0.8"));

        Assert.Empty(inParallel);
        Assert.Empty(project.Run(("rate", "0.8")));
    }

    private Dictionary<string, string?> Keys()
    {
        var pipeline = project.Load();
        var resolution = new Resolution(pipeline, project.OpenStore());
        return pipeline.Stages.ToDictionary(s => s.Name, s => resolution.Resolve(s).Document?.Key);
    }
}
