// predict, fill-mask and export, as the user uses them.
using System.Text.Json.Nodes;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class ModelUseTests : IDisposable
{
    private static readonly string Classifier = TestFiles.Golden("model", "tiny-classifier");
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Predictions_come_in_the_order_of_the_input_with_its_columns()
    {
        File.WriteAllLines(folder["r.jsonl"], Enumerable.Range(0, 700).Select(i => $$"""{"id": {{i}}, "text": "{{string.Join(' ', Enumerable.Repeat("muito bom", i % 40))}}"}"""));

        var ended = TlpipeProcess.Run(folder.Path, "predict", Classifier, "--input", "r.jsonl", "--output", "out.jsonl");

        Assert.Equal((0, ""), (ended.ExitCode, ended.Output));
        Assert.Contains("texts were cut at 64 tokens", ended.Errors, StringComparison.Ordinal);
        var rows = File.ReadLines(folder["out.jsonl"]).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(Enumerable.Range(0, 700), rows.Select(row => (int)row["id"]!));
        // "muito bom" as the pipeline answers it (pipelines.json).
        Assert.Equal("negativo", (string?)rows[1]["prediction"]);
        Assert.Equal(0.5448839068412781, (double)rows[1]["score"]!, 1e-5);
        Assert.Equal(0.4551160931587219, (double)rows[1]["probabilities"]!["positivo"]!, 1e-5);
        Assert.False(File.Exists(folder["out.jsonl.partial"]));
    }

    [Fact]
    public void A_row_that_cannot_be_read_ends_it_and_loses_nothing()
    {
        File.WriteAllText(folder["r.jsonl"], "{\"text\": \"bom\"}\n{\"text\": null}\nbom\n");

        var ended = TlpipeProcess.Run(folder.Path, "predict", Classifier, "-i", "r.jsonl", "-o", "out.jsonl", "--batch-size", "1");

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches("^error TL0401: r.jsonl:3:1: this is not JSON; ", Assert.Single(ended.ErrorLines));
        Assert.Equal(2, File.ReadLines(folder["out.jsonl.partial"]).Count());
        Assert.False(File.Exists(folder["out.jsonl"]));
    }

    [Fact]
    public void A_column_with_a_prediction_s_name_is_kept_only_if_asked_for_elsewhere()
    {
        File.WriteAllText(folder["r.csv"], "id,text,score\n7,bom,3\n");

        var refused = TlpipeProcess.Run(folder.Path, "predict", Classifier, "-i", "r.csv");
        var chosen = TlpipeProcess.Run(folder.Path, "predict", Classifier, "-i", "r.csv", "--columns", "id");

        Assert.Contains("the input has a column 'score'", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(["id", "prediction", "score", "probabilities"], JsonNode.Parse(chosen.Output)!.AsObject().Select(member => member.Key));
    }

    [Fact]
    public void A_mask_given_on_the_command_line_is_filled()
    {
        var ended = TlpipeProcess.Run(folder.Path, "fill-mask", TestFiles.Golden("model", "tiny-mlm"), "--text", "muito [MASK], recomendo", "--top-k", "1");

        Assert.True(ended.ExitCode == 0, ended.Errors);
        var prediction = JsonNode.Parse(ended.Output)!["predictions"]![0]!;
        Assert.Equal("muitopida, recomendo", (string?)prediction["sequence"]);
        Assert.Equal(170, (int)prediction["token"]!);
    }

    [Fact]
    public void A_stage_s_model_is_used_by_its_name_and_exported_with_its_card()
    {
        using var experiment = TinyExperiment.Completed();
        Directory.Delete(experiment["outputs"], recursive: true);

        var predicted = TlpipeProcess.Run(experiment.Folder, "predict", TinyExperiment.ConfigPath, "finetuned", "--text", "bom");
        var exported = TlpipeProcess.Run(experiment.Folder, "export", TinyExperiment.ConfigPath, "finetuned", "-o", "mine/model");
        var again = TlpipeProcess.Run(experiment.Folder, "predict", "mine/model", "--text", "bom");

        Assert.True(predicted.ExitCode == 0 && exported.ExitCode == 0, predicted.Errors + exported.Errors);
        Assert.Equal(predicted.Output, again.Output);
        Assert.Contains(exported.Lines, line => line.StartsWith("classifier", StringComparison.Ordinal) && line.EndsWith("reused", StringComparison.Ordinal));
        var card = File.ReadAllText(experiment["mine", "model", "README.md"]);
        foreach (var heading in new[] { "## Data", "## Results on the evaluation rows", "## Settings", "## Lineage", "## Origin" })
            Assert.Contains(heading, card, StringComparison.Ordinal);
        Assert.Contains("2. mlm-finetune: fresh weights in that shape", card, StringComparison.Ordinal);
        Assert.Contains("3. classify: from those weights", card, StringComparison.Ordinal);
        Assert.Contains("| domain | mlm-finetune 2 |", card, StringComparison.Ordinal);
        Assert.Equal(["mine/model"], Directory.GetDirectories(experiment["mine"]).Select(path => Path.GetRelativePath(experiment.Folder, path)));
    }

    [Fact]
    public void A_card_says_nothing_that_the_key_does_not_decide()
    {
        using var experiment = TinyExperiment.Completed();
        var card = File.ReadAllText(experiment["outputs", "tiny", "finetuned", "model", "README.md"]);

        experiment.Write(TinyExperiment.Config.Replace("finetuned", "adapted", StringComparison.Ordinal).Replace("labelled", "chosen", StringComparison.Ordinal));
        experiment.Run("--force", "adapted", "-t", "adapted");

        Assert.Equal(card, File.ReadAllText(experiment["outputs", "tiny", "adapted", "model", "README.md"]));
    }

    [Theory]
    [InlineData("TL0440: 'finetuned' has no result for configs/tiny.yaml as it is now, nor has 'general' before it; run: tlpipe run configs/tiny.yaml -t finetuned", "finetuned")]
    [InlineData("TL0441: name the stage of configs/tiny.yaml whose model is meant; choose one of base, domain, random, finetuned")]
    [InlineData("TL0441: 'tokens' is 2 instances; choose one of tokens.labelled, tokens.holdout", "tokens")]
    [InlineData("TL0441: 'results' is of the kind compare, which makes no model; choose one of base, domain, random, finetuned", "results")]
    [InlineData("TL0601: there is no stage 'finetune'", "finetune")]
    public void What_is_no_model_is_refused_with_what_could_be_meant(string message, params string[] stage)
    {
        using var experiment = new TinyExperiment();

        var ended = TlpipeProcess.Run(experiment.Folder, ["predict", TinyExperiment.ConfigPath, .. stage, "--text", "bom"]);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains($"error {message}", Assert.Single(ended.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_export_never_writes_over_what_is_there()
    {
        File.WriteAllText(folder["precious.txt"], "");

        var ended = TlpipeProcess.Run(folder.Path, "export", Classifier, "-o", ".");

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("error TL0442: . is there and not empty", ended.Errors, StringComparison.Ordinal);
        Assert.Equal(["precious.txt"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }
}
