// Small experiments that once gave a wrong result, a crash or no word. Each is a config with its rows in tests/Goldens/cases/doing.
using System.Text.Json;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class ExperimentCaseTests
{
    [Theory]
    [InlineData("override-below-a-scalar", "s.random_state.x=9", "'1' has nothing below it")]
    [InlineData("override-unknown-instance", "s.7.sample=2", "stage 's' has no instance that this names")]
    [InlineData("table-where-tokens-belong", "e.data=valid", "data: 'valid' is a table, not tokenized rows or windows of tokens")]
    [InlineData("tokens-where-a-model-belongs", "e.model=tokens.train", "model: 'tokens.train' is tokenized rows, not a model")]
    public void A_value_that_fits_nothing_is_refused_before_anything_runs(string name, string value, string why)
    {
        using var folder = Case(name);

        var ended = Run(folder, "plan", "case.yaml", "-p", value);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(why, ended.Errors);
    }

    [Fact]
    public void A_star_sets_an_option_of_all_instances()
    {
        using var folder = Case("override-star");

        Assert.Equal("9", Run(folder, "config", "get", "case.yaml", "s.5.random_state", "-p", "s.*.random_state=9").Output.Trim());
    }

    [Fact]
    public void A_number_is_not_compared_with_a_text_that_spells_it()
    {
        using var folder = Case("condition-number-and-text");

        Assert.Contains("property 'size' holds a number, which '==' cannot compare with text", Run(folder, "plan", "case.yaml").Errors);
    }

    [Fact]
    public void A_training_that_is_never_evaluated_says_so()
    {
        using var folder = Case("best-model-without-evaluation");

        var ended = Run(folder, "run", "case.yaml", "-t", "m");

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("no evaluation takes place: eval_steps is 500, and training ends after", ended.Output + ended.Errors);
    }

    [Fact]
    public void A_batch_in_which_no_row_counts_changes_no_weight_into_NaN()
    {
        using var folder = Case("class-weight-zero");

        Assert.Equal(0, Run(folder, "run", "case.yaml", "-t", "w0").ExitCode);

        using var model = SafetensorsFile.Open(folder["outputs/case/w0/model/model.safetensors"]);
        Assert.All(model.Entries.Keys, name => Assert.All(Floats(model, name), weight => Assert.True(float.IsFinite(weight), name)));
    }

    [Fact]
    public void A_model_that_diverged_is_scored_compared_and_passed_over()
    {
        using var folder = Case("diverged-model-scored");

        var ended = Run(folder, "run", "case.yaml");

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Assert.Contains("the weights are not numbers", ended.Output + ended.Errors);
        Assert.StartsWith("| good |", File.ReadLines(folder["outputs/case/best/trials/trials.md"]).ElementAt(2));
        using var metrics = JsonDocument.Parse(File.ReadAllText(folder["outputs/case/scores.div/metrics/metrics.json"]));
        Assert.Equal(JsonValueKind.Null, metrics.RootElement.GetProperty("eval_loss").ValueKind);
    }

    [Fact]
    public void A_trial_that_diverges_is_the_last_and_ends_no_search()
    {
        using var folder = Case("diverged-trial-in-tune");

        var ended = Run(folder, "run", "case.yaml", "-t", "tuned");

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        Assert.DoesNotContain("1e30", File.ReadAllText(folder["outputs/case/tuned/options/options.json"]), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("1e30", File.ReadLines(folder["outputs/case/tuned/trials/trials.csv"]).Last(), StringComparison.OrdinalIgnoreCase);
    }

    // As scikit-learn: f1_score(average="binary") refuses a target of several classes.
    [Fact]
    public void F1_of_three_classes_is_refused_with_the_averages_there_are()
    {
        using var folder = Case("f1-of-three-classes");

        var ended = Run(folder, "run", "case.yaml", "-t", "s");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("f1 is about one of two classes, and these predictions have 3; give f1_macro, f1_micro or f1_weighted", ended.Errors);
    }

    [Fact]
    public void An_evaluation_in_which_one_batch_has_nothing_masked_has_a_loss()
    {
        using var folder = Case("mlm-evaluation-without-masks");

        Assert.Equal(0, Run(folder, "run", "case.yaml", "-t", "lm").ExitCode);

        var losses = Logged(folder, "lm", "eval_loss");
        Assert.Equal(2, losses.Count);
        Assert.All(losses, loss => Assert.InRange(loss, 5, 6.5));
    }

    [Fact]
    public void An_option_without_effect_beside_whole_words_by_offsets_is_refused()
    {
        using var folder = Case("offsets-ignore-mask-replace-prob");

        var ended = Run(folder, "plan", "case.yaml");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("mask_replace_prob: with whole_word_mask: offsets all that is chosen becomes [MASK]", ended.Errors);
    }

    // Trainer 4.57.6, run on the same rows, keeps the newest.
    [Theory]
    [InlineData("save-total-limit-without-best")]
    [InlineData("save-total-limit-without-best-mlm")]
    public void Where_nothing_asks_for_the_best_the_newest_checkpoint_stays(string name)
    {
        using var folder = Case(name);

        Assert.Equal(0, Run(folder, "run", "case.yaml", "-t", "m").ExitCode);

        Assert.Equal([folder["outputs/case/m/checkpoints/checkpoint-12"]], Directory.GetDirectories(folder["outputs/case/m/checkpoints"]));
    }

    // Eight micro-batches of 8 rows against one batch of their 64 rows: the two options are the same computation but for rounding.
    [Fact]
    public void A_token_loss_with_class_weights_has_the_gradient_of_the_large_batch()
    {
        using var folder = Case("token-loss-with-class-weights");

        Assert.Equal(0, Run(folder, "run", "case.yaml").ExitCode);

        var (large, small) = (Logged(folder, "big", "grad_norm"), Logged(folder, "tok", "grad_norm"));
        Assert.NotEmpty(large);
        Assert.All(large.Zip(small), pair => Assert.Equal(1, pair.Second / pair.First, 1e-4));
    }

    [Theory]
    [InlineData("mix", "base")]
    [InlineData("ev", "ok")]
    public void Ids_of_another_vocabulary_are_refused(string target, string model)
    {
        using var folder = Case("tokens-of-another-tokenizer");

        var ended = Run(folder, "run", "case.yaml", "-t", target);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains($"are ids of another vocabulary than the one of '{model}'", ended.Errors);
    }

    [Fact]
    public void A_figure_that_is_not_defined_for_the_rows_is_not_called_missing()
    {
        using var folder = Case("undefined-metric-in-choose");

        var ended = Run(folder, "run", "case.yaml", "-t", "pick");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("eval_roc_auc is not a number for any of 2 results", ended.Errors);
        Assert.Contains("rows of one class have no roc_auc", ended.Errors);
    }

    private static TemporaryFolder Case(string name)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(TestFiles.Golden("cases", "doing", name)))
            File.Copy(file, folder[Path.GetFileName(file)]);
        return folder;
    }

    private static Ended Run(TemporaryFolder folder, params string[] arguments) =>
        TlpipeProcess.Run(folder.Path, new Dictionary<string, string> { ["TINY_MLM"] = TestFiles.Golden("model", "tiny-mlm") }, arguments);

    private static List<double> Logged(TemporaryFolder folder, string stage, string figure)
    {
        using var state = JsonDocument.Parse(File.ReadAllText(folder[$"outputs/case/{stage}/log/trainer_state.json"]));
        return [.. state.RootElement.GetProperty("log_history").EnumerateArray().Where(entry => entry.TryGetProperty(figure, out _)).Select(entry => entry.GetProperty(figure).GetDouble())];
    }

    private static float[] Floats(SafetensorsFile file, string name)
    {
        var bytes = file.ReadBytes(name);
        var floats = new float[bytes.Length / sizeof(float)];
        Buffer.BlockCopy(bytes, 0, floats, 0, bytes.Length);
        return floats;
    }
}
