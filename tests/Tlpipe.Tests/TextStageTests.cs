// tokenize and group-texts in a pipeline, seen from outside.
using System.Text.Json.Nodes;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class TextStageTests
{
    // tiny-mlm takes 64 tokens; "Ω" and "é" are in no piece of its vocabulary.
    private static readonly (string Text, string Second)[] Rows =
    [
        ("bom Ω bom", "ruim"),
        (string.Join(' ', Enumerable.Repeat("bom", 70)), "Ω é"),
        ("bom", ""),
    ];

    [Fact]
    public void Rows_are_cut_at_what_the_model_takes_and_the_report_says_how_many()
    {
        using var experiment = Experiment("tokens: { uses: tokenize, with: { table: rows, tokenizer: base, truncation: true, max_length: 128 } }");

        var ended = experiment.Run();

        Assert.Contains(ended.Lines, line => line.Contains("max_length is 128, and 'base' takes rows of 64 tokens at most", StringComparison.Ordinal));
        Assert.Contains(ended.Lines, line => line.Contains("72 tokens, 24.0 a row, 1 rows cut at 64 (33.3 %)", StringComparison.Ordinal));
        var expected = JsonNode.Parse("""
            { "rows": 3, "tokens": 72, "max_length": 64, "truncated_rows": 1, "truncated_share": 0.3333333333333333,
              "unknown_tokens": 1, "unknown_token_rate": 0.015151515151515152, "commonest_unknown_words": [{ "word": "Ω", "count": 1 }] }
            """);
        var actual = JsonNode.Parse(File.ReadAllText(experiment["outputs", "tiny", "tokens", "report", "tokenization.json"]));
        Assert.True(JsonNode.DeepEquals(expected, actual), actual!.ToJsonString());
    }

    [Fact]
    public void A_second_text_makes_pairs_with_token_types()
    {
        using var experiment = Experiment("tokens: { uses: tokenize, with: { table: rows, tokenizer: base, text_pair: second, truncation: true, max_length: 8 } }");

        experiment.Run();

        var rows = TokenRows.Load(experiment["outputs", "tiny", "tokens", "tokens"]);
        Assert.Equal([7, 8, 4], Enumerable.Range(0, 3).Select(rows.Length));
        // The long text leaves the short one whole: [CLS] bom bom bom [SEP] [UNK] [UNK] [SEP].
        Assert.Equal([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1], rows.TokenTypes!);
    }

    [Fact]
    public void A_classifier_is_trained_on_pairs_with_their_token_types()
    {
        using var experiment = Experiment("""
            tokens: { uses: tokenize, with: { table: rows, tokenizer: base, text_pair: second, truncation: true, max_length: 32 } }
              single: { uses: tokenize, with: { table: rows, tokenizer: base, truncation: true, max_length: 32 } }
              pairs:  { uses: classify, with: { model: base, train: tokens, eval: tokens, num_train_epochs: 1 } }
              texts:  { uses: classify, with: { model: base, train: single, eval: single, num_train_epochs: 1 } }
            """);

        var ended = experiment.Run();

        Assert.Contains("pairs", ended.Stages("done"));
        Assert.NotEqual(Loss("pairs"), Loss("texts"));

        double Loss(string stage) => JsonNode.Parse(File.ReadAllText(experiment["outputs", "tiny", stage, "log", "trainer_state.json"]))!["log_history"]![0]!["eval_loss"]!.GetValue<double>();
    }

    [Fact]
    public void Windows_of_documents_hold_one_text_each()
    {
        using var experiment = Experiment("""
            tokens:  { uses: tokenize, with: { table: rows, tokenizer: base } }
              windows: { uses: group-texts, with: { tokens: tokens, chunk_size: 32, boundaries: document } }
            """);

        experiment.Run();

        var windows = TokenRows.Load(experiment["outputs", "tiny", "windows", "windows"]);
        // 5, 72 = 32 + 32 + 8, and 3 tokens.
        Assert.Equal([5, 32, 32, 8, 3], Enumerable.Range(0, windows.Count).Select(windows.Length));
    }

    [Theory]
    [InlineData("1", "--max-length has to be at least 2")]
    public void A_limit_that_leaves_no_room_is_refused_by_the_command(string limit, string message)
    {
        using var folder = new TemporaryFolder();

        var ended = TlpipeProcess.Run(folder.Path, "tokenize", "--tokenizer", TestFiles.Golden("model", "tiny-mlm"), "--max-length", limit);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains(message, ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_cuts_rows_at_what_the_folder_s_model_takes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["texts.jsonl"], $$"""{"text": "{{Rows[1].Text}}"}""" + "\n");

        var ended = TlpipeProcess.Run(
            folder.Path, "tokenize", "--tokenizer", TestFiles.Golden("model", "tiny-mlm"), "--max-length", "500", "--input", "texts.jsonl");

        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(64, JsonNode.Parse(ended.Output)!["ids"]!.AsArray().Count);
    }

    private static TinyExperiment Experiment(string stages)
    {
        var experiment = new TinyExperiment();
        File.WriteAllLines(experiment["rows.jsonl"], Rows.Select(row => $$"""{"text": "{{row.Text}}", "second": "{{row.Second}}", "label": 1}"""));
        experiment.Write($$"""
            name: tiny
            root: ..
            stages:
              base: { uses: fetch-model, with: { model: {{TestFiles.Golden("model", "tiny-mlm")}} } }
              rows: { uses: read-table, with: { path: rows.jsonl } }
              {{stages}}
            """);
        return experiment;
    }
}
