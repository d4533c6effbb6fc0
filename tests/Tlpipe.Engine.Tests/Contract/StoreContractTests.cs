// The caching contract: a result in the store counts, no matter which project made it or where it is shown.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Plan;

namespace Tlpipe.Engine.Tests.Contract;

public sealed class StoreContractTests : IDisposable
{
    private readonly Project project = Project.Completed();

    public void Dispose() => project.Dispose();

    [Fact]
    public void twin_stage_is_computed_once()
    {
        project.Edit("  table:", "  twin: { uses: fit, with: { data: corpus, epochs: 9 } }\n  other_twin: { uses: fit, with: { data: corpus, epochs: 9 } }\n  table:");

        var done = project.Run(new RunOptions([], [], project["work/outputs"]) { MaxParallel = 2 });

        Assert.Equal(["twin"], done);
        Assert.Contains("other_twin", project.Reporter.ReusedStages);
    }

    [Fact]
    public void twin_in_another_config_is_a_hit()
    {
        Directory.CreateDirectory(project["other"]);
        File.WriteAllText(project["other/c.yaml"], "stages:\n  a: { uses: say, with: { text: hello big world } }\n  b: { uses: fit, with: { data: a, learning_rate: 0.3 } }\n");

        Assert.Empty(project.RunIn("other"));
    }

    [Fact]
    public void moved_project_is_still_a_hit()
    {
        Directory.Move(project["work"], project["moved"]);

        Assert.Empty(project.RunIn("moved"));
    }

    [Fact]
    public void deleted_outputs_come_back_without_rerun()
    {
        Directory.Delete(project["work/outputs"], recursive: true);

        var done = project.Run();

        Assert.Empty(done);
        Assert.StartsWith("one=some at 0.2", project.Output("table", "text"));
    }

    [Fact]
    public void edited_output_is_put_right_without_rerun()
    {
        var shown = project["work/outputs/table/text/text.txt"];
        File.WriteAllText(shown, "my notes on it");

        var done = project.Run();

        Assert.Empty(done);
        Assert.StartsWith("one=some at 0.2", File.ReadAllText(shown));
        Assert.Equal("my notes on it", File.ReadAllText(shown + ".edited"));
    }

    [Fact]
    public void forced_stage_reruns_and_its_same_output_stops_the_wave() =>
        Assert.Equal(["general"], project.Run(Options(forced: ["general"])));

    [Fact]
    public void forced_matrix_reruns_all_its_instances() =>
        Assert.Equal(["scores.plain", "scores.tuned"], project.Run(Options(forced: ["scores.*"])));

    [Fact]
    public void everything_forced_reruns_everything() =>
        Assert.Equal(Project.Everything.Order(), project.Run(Options(forced: ["*"])).Order());

    [Fact]
    public void target_runs_only_what_it_needs()
    {
        using var fresh = new Project();

        var done = fresh.Run(new RunOptions(["plain"], [], fresh["work/outputs"]));

        Assert.Equal(["notes", "plain"], done);
    }

    [Fact]
    public void rest_runs_after_a_target()
    {
        using var fresh = new Project();
        fresh.Run(new RunOptions(["plain"], [], fresh["work/outputs"]));

        var done = fresh.Run();

        Assert.Equal(Project.Everything.Except(["notes", "plain"]).Order(), done.Order());
    }

    [Fact]
    public void failed_stage_reruns_and_finished_ones_do_not()
    {
        Assert.Throws<PipelineException>(() => project.Run(("words", "unlearnable words")));

        Assert.Throws<PipelineException>(() => project.Run(("words", "unlearnable words")));

        Assert.Equal(["corpus"], project.Reporter.ReusedStages.Intersect(["corpus"]));
        Assert.Equal(["general"], project.Reporter.FailedStages);
    }

    [Fact]
    public void interrupted_run_keeps_what_was_done()
    {
        using var fresh = new Project();
        using var interruption = new Interruption();
        var reporter = new RecordingReporter { OnDone = _ => interruption.Stop() };
        Assert.Throws<OperationCanceledException>(() =>
            fresh.Runner(reporter.Hear).Run(fresh.Load(), new RunOptions([], [], fresh["work/outputs"]) { MaxParallel = 1 }, interruption));

        var done = fresh.Run();

        Assert.Equal(["corpus"], reporter.Computed);
        Assert.Equal(Project.Everything.Except(["corpus"]).Order(), done.Order());
    }

    [Fact]
    public void damaged_result_is_computed_again()
    {
        var blob = Directory.EnumerateFiles(project["store/cas"], "*", SearchOption.AllDirectories).First(file => File.ReadAllText(file) == "hello big world");
        File.SetAttributes(blob, FileAttributes.Normal);
        File.WriteAllText(blob, "hello BIG world");

        var done = project.Run(("general.epochs", "4"));

        Assert.Equal(["corpus", "general", "tuned", "scores.tuned", "table"], done);
    }

    [Fact]
    public void deleted_record_is_computed_again_and_stops_the_wave()
    {
        var record = RecordOf("general");
        Assert.True(File.Exists(record));
        File.Delete(record);

        Assert.Equal(["general"], project.Run());
    }

    [Fact]
    public void deleted_store_computes_everything_again()
    {
        Directory.Delete(project["store"], recursive: true);

        Assert.Equal(Project.Everything.Order(), project.Run().Order());
    }

    [Fact]
    public void plan_says_what_the_run_then_does()
    {
        project.Edit("start: general, learning_rate: 0.2", "start: general, learning_rate: 0.9");
        var pipeline = project.Load();
        var resolution = new Resolution(pipeline, project.OpenStore());

        var planned = pipeline.Stages.Where(s => resolution.Resolve(s).State != StageState.Reused).Select(s => s.Name).ToList();

        Assert.Equal(planned, project.Run());
    }

    private RunOptions Options(string[] forced) => new([], forced, project["work/outputs"]);

    private string RecordOf(string stage)
    {
        var pipeline = project.Load();
        var resolution = new Resolution(pipeline, project.OpenStore());
        var key = pipeline.Stages.Select(s => (s.Name, resolution.Resolve(s).Document!.Key)).First(s => s.Name == stage).Key;
        return project[$"store/results/{key[..2]}/{key}.json"];
    }
}
