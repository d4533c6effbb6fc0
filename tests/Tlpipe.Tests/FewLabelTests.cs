// Pseudo-labels and temperature scaling in a pipeline.
using System.Text.Json.Nodes;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class FewLabelTests
{
    private const string Stages = """
          unlabelled: { uses: select, with: { table: reviews, where: split == "train", except: labelled, columns: [text] } }
          unlabelled_tokens: { uses: tokenize, with: { table: unlabelled, tokenizer: base, truncation: true, max_length: 64 } }
          guesses:    { uses: predict, with: { model: finetuned, data: unlabelled_tokens } }
          guessed:    { uses: pseudo-label, with: { table: unlabelled, predictions: guesses, labelled: labelled, confidence: 0.5, per_class: 10 } }
          guessed_tokens: { uses: tokenize, with: { table: guessed, tokenizer: base, truncation: true, max_length: 64 } }
          student:    { uses: classify, with: { model: { config_of: base, weights: random }, train: guessed_tokens, eval: tokens.holdout, num_train_epochs: 1, allow_overlap: text, seed: 1 } }
          student_scores: { uses: evaluate, with: { model: student, data: tokens.holdout } }
          dev:        { uses: evaluate, with: { model: finetuned, data: tokens.labelled } }
          calibrated: { uses: evaluate, with: { model: finetuned, data: tokens.holdout, calibrate_on: dev:predictions } }
        runtime:
        """;

    [Fact]
    public void Rows_that_a_model_is_sure_of_are_learnt_from_and_the_table_knows_what_their_teacher_read()
    {
        using var experiment = Experiment("rows");

        experiment.Run("-t", "student_scores");

        var args = JsonNode.Parse(File.ReadAllText(experiment["outputs", "tiny", "student_scores", "metrics", "metrics.json"]))!;
        // The teacher's language model read the holdout's text.
        Assert.Contains(args["notes"]!.AsArray(), note => (string?)note!["use"] == "LanguageModel" && (int)note["same_rows"]! > 0);
        var ended = TlpipeProcess.Run(experiment.Folder, "show", TinyExperiment.ConfigPath, "guessed");
        Assert.Contains("confidence", ended.Output);
    }

    [Fact]
    public void A_temperature_is_fitted_on_other_rows_and_changes_no_answer()
    {
        using var experiment = Experiment("rows");

        experiment.Run("-t", "calibrated", "-t", "scores.finetuned");

        var (plain, calibrated) = (Report(experiment, "scores.finetuned"), Report(experiment, "calibrated"));
        Assert.Equal((double)plain["figures"]!["eval_accuracy"]!, (double)calibrated["figures"]!["eval_accuracy"]!);
        Assert.NotEqual((double)plain["figures"]!["eval_loss"]!, (double)calibrated["figures"]!["eval_loss"]!, 1e-9);
        Assert.InRange((double)calibrated["temperature"]!, 0.01, 100);
        Assert.Null(plain["temperature"]);
    }

    [Fact]
    public void A_temperature_that_is_fitted_on_the_rows_reported_on_is_said_to_be()
    {
        using var experiment = Experiment("rows");
        experiment.Write(File.ReadAllText(experiment[TinyExperiment.ConfigPath]).Replace("calibrate_on: dev:predictions", "calibrate_on: scores.finetuned:predictions"));

        experiment.Run("-t", "calibrated");

        Assert.Contains("set the temperature", File.ReadAllText(experiment["outputs", "tiny", "calibrated", "metrics", "report.md"]));
    }

    private static TinyExperiment Experiment(string allow)
    {
        var experiment = TinyExperiment.Completed();
        // The labelled rows are looked at on purpose: they stand for a dev split here.
        experiment.Write(TinyExperiment.Config.Replace("allow_overlap: text, seed: $(seed)", $"allow_overlap: {allow}, seed: $(seed)").Replace("runtime:", Stages.ReplaceLineEndings("\n")));
        return experiment;
    }

    private static JsonNode Report(TinyExperiment experiment, string stage) =>
        JsonNode.Parse(File.ReadAllText(experiment["outputs", "tiny", stage, "metrics", "report.json"]))!;
}
