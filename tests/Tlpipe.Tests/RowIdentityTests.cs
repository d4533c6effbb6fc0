// Rows are known by where they come from: in comparisons, slices, and checks for rows that are in both parts.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Stages;
using Tlpipe.Stages.Experiments;
using Tlpipe.Stages.Scoring;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class RowIdentityTests
{
    private const string Tables = """
        name: rows
        stages:
          reviews: { uses: synthesize-reviews, with: { rows: 300, seed: 7, difficulty: 0.3 } }
          train:   { uses: select, with: { table: reviews, where: split == "train" } }
          test:    { uses: select, with: { table: reviews, where: split != "train" } }

        """;

    [Theory]
    [InlineData("compare-other-rows-equal-labels", "onA on 100, onB on 100")]
    [InlineData("compare-other-rows-one-class", "onA on 80, onB on 80")]
    [InlineData("compare-other-rows-other-count", "onA on 60, onB on 90")]
    public void Results_over_other_rows_are_compared_as_independent_samples_and_it_is_said(string name, string rows)
    {
        using var folder = Case(name);

        var ended = TlpipeProcess.Run(folder.Path, "run", "case.yaml");

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        var results = Results(folder, "case", "cmp");
        var difference = results["differences"]![0]!;
        Assert.Equal("different", (string?)difference["rows"]);
        Assert.Null(difference["p_mcnemar_exact"]);
        Assert.Null(difference["p_mcnemar_mid"]);
        Assert.Null(difference["interval_95_over_rows"]);
        Assert.NotNull(difference["p_fisher_exact"]);
        Assert.Contains("not evaluated on the same rows", (string)results["sentences"]![0]!);
        Assert.Contains(rows, (string)results["notes"]![0]!);
        Assert.Contains("Not all were evaluated on the same rows", ended.Output);
    }

    [Theory]
    [InlineData("compare-same-result-twice", @"^case\.yaml:8:\d+: error TL0302: results\[2\]: 'tf' is in the list already")]
    [InlineData("slice-named-twice", @"^case\.yaml:8:\d+: error TL0302: slices\[1\]: 'g' is in the list already")]
    [InlineData("slices-of-another-order", @"^case\.yaml:9:\d+: error TL0401: stage 's': the rows of 'other' are not the predicted ones in their order: .* give 'valid' as table")]
    public void What_would_count_twice_or_stand_beside_other_rows_is_refused(string name, string expected)
    {
        using var folder = Case(name);

        var ended = TlpipeProcess.Run(folder.Path, "run", "case.yaml");

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches(expected, Assert.Single(ended.ErrorLines));
    }

    [Fact]
    public void The_same_rows_in_another_order_or_from_another_file_are_paired_and_a_computation_counts_once()
    {
        using var folder = Config(Tables + """
              mixed:    { uses: select, with: { table: test, frac: 1.0, random_state: 3 } }
              again:    { uses: synthesize-reviews, with: { rows: 300, seed: 7, difficulty: 0.3 } }
              retest:   { uses: select, with: { table: again, where: split != "train" } }
              part:     { uses: select, with: { table: test, sample: 20 } }
              plain:    { uses: tfidf-classify, with: { train: train, eval: test } }
              straight: { uses: tfidf-classify, with: { train: train, eval: test, c: 0.01 } }
              shuffled: { uses: tfidf-classify, with: { train: train, eval: mixed, c: 0.01 } }
              copied:   { uses: tfidf-classify, with: { train: train, eval: retest, c: 0.01 } }
              fewer:    { uses: tfidf-classify, with: { train: train, eval: part, c: 0.01 } }
              majority: { uses: majority-classify, matrix: { seed: [1, 2] }, with: { train: train, eval: test } }
              table:    { uses: compare, with: { results: [plain, straight, shuffled, copied, fewer], baseline: plain } }
              counted:  { uses: compare, with: { results: [plain, majority.*] } }
            """);

        var ended = TlpipeProcess.Run(folder.Path, "run", "rows.yaml");

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        var pairs = Results(folder, "rows", "table")["differences"]!.AsArray().Where(pair => (string)pair!["against"]! == "plain").ToDictionary(pair => (string)pair!["name"]!, pair => pair!);
        Assert.Equal(["same", "same", "same", "different"], new[] { "straight", "shuffled", "copied", "fewer" }.Select(name => (string?)pairs[name]["rows"]));
        Assert.NotNull(pairs["straight"]["p_mcnemar_exact"]);
        Assert.Equal((double)pairs["straight"]["p_mcnemar_exact"]!, (double)pairs["shuffled"]["p_mcnemar_exact"]!, 1e-12);
        Assert.Equal((double)pairs["straight"]["p_mcnemar_exact"]!, (double)pairs["copied"]["p_mcnemar_exact"]!, 1e-12);
        var counted = Results(folder, "rows", "counted");
        Assert.Equal([1, 1], counted["rows"]!.AsArray().Select(row => row!["runs"]!.AsArray().Count));
        Assert.Contains(counted["notes"]!.AsArray(), note => ((string)note!).StartsWith("majority: results that are the same computation count once", StringComparison.Ordinal));
    }

    [Theory]
    // A text that recurs in other rows is told; above a share there is a warning; on demand it is an error.
    [InlineData("train, eval: test", 0, "warning 2 of 4 rows evaluated on (50.0 %) have a text that is also trained on in another row")]
    [InlineData("train, eval: test, warn_overlap_above: 0.5", 0, "\n    2 of 4 rows evaluated on (50.0 %) have a text that is also trained on in another row")]
    [InlineData("train, eval: test, allow_overlap: none", 2, "error TL0460: stage 'overlap.train-test': 2 of 4 rows evaluated on (50.0 %) have a text")]
    // The same row is an error: by its label in one source, by an id column across files, in a part of what was put together.
    [InlineData("all, eval: test", 2, "error TL0460: stage 'overlap.all-test': a classifier would be trained on 4 of the 4 rows of 'test'")]
    [InlineData("all, eval: test, allow_overlap: rows", 0, "warning the classifier is trained on 4 of the 4 rows evaluated on")]
    [InlineData("other, eval: test, warn_overlap_above: 1", 0, "have a text")]
    [InlineData("other, eval: test, id_column: id", 2, "error TL0460: stage 'overlap.other-test': a classifier would be trained on 1 of the 4 rows of 'test'")]
    [InlineData("joined, eval: test", 2, "error TL0460: stage 'overlap.all-test': a classifier would be trained on 4 of the 4 rows of 'test'")]
    public void A_row_in_both_parts_is_an_error_and_a_text_in_both_is_a_note(string rows, int exitCode, string expected)
    {
        using var folder = Config($$"""
            name: rows
            stages:
              all:    { uses: read-table, with: { path: all.csv } }
              other:  { uses: read-table, with: { path: other.csv } }
              train:  { uses: select, with: { table: all, where: part == "train" } }
              test:   { uses: select, with: { table: all, where: part == "test" } }
              joined: { uses: concat, with: { tables: [other, all] } }
              bag:    { uses: tfidf-classify, with: { train: {{rows}} } }
              scored: { uses: score, with: { predictions: "bag:predictions" } }
            """);
        File.WriteAllText(folder["all.csv"], "id,text,label,part\n1,ótimo,1,train\n2,ruim,0,train\n3,bom produto,1,train\n4,otimo!,1,test\n5,Ruim,0,test\n6,chegou tarde,0,test\n7,gostei muito,1,test\n");
        File.WriteAllText(folder["other.csv"], "id,text,label,part\n4,OTIMO,1,x\n90,ruim,0,x\n");

        var ended = TlpipeProcess.Run(folder.Path, "run", "rows.yaml", "-t", "scored");

        Assert.True(ended.ExitCode == exitCode, ended.Output + ended.Errors);
        Assert.Contains(expected, System.Text.RegularExpressions.Regex.Replace(ended.Output + ended.Errors, @"\n  \S+ +warning ", "\n  warning ").Replace("  warning ", "warning "));
    }

    [Fact]
    public void Scores_and_pseudo_labels_beside_another_table_know_what_was_predicted()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("runtime:", """
              mixed:   { uses: select, with: { table: holdout, frac: 1.0, random_state: 3 } }
              said:    { uses: predict, with: { model: finetuned, data: tokens.holdout } }
              guessed: { uses: pseudo-label, with: { table: mixed, predictions: said } }
              right:   { uses: score, with: { predictions: said, table: holdout, slices: [source] } }
              wrong:   { uses: score, with: { predictions: said, table: mixed, slices: [source] } }
            runtime:
            """.ReplaceLineEndings("\n")));

        var pipeline = Loaded(experiment);

        Assert.Null(Assert.IsType<ScoreOptions>(pipeline["right"]!.Options).Predicted);
        Assert.Equal("holdout", Assert.IsType<ScoreOptions>(pipeline["wrong"]!.Options).Predicted?.Stage);
        Assert.Equal("holdout", Assert.IsType<PseudoLabelOptions>(pipeline["guessed"]!.Options).Predicted?.Stage);
    }

    [Fact]
    public void Tokens_of_other_rows_than_the_predicted_ones_are_refused_for_slices_of_length()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("runtime:", """
              said:    { uses: predict, with: { model: finetuned, data: tokens.holdout } }
              scored:  { uses: score, with: { predictions: said, tokens: tokens.labelled, slices: [length] } }
            runtime:
            """.ReplaceLineEndings("\n")));

        var mistake = Assert.Throws<PipelineException>(() => Loaded(experiment));

        Assert.Contains("tokens: 'tokens.labelled' are tokens of 'labelled', and the rows of 'holdout' were predicted", mistake.Message);
    }

    private static Pipeline Loaded(TinyExperiment experiment) =>
        Experiment.Of(Pipeline.Load(experiment[TinyExperiment.ConfigPath], [], StageKinds.Catalog, experiment.Folder), StageKinds.Catalog);

    private static TemporaryFolder Case(string name)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(TestFiles.Golden("cases", "doing", name)))
            File.Copy(file, folder[Path.GetFileName(file)]);
        return folder;
    }

    private static TemporaryFolder Config(string text)
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder["rows.yaml"], text);
        return folder;
    }

    private static JsonNode Results(TemporaryFolder folder, string name, string stage) =>
        JsonNode.Parse(File.ReadAllText(folder[$"outputs/{name}/{stage}/table/results.json"]))!;
}
