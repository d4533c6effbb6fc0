// Figures of predictions: what they cost, and that they are right whichever way they are asked for.
using System.Text.Json;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class ScoreTests
{
    [Fact]
    public void Adding_a_metric_a_slice_or_a_threshold_to_a_finished_experiment_runs_no_model_and_plan_says_so()
    {
        using var experiment = TinyExperiment.Completed();
        experiment.Write(TinyExperiment.Config.Replace(
            "data: tokens.holdout }", "data: tokens.holdout, metrics: [accuracy, f1, roc_auc], slices: [source, length], length_bands: [30], threshold: 0.4 }"));

        var plan = TlpipeProcess.Run(experiment.Folder, "plan", TinyExperiment.ConfigPath);
        var ended = experiment.Run();

        Assert.All(["scores.random.predict", "scores.finetuned.predict", "domain", "random"], stage => Assert.Contains(" HIT ", Line(plan, stage)));
        Assert.All(["scores.random", "scores.finetuned"], stage => Assert.Matches(" RUN( |$)", Line(plan, stage)));
        Assert.Equal(["results", "scores.finetuned", "scores.random"], ended.Stages("done").Order());
        using var report = JsonDocument.Parse(File.ReadAllText(experiment["outputs", "tiny", "scores.random", "metrics", "report.json"]));
        var slices = report.RootElement.GetProperty("slices").EnumerateObject().ToDictionary(s => s.Name, s => s.Value);
        Assert.Equal(["length=0-29", "length=30+"], slices.Keys.Where(name => name.StartsWith("length", StringComparison.Ordinal)));
        Assert.True(slices.Keys.Count(name => name.StartsWith("source=", StringComparison.Ordinal)) >= 2);
        Assert.Equal(91, slices.Where(s => s.Key.StartsWith("source=", StringComparison.Ordinal)).Sum(s => s.Value.GetProperty("rows").GetDouble()));
        var weighted = slices.Where(s => s.Key.StartsWith("source=", StringComparison.Ordinal)).Sum(s => s.Value.GetProperty("rows").GetDouble() * s.Value.GetProperty("eval_accuracy").GetDouble());
        Assert.Equal(report.RootElement.GetProperty("figures").GetProperty("eval_accuracy").GetDouble(), weighted / 91, 1e-12);
    }

    [Fact]
    public void Predict_and_score_give_what_evaluate_gives_and_a_language_model_is_evaluated_at_masked_positions()
    {
        using var experiment = TinyExperiment.Completed();
        experiment.Write(TinyExperiment.Config.Replace("runtime:", """
              said:   { uses: predict, with: { model: finetuned, data: tokens.holdout } }
              scored: { uses: score, with: { predictions: said } }
              mlm:    { uses: evaluate, with: { model: domain, data: windows.test, mlm_seed: 3 } }
            runtime:
            """.ReplaceLineEndings("\n")));

        experiment.Run();

        var evaluated = Metrics(experiment, "scores.finetuned");
        var scored = Metrics(experiment, "scored");
        var masked = Metrics(experiment, "mlm");
        Assert.Equal(evaluated["eval_accuracy"], scored["eval_accuracy"], 1e-12);
        Assert.Equal(evaluated["eval_loss"], scored["eval_loss"], 1e-6);
        Assert.Equal(Math.Exp(masked["eval_loss"]), masked["eval_perplexity"], 1e-9);
        Assert.InRange(masked["eval_loss_standard_error"], 1e-4, 1);
        Assert.InRange(masked["eval_accuracy"], 0, 1);
    }

    [Fact]
    public void Seeds_of_a_matrix_are_runs_of_one_option()
    {
        // The finished experiment already has both trainings of seed 7.
        using var experiment = TinyExperiment.Completed();
        experiment.Write(TinyExperiment.Config
            .Replace("random:          { uses: classify,", "random:          { uses: classify, matrix: { seed: 7..8 },")
            .Replace("finetuned:       { uses: classify,", "finetuned:       { uses: classify, matrix: { seed: [7, 8] },")
            .Replace("allow_overlap: text, seed: $(seed)", "allow_overlap: text, seed: $(matrix.seed)")
            .Replace("matrix: { model: [random, finetuned] }", "matrix: { model: [random, finetuned], seed: 7..8 }")
            .Replace("with: { model: $(matrix.model), data", "with: { model: $(matrix.model).$(matrix.seed), data"));

        var plan = TlpipeProcess.Run(experiment.Folder, "plan", TinyExperiment.ConfigPath);
        experiment.Run();

        Assert.Contains(plan.Lines, line => line.Contains("results: 2 of 4 runs are there", StringComparison.Ordinal) && line.Contains("random (8)", StringComparison.Ordinal));
        using var results = JsonDocument.Parse(File.ReadAllText(experiment["outputs", "tiny", "results", "table", "results.json"]));
        var rows = results.RootElement.GetProperty("rows").EnumerateArray().ToList();
        Assert.Equal(["random", "finetuned"], rows.Select(row => row.GetProperty("label").GetString()));
        Assert.All(rows, row => Assert.Equal(["7", "8"], row.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("run").GetString())));
        double[] accuracies = [.. rows[0].GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("values").GetProperty("eval_accuracy").GetDouble())];
        Assert.Equal(accuracies.Average(), rows[0].GetProperty("values").GetProperty("eval_accuracy").GetDouble(), 1e-12);
        var difference = Assert.Single(results.RootElement.GetProperty("differences").EnumerateArray());
        Assert.Equal(2, difference.GetProperty("paired_runs").GetInt32());
        Assert.Contains("seeds vary by", results.RootElement.GetProperty("sentences")[0].GetString());
        Assert.Contains("± ", File.ReadAllText(experiment["outputs", "tiny", "results", "table", "results.md"]));
    }

    [Fact]
    public void A_grid_of_trials_is_chosen_from_on_a_dev_split_and_the_majority_stands_beside_the_rest()
    {
        using var experiment = TinyExperiment.Completed();
        experiment.Write(TinyExperiment.Config.Replace("runtime:", """
              parts:      { uses: split, with: { table: labelled, test_size: 20, random_state: 1, stratify: label } }
              part_tokens:
                uses: tokenize
                matrix: { part: [train, test] }
                with: { table: "parts:$(matrix.part)", tokenizer: base, truncation: true, max_length: 64 }
              trial:
                uses: classify
                matrix: { lr: [1e-5, 1e-2] }
                with: { model: domain, train: part_tokens.train, eval: part_tokens.test, learning_rate: $(matrix.lr), num_train_epochs: 3, per_device_train_batch_size: 8, allow_overlap: text, seed: 1 }
              trial_scores:
                uses: evaluate
                matrix: { lr: [1e-5, 1e-2] }
                with: { model: trial.$(matrix.lr), data: part_tokens.test }
              chosen:     { uses: choose, with: { models: trial.*, results: trial_scores.* } }
              reported:   { uses: evaluate, with: { model: chosen, data: tokens.holdout } }
              majority:   { uses: majority-classify, with: { train: labelled, eval: holdout } }
              table:      { uses: compare, with: { results: [reported, majority, scores.*], baseline: majority } }
            runtime:
            """.ReplaceLineEndings("\n")));

        experiment.Run();

        double[] losses = [Metrics(experiment, "trial_scores.1e-5")["eval_loss"], Metrics(experiment, "trial_scores.1e-2")["eval_loss"]];
        var best = losses[0] <= losses[1] ? "1e-5" : "1e-2";
        Assert.Equal(
            File.ReadAllBytes(experiment["outputs", "tiny", $"trial.{best}", "model", "model.safetensors"]),
            File.ReadAllBytes(experiment["outputs", "tiny", "chosen", "model", "model.safetensors"]));
        Assert.StartsWith(best + ",", File.ReadAllLines(experiment["outputs", "tiny", "chosen", "trials", "trials.csv"])[1]);
        var table = File.ReadAllLines(experiment["outputs", "tiny", "table", "table", "results.csv"]);
        Assert.Equal(["reported", "majority", "random", "finetuned"], table[1..].Select(line => line.Split(',')[0]));
        // The dev split chose, so nothing is said of choosing on the rows reported.
        Assert.DoesNotContain("chosen on these rows", table[1]);
        Assert.Contains("transductive", table[1]);
        using var results = JsonDocument.Parse(File.ReadAllText(experiment["outputs", "tiny", "table", "table", "results.json"]));
        Assert.Equal(6, results.RootElement.GetProperty("differences").GetArrayLength());
        Assert.All(results.RootElement.GetProperty("differences").EnumerateArray(), difference => Assert.Equal(2, difference.GetProperty("interval_95").GetArrayLength()));
    }

    private static Dictionary<string, double> Metrics(TinyExperiment experiment, string stage)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(experiment["outputs", "tiny", stage, "metrics", "metrics.json"]));
        return json.RootElement.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.Number).ToDictionary(m => m.Name, m => m.Value.GetDouble());
    }

    private static string Line(Ended ended, string stage) =>
        Assert.Single(ended.Lines, line => line.StartsWith($"  {stage} ", StringComparison.Ordinal));
}
