// Runs, seen from outside: what they reuse, resume and show.
using System.Text.Json;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class RunTests
{
    private const int Interrupt = 2;

    private static readonly string[] Everything =
    [
        "general", "tokenizer", "base", "reviews", "labelled", "holdout", "tokens.labelled", "tokens.holdout", "corpus", "mlm_tokens.train", "mlm_tokens.test",
        "windows.train", "windows.test", "overlap.labelled-holdout", "overlap.holdout-holdout-chosen", "overlap.corpus-train-holdout", "domain", "random", "finetuned",
        "scores.random.predict", "scores.random", "scores.finetuned.predict", "scores.finetuned", "results",
    ];

    [Fact]
    public void A_first_run_computes_every_stage_and_ends_with_the_table()
    {
        using var experiment = TinyExperiment.Completed();

        var ended = experiment.FirstRun;

        Assert.Equal(Everything.Order(), ended.Stages("done").Order());
        Assert.Contains(ended.Lines, line => line.Contains("eval_loss") && line.Contains("eval_accuracy") && line.Contains("eval_steps_per_second"));
        Assert.Contains(ended.Lines, line => line.Contains("Training loss") && line.Contains("Validation loss") && line.Contains("Accuracy"));
        Assert.Contains("model finetuned: outputs/tiny/finetuned/model", ended.Lines);
        Assert.True(File.Exists(experiment["outputs", "tiny", "finetuned", "model", "model.safetensors"]));
    }

    [Fact]
    public void A_second_run_takes_everything_from_the_store_and_loads_no_libtorch()
    {
        using var experiment = TinyExperiment.Completed();

        var again = TlpipeProcess.Run(
            experiment.Folder, new Dictionary<string, string> { ["LD_DEBUG"] = "libs" }, "run", TinyExperiment.ConfigPath);

        Assert.Equal(0, again.ExitCode);
        Assert.Equal(Everything.Order(), again.Stages("reused").Order());
        Assert.Contains("libcoreclr", again.Errors);
        Assert.DoesNotContain("torch", again.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_changed_learning_rate_runs_only_that_classifier_and_what_follows_it()
    {
        using var experiment = TinyExperiment.Completed();

        var changed = experiment.Run("-p", "finetuned.learning_rate=3e-5");

        Assert.Equal(["finetuned", "results", "scores.finetuned", "scores.finetuned.predict"], changed.Stages("done").Order());
        Assert.Contains(changed.Lines, line => line.TrimStart().StartsWith("domain", StringComparison.Ordinal) && line.Contains("reused") && line.Contains("saves"));
    }

    [Fact]
    public void A_changed_comment_or_stage_name_runs_nothing()
    {
        using var experiment = TinyExperiment.Completed();
        experiment.Write(TinyExperiment.Config.Replace("# the experiment, tiny", "# another comment").Replace("windows", "pieces"));

        var again = experiment.Run();

        Assert.Empty(again.Stages("done"));
    }

    [Fact]
    public void Deleted_outputs_come_back_from_the_store()
    {
        using var experiment = TinyExperiment.Completed();
        Directory.Delete(experiment["outputs"], recursive: true);

        var again = experiment.Run();

        Assert.Empty(again.Stages("done"));
        Assert.True(File.Exists(experiment["outputs", "tiny", "results", "table", "results.md"]));
    }

    [Fact]
    public void A_forced_stage_runs_although_its_result_is_there()
    {
        using var experiment = TinyExperiment.Completed();

        var forced = experiment.Run("--force", "windows.train");

        Assert.Equal(["windows.train"], forced.Stages("done"));
    }

    [Fact]
    public void A_target_runs_with_what_it_needs_and_nothing_else()
    {
        using var experiment = new TinyExperiment();

        var ended = experiment.Run("-t", "labelled");

        Assert.Equal(["labelled", "reviews"], ended.Stages("done").Order());
    }

    [Fact]
    public void A_run_killed_in_the_middle_of_training_goes_on_and_ends_with_the_same_bytes()
    {
        using var undisturbed = TinyExperiment.Completed();
        using var disturbed = new TinyExperiment();

        var kills = 0;
        // An epoch has 25 updates. The training waits in the next one, so that it is killed there however slow this machine is.
        foreach (var (epoch, step) in new[] { ("1.00", 30), ("2.00", 60), ("4.00", 110) })
            kills += TlpipeProcess.RunUntilKilled(disturbed.Folder, line => EndsEpoch(line, epoch), HeldAt(step), "run", TinyExperiment.ConfigPath, "-t", "domain") ? 1 : 0;
        var resumed = disturbed.Run("-t", "domain");

        Assert.Equal(3, kills);
        Assert.Contains("domain", resumed.Stages("resumes"));
        Assert.Equal(
            File.ReadAllBytes(undisturbed["outputs", "tiny", "domain", "model", "model.safetensors"]),
            File.ReadAllBytes(disturbed["outputs", "tiny", "domain", "model", "model.safetensors"]));
    }

    [Fact]
    public void Ctrl_C_stops_after_the_step_with_exit_code_130_and_the_next_run_goes_on()
    {
        using var experiment = new TinyExperiment();

        var interrupted = TlpipeProcess.RunUntilSignalled(
            experiment.Folder, line => EndsEpoch(line, "1.00"), Interrupt, HeldAt(30), "run", TinyExperiment.ConfigPath, "-t", "domain");
        var resumed = experiment.Run("-t", "domain");

        Assert.Equal(130, interrupted.ExitCode);
        Assert.Contains("domain", interrupted.Stages("stopped"));
        Assert.Contains("domain", resumed.Stages("resumes"));
    }

    [Fact]
    public void The_table_is_written_as_markdown_csv_and_json_with_trainers_columns()
    {
        using var experiment = TinyExperiment.Completed();
        const string columns = "eval_loss,eval_accuracy,eval_runtime,eval_samples_per_second,eval_steps_per_second,epoch,notes";

        var csv = File.ReadAllLines(experiment["outputs", "tiny", "results", "table", "results.csv"]);
        var markdown = File.ReadAllLines(experiment["outputs", "tiny", "results", "table", "results.md"]);
        using var json = JsonDocument.Parse(File.ReadAllText(experiment["outputs", "tiny", "results", "table", "results.json"]));

        Assert.Equal("," + columns, csv[0]);
        Assert.Equal(["random", "finetuned"], csv[1..].Select(line => line.Split(',')[0]));
        Assert.EndsWith(",2.0,chosen on these rows", csv[1]);
        Assert.EndsWith(",2.0,chosen on these rows; transductive", csv[2]);
        Assert.Equal($"|  | {columns.Replace(",", " | ")} |", markdown[0]);
        Assert.StartsWith("| random | ", markdown[2]);
        Assert.StartsWith("| finetuned | ", markdown[3]);
        Assert.Contains(markdown, line => line.StartsWith("- finetuned is ", StringComparison.Ordinal) && line.Contains("one seed", StringComparison.Ordinal));
        Assert.Equal(["random", "finetuned"], json.RootElement.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("label").GetString()));
        Assert.All(
            json.RootElement.GetProperty("rows").EnumerateArray(),
            row => Assert.InRange(row.GetProperty("values").GetProperty("eval_accuracy").GetDouble(), 0, 1));
    }

    private static Dictionary<string, string> HeldAt(int step) => new() { [TlpipeProgram.HoldAt] = $"{step}" };

    private static bool EndsEpoch(string line, string epoch) => line.TrimStart().StartsWith(epoch + " ", StringComparison.Ordinal);
}
