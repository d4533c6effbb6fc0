// A leaked row is caught in each place it can come from, before anything is trained.
using System.Text.Json;
using Tlpipe.Engine.Config;
using Tlpipe.Stages;
using Tlpipe.Stages.Experiments;
using Tlpipe.Stages.Scoring;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class OverlapTests
{
    [Theory]
    // The corpus of the language model holds the holdout, as in the notebook.
    [InlineData("allow_overlap: text\n      seed", "seed", "overlap.corpus-train-holdout", "reads 85 ")]
    // Labelled rows are taken from all rows: a classifier is trained on rows that it is evaluated on, whatever is allowed.
    [InlineData("where: split == \"train\", sample: 60", "sample: 60", "overlap.labelled-holdout", "would be trained on")]
    public void A_training_that_reads_rows_of_the_holdout_is_refused_with_the_place_of_its_rows(string before, string after, string stage, string expected)
    {
        using var experiment = new TinyExperiment();
        Assert.Contains(before, TinyExperiment.Config.ReplaceLineEndings("\n"));
        experiment.Write(TinyExperiment.Config.ReplaceLineEndings("\n").Replace(before, after));

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        var line = Assert.Single(ended.ErrorLines);
        Assert.Matches($@"^configs/tiny\.yaml:\d+:\d+: error TL0460: stage '{stage}': .*{expected}", line);
        Assert.DoesNotContain("domain", ended.Stages("running"));
    }

    [Fact]
    public void Predictions_that_are_scored_apart_are_guarded_too()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("model: domain, train: tokens.labelled", "model: domain, train: tokens.holdout").Replace("runtime:", """
              said:   { uses: predict, with: { model: finetuned, data: tokens.holdout } }
              scored: { uses: score, with: { predictions: said } }
            runtime:
            """.ReplaceLineEndings("\n")));

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath, "-t", "scored");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("TL0460", Assert.Single(ended.ErrorLines));
    }

    [Fact]
    public void A_corpus_without_the_holdout_is_not_transductive_and_a_checked_model_keeps_its_key()
    {
        using var experiment = TinyExperiment.Completed();
        experiment.Write(TinyExperiment.Config.Replace("corpus:          { uses: split, with: { table: reviews,", "corpus:          { uses: split, with: { table: strict,").Replace(
            "  general: ", "  strict:          { uses: select, with: { table: reviews, where: split == \"train\" } }\n  general: "));

        var ended = experiment.Run();

        Assert.Contains("random", ended.Stages("reused"));
        Assert.DoesNotContain(ended.Lines, line => line.Contains("transductive", StringComparison.Ordinal));
        using var overlap = JsonDocument.Parse(File.ReadAllText(experiment["outputs", "tiny", "overlap.corpus-train-holdout", "overlap", "overlap.json"]));
        Assert.Equal(0, overlap.RootElement.GetProperty("same_rows").GetInt32());
    }

    [Fact]
    public void A_choice_on_the_rows_that_are_reported_is_noted_and_baselines_are_scored_for_the_same_class()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("runtime:", """
              trial:
                uses: classify
                matrix: { lr: [1e-5, 1e-2] }
                with: { model: domain, train: tokens.labelled, eval: tokens.labelled, learning_rate: $(matrix.lr), num_train_epochs: 3, allow_overlap: text, seed: 1 }
              trial_scores:
                uses: evaluate
                matrix: { lr: [1e-5, 1e-2] }
                with: { model: trial.$(matrix.lr), data: tokens.holdout }
              chosen:     { uses: choose, with: { models: trial.*, results: trial_scores.* } }
              reported:   { uses: evaluate, with: { model: chosen, data: tokens.holdout, metrics: [f1], positive_label: 0 } }
              one:        { uses: evaluate, with: { model: trial.1e-5, data: tokens.holdout } }
              majority:   { uses: majority-classify, with: { train: labelled, eval: holdout } }
              table:      { uses: compare, with: { results: [reported, majority], metric: f1 } }
            runtime:
            """.ReplaceLineEndings("\n")));

        var pipeline = Experiment.Of(Pipeline.Load(experiment[TinyExperiment.ConfigPath], [], StageKinds.Catalog, experiment.Folder), StageKinds.Catalog);

        ScoreOptions Score(string name) => Assert.IsType<ScoreOptions>(pipeline[name]!.Options);
        Assert.Contains(Score("reported").Overlaps, check => check.Stage == "overlap.holdout-holdout-chosen");
        Assert.DoesNotContain(Score("one").Overlaps, check => check.Stage == "overlap.holdout-holdout-chosen");
        Assert.Equal(0, Score("majority.score").PositiveLabel);
    }

    [Fact]
    public void Every_way_by_which_rows_can_come_into_a_result_has_its_check()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("runtime:", """
              search:   { uses: tune, with: { stage: finetuned, table: reviews, space: { learning_rate: "choice(1e-3)" }, n_splits: 2 } }
              tuned:    { uses: classify, with: { model: { config_of: base, weights: random }, train: tokens.labelled, eval: tokens.labelled, eval_strategy: no, tuned: search, seed: 1 } }
              reported: { uses: evaluate, with: { model: tuned, data: tokens.holdout, calibrate_on: scores.random:predictions } }
              nearest:  { uses: centroid-classify, with: { model: domain, train: tokens.labelled, eval: tokens.holdout } }
              said:     { uses: predict, with: { model: finetuned, data: tokens.holdout } }
              guessed:  { uses: pseudo-label, with: { table: holdout, predictions: said, labelled: labelled } }
              guessed_tokens: { uses: tokenize, with: { table: guessed, tokenizer: base } }
              student:  { uses: classify, with: { model: { config_of: base, weights: random }, train: guessed_tokens, eval: tokens.labelled, eval_strategy: no, seed: 1 } }
              student_scores: { uses: evaluate, with: { model: student, data: tokens.holdout } }
              table:    { uses: compare, with: { results: [reported, nearest, student_scores] } }
            runtime:
            """.ReplaceLineEndings("\n")));

        var pipeline = Experiment.Of(Pipeline.Load(experiment[TinyExperiment.ConfigPath], [], StageKinds.Catalog, experiment.Folder), StageKinds.Catalog);

        // Checks of the same tables that allow different things are numbered.
        string[] Checks(string name) => [.. Assert.IsType<ScoreOptions>(pipeline[name]!.Options).Overlaps
            .Select(check => check.Stage.EndsWith("-2", StringComparison.Ordinal) ? check.Stage[..^2] : check.Stage).Order(StringComparer.Ordinal)];
        // Folds of all reviews, the holdout's among them, chose the options; the holdout itself set the temperature.
        Assert.Equal(["overlap.holdout-holdout-calibrated", "overlap.labelled-holdout", "overlap.reviews-holdout-chosen"], Checks("reported"));
        // The embeddings are those of a language model that read the corpus.
        Assert.Equal(["overlap.corpus-train-holdout", "overlap.labelled-holdout"], Checks("nearest.score"));
        // The student's rows, and what its teacher was trained on.
        Assert.Equal(["overlap.corpus-train-holdout", "overlap.guessed-holdout", "overlap.labelled-holdout"], Checks("student_scores").Where(check => !check.EndsWith("-chosen", StringComparison.Ordinal)));
    }
}
