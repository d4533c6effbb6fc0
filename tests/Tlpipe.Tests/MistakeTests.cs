// The user's view of a mistake: one clear line, exit code 2, nothing run.
using Tlpipe.Tables;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class MistakeTests
{
    [Fact]
    public void Five_mistakes_are_listed_together_with_their_places_and_nothing_runs()
    {
        using var experiment = new TinyExperiment();
        experiment.Write("""
            name: wrong
            root: ..
            properties: { seed: 7 }
            stages:
              reviews:  { uses: read-tabel, with: { path: data.parquet } }
              labelled: { uses: select, with: { table: reviews, smaple: 60 } }
              holdout:  { uses: select, with: { table: reviwes } }
              corpus:   { uses: split, with: { table: reviews, test_size: half } }
              other:    { uses: split, with: { table: reviews, random_state: $(sede) } }
            """);

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        Assert.Collection(
            ended.ErrorLines,
            line => Assert.Matches(@"^configs/tiny\.yaml:5:\d+: error TL0202: .*read-tabel.*read-table", line),
            line => Assert.Matches(@"^configs/tiny\.yaml:6:\d+: error TL0102: .*smaple.*sample", line),
            line => Assert.Matches(@"^configs/tiny\.yaml:7:\d+: error TL0203: .*reviwes.*reviews", line),
            line => Assert.Matches(@"^configs/tiny\.yaml:8:\d+: error TL0301: .*test_size.*half", line),
            line => Assert.Matches(@"^configs/tiny\.yaml:9:\d+: error TL0201: .*sede.*seed", line));
        Assert.Empty(ended.Output);
        Assert.False(Directory.Exists(experiment["outputs"]));
    }

    [Theory]
    [InlineData("no-text-column.parquet", "there is no column 'text'")]
    [InlineData("broken-truncated.parquet", "broken-truncated.parquet")]
    [InlineData("broken-footer.parquet", "broken-footer.parquet")]
    [InlineData("broken-not-parquet.parquet", "broken-not-parquet.parquet")]
    public void A_table_that_cannot_be_used_is_one_clear_line(string file, string expected)
    {
        using var experiment = Over(TestFiles.Golden("parquet", file));

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        AssertOneLine(ended, expected);
    }

    [Fact]
    public void Sampling_more_rows_than_there_are_is_one_clear_line()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("sample: 60", "sample: 6000"));

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        AssertOneLine(ended, "6,?000");
    }

    [Fact]
    public void An_empty_selection_is_one_clear_line()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("split != \"train\"", "split == \"tset\""));

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        AssertOneLine(ended, "no row of 'reviews' is left where");
    }

    [Theory]
    [InlineData(2, "stage 'classifier': row 2 of 'tokens' has the label 2, and num_labels is 2")]
    [InlineData(-1, "stage 'tokens': .*-1")]
    public void A_label_outside_the_classes_is_one_clear_line(int label, string expected)
    {
        using var experiment = Over("labels.parquet");
        var table = new Table([Column.Text("text", ["bom", "ruim", "otimo"]), Column.Integer("label", [0, 1, label])]);
        ParquetTables.Write(table, experiment["labels.parquet"]);

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        AssertOneLine(ended, expected);
    }

    [Fact]
    public void An_activation_that_this_bert_does_not_have_is_one_clear_line()
    {
        using var experiment = new TinyExperiment();
        var model = experiment["model"];
        Directory.CreateDirectory(model);
        foreach (var file in Directory.EnumerateFiles(TestFiles.Golden("model", "tiny-mlm")))
            File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        var config = Path.Combine(model, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"gelu\"", "\"silu\""));
        experiment.Write("""
            name: tiny
            root: ..
            stages:
              base: { uses: fetch-model, with: { model: model } }
            """);

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        AssertOneLine(ended, "hidden_act.*silu.*gelu");
    }

    [Fact]
    public void A_gpu_that_is_not_there_is_one_clear_line()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(TinyExperiment.Config.Replace("device: cpu", "device: cuda:9"));

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath, "-t", "domain");

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches("error TL0501: .*cuda", Assert.Single(ended.ErrorLines));
    }

    [Fact]
    public void A_missing_data_file_says_where_to_put_it_and_which_config_makes_a_similar_one()
    {
        var config = Path.Combine("configs", "americanas.yaml");

        var ended = TlpipeProcess.Run(TestFiles.Repository, "run", config, "-p", "data=nowhere.parquet", "-t", "reviews");

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches(@"americanas\.yaml:\d+:\d+: error TL0303: .*nowhere\.parquet.*put the file there.*configs/quickstart\.yaml", Assert.Single(ended.ErrorLines));
    }

    [Fact]
    public void An_unknown_option_of_the_command_line_is_one_clear_line()
    {
        using var experiment = new TinyExperiment();

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath, "--fast");

        AssertOneLine(ended, "--fast");
    }

    private static TinyExperiment Over(string table)
    {
        var experiment = new TinyExperiment();
        experiment.Write($$"""
            name: tiny
            root: ..
            stages:
              base:    { uses: fetch-model, with: { model: {{TestFiles.Golden("model", "tiny-mlm")}} } }
              reviews: { uses: read-table, with: { path: {{table}} } }
              tokens:  { uses: tokenize, with: { table: reviews, tokenizer: base } }
              classifier: { uses: classify, with: { model: base, train: tokens, eval: tokens } }
            """);
        return experiment;
    }

    private static void AssertOneLine(Ended ended, string pattern)
    {
        Assert.Equal(2, ended.ExitCode);
        var line = Assert.Single(ended.ErrorLines);
        Assert.Matches(@"^(configs/tiny\.yaml:\d+:\d+: )?error TL\d{4}: ", line);
        Assert.Matches(pattern, line);
    }
}
