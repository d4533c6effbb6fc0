// Baselines in a pipeline, beside the trained model.
using System.Text.Json.Nodes;
using Tlpipe.Formats.Safetensors;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class BaselineStageTests
{
    private const string Stages = """
        name: tiny
        root: ..
        stages:
          reviews:  { uses: synthesize-reviews, with: { rows: 900, seed: 7, difficulty: 0.2 } }
          labelled: { uses: select, with: { table: reviews, where: split == "train" } }
          holdout:  { uses: select, with: { table: reviews, where: split != "train" } }
          tfidf:    { uses: tfidf-classify, with: { train: labelled, eval: holdout, OPTIONS } }
          results:  { uses: compare, with: { results: [tfidf] } }
        """;

    [Fact]
    public void TF_IDF_stands_in_the_table_and_keeps_every_row_s_logits()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Stages.Replace("OPTIONS", "ngram_range: [1, 2], min_df: 2, c: 10, allow_overlap: text", StringComparison.Ordinal));

        var ended = experiment.Run();

        var metrics = JsonNode.Parse(File.ReadAllText(experiment["outputs", "tiny", "tfidf", "metrics", "metrics.json"]))!;
        Assert.InRange((double)metrics["eval_accuracy"]!, 0.75, 0.99);
        using var predictions = SafetensorsFile.Open(experiment["outputs", "tiny", "tfidf", "predictions", "predictions.safetensors"]);
        var rows = (long)metrics["eval_samples"]!;
        Assert.Equal([rows, 2], predictions.Entries["logits"].Shape);
        Assert.Equal([rows], predictions.Entries["labels"].Shape);
        Assert.Contains(ended.Lines, line => line.TrimStart().StartsWith("tfidf ", StringComparison.Ordinal) && line.Contains("0.", StringComparison.Ordinal));
        var model = JsonNode.Parse(File.ReadAllText(experiment["outputs", "tiny", "tfidf", "model", "tfidf.json"]))!;
        Assert.Equal(model["terms"]!.AsArray().Count, model["coef"]![0]!.AsArray().Count);
    }

    [Theory]
    [InlineData("C: 10", "TL01.*write it in lower case")]
    [InlineData("solver: liblinear", "nothing to choose")]
    [InlineData("ngram_range: [2, 1]", "ngram_range")]
    [InlineData("min_df: 1.5", "min_df")]
    public void A_wrong_option_is_one_clear_line(string option, string expected)
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Stages.Replace("OPTIONS", option, StringComparison.Ordinal));

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches(expected, Assert.Single(ended.ErrorLines));
    }
}
