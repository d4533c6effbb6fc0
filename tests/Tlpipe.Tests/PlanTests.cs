// The plan command: what a run would do.
namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class PlanTests
{
    [Fact]
    public void The_published_experiment_is_foreseen_with_its_updates_before_its_files_are_there()
    {
        using var store = new TemporaryFolder();

        var ended = TlpipeProcess.Run(
            TestFiles.Repository, new Dictionary<string, string> { ["HF_HOME"] = store["hf"] },
            "plan", "configs/americanas.yaml", "--offline", "-p", "data=nowhere.parquet", "--store", store["store"]);

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches("domain .* 1,440 updates, .* PFLOP", Line(ended, "domain"));
        Assert.All(["random", "pretrained", "finetuned"], stage => Assert.Matches(" 50 updates, ", Line(ended, stage)));
        Assert.Contains(ended.Lines, line => line.Contains("GFLOP/s"));
        Assert.Collection(
            ended.ErrorLines,
            line => Assert.Matches(@"^configs/americanas\.yaml:\d+:\d+: error TL0454: .*neuralmind/bert-base-portuguese-cased is not in the cache", line),
            line => Assert.Matches(@"^configs/americanas\.yaml:\d+:\d+: error TL0303: ", line));
    }

    [Fact]
    public void A_finished_experiment_is_planned_as_reused_and_a_changed_option_as_work()
    {
        using var experiment = TinyExperiment.Completed();

        var finished = TlpipeProcess.Run(experiment.Folder, "plan", TinyExperiment.ConfigPath);
        var changed = TlpipeProcess.Run(experiment.Folder, "plan", TinyExperiment.ConfigPath, "-p", "finetuned.learning_rate=3e-5");

        Assert.Equal(0, finished.ExitCode);
        Assert.All(finished.Lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal)), line => Assert.Contains(" HIT ", line));
        Assert.Matches("RUN .*8 updates", Line(changed, "finetuned"));
        Assert.Contains("RUN?", Line(changed, "scores.finetuned.predict"));
        Assert.Contains("RUN?", Line(changed, "scores.finetuned"));
        Assert.Contains(" HIT ", Line(changed, "domain"));
    }

    private static string Line(Ended ended, string stage) =>
        Assert.Single(ended.Lines, line => line.StartsWith($"  {stage} ", StringComparison.Ordinal));
}
