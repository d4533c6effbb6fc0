// Options chosen by cross-validation of the labelled rows.
using System.Text.Json.Nodes;
using Tlpipe.Stages.Comparisons;

namespace Tlpipe.Tests;

public sealed class TuneTests
{
    private const string Tuning = """
          tuning:
            uses: tune
            with:
              stage: finetuned
              space:
                learning_rate: choice(1e-5, 2e-2)
                weight_decay: choice(0.5)
              n_splits: 2
              metric: accuracy
              seed: 1
          best:    { uses: classify, with: { model: domain, train: tokens.labelled, eval: tokens.holdout, num_train_epochs: 2, per_device_train_batch_size: 16, allow_overlap: text, seed: 7, tuned: tuning, load_best_model_at_end: false } }
          reported: { uses: evaluate, with: { model: best, data: tokens.holdout } }
        runtime:
        """;

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void The_trial_with_the_best_mean_over_the_folds_is_trained_with_and_the_holdout_has_no_part_in_it()
    {
        using var experiment = TinyExperiment.Completed();
        experiment.Write(TinyExperiment.Config.Replace("runtime:", Tuning.ReplaceLineEndings("\n")));

        experiment.Run("-t", "reported");

        double[] means = [.. Enumerable.Range(0, 3).Select(trial => Enumerable.Range(0, 2).Average(fold => (double)Json(experiment, $"tuning.score.{trial}-{fold}", "metrics", "metrics.json")["eval_accuracy"]!))];
        string[] rates = ["", "1e-5", "2e-2"];
        var best = Array.IndexOf(means, means.Max());
        Assert.Equal(rates[best], (string?)Json(experiment, "tuning", "options", "options.json")["learning_rate"] ?? "");
        var trained = Json(experiment, "best", "model", "training_args.json");
        Assert.Equal(best == 0 ? 5e-5 : double.Parse(rates[best], System.Globalization.CultureInfo.InvariantCulture), (double)trained["learning_rate"]!);
        Assert.Equal(best == 0 ? 0 : 0.5, (double)trained["weight_decay"]!);
        Assert.StartsWith($"\"{(best == 0 ? "as written" : $"learning_rate {rates[best]}, weight_decay 0.5")}\"", File.ReadAllLines(experiment["outputs", "tiny", "tuning", "trials", "trials.csv"])[1]);
        // Every labelled row is judged by once: 60 rows in two folds of 30.
        Assert.All(Enumerable.Range(0, 2), fold => Assert.Equal(30, (int)Json(experiment, $"tuning.score.1-{fold}", "metrics", "metrics.json")["eval_samples"]!));
        Assert.False(Directory.Exists(experiment["outputs", "tiny", "results"]) && File.ReadAllText(experiment["outputs", "tiny", "reported", "metrics", "metrics.json"]).Contains("chosen", StringComparison.Ordinal));
    }

    [Fact]
    [Trait(Tier.Name, Tier.All)]
    public void A_longer_search_runs_its_new_trials_alone()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Bag("n_trials: 3"));
        experiment.Run();
        experiment.Write(Bag("n_trials: 5"));

        var ended = experiment.Run();

        Assert.Equal(["search", "search.trial.4-0", "search.trial.4-1", "search.trial.5-0", "search.trial.5-1"], ended.Stages("done").Where(stage => stage.StartsWith("search", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var lines = File.ReadAllLines(experiment["outputs", "tiny", "search", "trials", "trials.csv"]);
        Assert.Equal(7, lines.Length);
        double[] losses = [.. lines[1..].Select(line => double.Parse(line.Split(',')[^2], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(losses.Order(), losses);
    }

    [Theory]
    [Trait(Tier.Name, Tier.All)]
    [InlineData("stage: bag", "stage: bagg", "stage: there is no stage 'bagg'")]
    [InlineData("stage: bag", "stage: labelled", "stage: 'labelled' is select")]
    [InlineData("c: log_uniform(0.1, 100)", "cc: choice(1)", "unknown option 'cc'")]
    [InlineData("c: log_uniform(0.1, 100)", "c: choice(1, none)", "c: 'none' is not a number")]
    [InlineData("c: log_uniform(0.1, 100)", "c: log_uniform(0, 100)", "begin above 0")]
    [InlineData("c: log_uniform(0.1, 100)", "c: between 1 and 2", "is not a range")]
    [InlineData("n_trials: 3", "n_splits: 2", "give n_trials")]
    public void A_search_that_cannot_be_made_is_one_clear_line(string before, string after, string expected)
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Bag("n_trials: 3").Replace(before, after));

        var ended = TlpipeProcess.Run(experiment.Folder, "plan", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches(@"^configs/tiny\.yaml:\d+:\d+: error TL", ended.ErrorLines[0]);
        Assert.Contains(expected, ended.ErrorLines[0]);
    }

    // 2,000 draws of each: uniform in the logarithm means that each decade has a third.
    [Fact]
    public void Draws_have_the_distribution_that_is_asked_for()
    {
        var space = new Dictionary<string, SearchRange>
        {
            ["a"] = SearchRange.Parse("log_uniform(1e-5, 1e-2)"),
            ["b"] = SearchRange.Parse("int_uniform(2, 4)"),
            ["c"] = SearchRange.Parse("uniform(-1, 3)"),
            ["d"] = SearchRange.Parse("choice(x, y)"),
        };

        var trials = SearchSpace.Trials(space, 2000, seed: 3);

        Assert.Empty(trials[0]);
        double[] Of(string name) => [.. trials.Skip(1).Select(trial => double.Parse(trial.Single(value => value.Key == name).Value, System.Globalization.CultureInfo.InvariantCulture))];
        Assert.All([(1e-5, 1e-4), (1e-4, 1e-3), (1e-3, 1e-2)], decade => Assert.InRange(Of("a").Count(x => x >= decade.Item1 && x < decade.Item2), 580, 755));
        Assert.All([2.0, 3, 4], value => Assert.InRange(Of("b").Count(x => x == value), 580, 755));
        Assert.InRange(Of("c").Average(), 0.9, 1.1);
        Assert.All(Of("c"), x => Assert.InRange(x, -1, 3));
        Assert.InRange(trials.Skip(1).Count(trial => trial.Any(value => value is { Key: "d", Value: "x" })), 900, 1100);
        Assert.Equal(trials.Take(11).Select(trial => string.Join(' ', trial)), SearchSpace.Trials(space, 10, seed: 3).Select(trial => string.Join(' ', trial)));
    }

    private static string Bag(string count) => $"""
        name: tiny
        root: ..
        stages:
          reviews:  {"{"} uses: synthesize-reviews, with: {"{"} rows: 300, seed: 7 {"}}"}
          labelled: {"{"} uses: select, with: {"{"} table: reviews, where: split == "train" {"}}"}
          holdout:  {"{"} uses: select, with: {"{"} table: reviews, where: split != "train" {"}}"}
          bag:      {"{"} uses: tfidf-classify, with: {"{"} train: labelled, eval: holdout, allow_overlap: text {"}}"}
          search:
            uses: tune
            with:
              stage: bag
              space:
                c: log_uniform(0.1, 100)
              n_splits: 2
              {count}
        """.Replace("      n_splits: 2\n      n_splits: 2", "      n_splits: 2");

    private static JsonNode Json(TinyExperiment experiment, params string[] path) => JsonNode.Parse(File.ReadAllText(experiment[["outputs", "tiny", .. path]]))!;
}
