// Tables from files, their rows and their texts, through a pipeline.
using Tlpipe.Tables;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class TableStageTests
{
    private const string Config = """
        name: tables
        root: ..
        stages:
          general:   { uses: synthesize-sentences, with: { rows: 200 } }
          tokenizer: { uses: train-tokenizer, with: { table: general, vocab_size: 300 } }
          csv:       { uses: read-table, with: { path: t.csv, delimiter: ";", labels: { ruim: 0, bom: 1 }, types: { id: text } } }
          plain:     { uses: read-table, with: { path: t.txt, format: text } }
          uncased:   { uses: train-tokenizer, with: { table: plain, vocab_size: 120, min_frequency: 1, do_lower_case: true } }
          lines:     { uses: read-table, with: { path: t.jsonl, columns: [texto, label] } }
          fold:      { uses: split, with: { table: csv, n_splits: 3, fold: 1, stratify: label, random_state: 5 } }
          new:       { uses: split, with: { table: csv, test_size: 2, random_state: 5, generator: default_rng } }
          weighted:  { uses: select, with: { table: csv, sample: 3, weights: weight, random_state: 1 } }
          pairs:     { uses: tokenize, with: { table: csv, tokenizer: tokenizer, text_column: texto, text_pair: titulo, truncation: true, max_length: 16 } }
          windows:   { uses: group-texts, with: { tokens: pairs, chunk_size: 8, boundaries: document } }
        """;

    [Fact]
    public void A_table_in_CSV_goes_through_every_kind_of_choice()
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Config);
        File.WriteAllText(experiment["t.csv"], "id;texto;titulo;label;weight\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"00{i};\"produto {(i % 2 == 0 ? "bom" : "ruim")}; chegou\nno prazo\";título {i};{(i % 2 == 0 ? "bom" : "ruim")};{(i < 9 ? 0 : 1)}\n")));
        File.WriteAllText(experiment["t.jsonl"], "{\"texto\": \"a\", \"label\": 1, \"mais\": [1]}\n");

        File.WriteAllText(experiment["t.txt"], "um texto, com vírgula\n\n\"outro\n");

        var ended = experiment.Run();

        var csv = Table("csv", "table");
        Assert.Equal("000", csv.Value("id", 0));
        Assert.Equal("produto bom; chegou\nno prazo", csv.Value("texto", 0));
        Assert.Equal([.. Enumerable.Range(0, 12).Select(i => (long?)(i % 2 == 0 ? 1 : 0))], csv.Integers("label"));
        Assert.Equal(["um texto, com vírgula", "", "\"outro"], Table("plain", "table").Texts("text"));
        var vocabulary = File.ReadAllLines(experiment["outputs", "tables", "uncased", "tokenizer", "vocab.txt"]);
        Assert.Contains("virgula", vocabulary);
        Assert.DoesNotContain(vocabulary, token => token.Contains('í', StringComparison.Ordinal));
        Assert.Contains("\"do_lower_case\": true", File.ReadAllText(experiment["outputs", "tables", "uncased", "tokenizer", "tokenizer_config.json"]), StringComparison.Ordinal);
        Assert.Equal(["texto", "label"], Table("lines", "table").Columns.Select(c => c.Name));
        Assert.Equal((8, 4), (Table("fold", "train").RowCount, Table("fold", "test").RowCount));
        Assert.Equal(2, Table("fold", "test").Integers("label").Sum());
        // numpy.random.default_rng(5).permutation(12)[:2]
        Assert.Equal([9, 11], Table("new", "test").Texts("id").Select(id => int.Parse(id!, System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(["0010", "0011", "009"], Table("weighted", "table").Texts("id").Order(StringComparer.Ordinal));
        var rows = TokenRows.Load(experiment["outputs", "tables", "pairs", "tokens"]);
        Assert.Equal(12, rows.Count);
        Assert.Equal((0, 1), (rows.RowTokenTypes(0)![0], rows.RowTokenTypes(0)![^1]));
        Assert.All(Enumerable.Range(0, 12), row => Assert.InRange(rows.Length(row), 8, 16));
        var windows = TokenRows.Load(experiment["outputs", "tables", "windows", "windows"]);
        Assert.Equal(rows.InputIds.Length, windows.InputIds.Length);
        Assert.Contains(ended.Lines, line => line.Contains("rows cut at 16 (", StringComparison.Ordinal));

        Table Table(string stage, string output) => ParquetTables.Read(experiment["outputs", "tables", stage, output, "table.parquet"]);
    }

    [Theory]
    [InlineData("a;b\n1;2;3\n", @"t\.csv:2:5: this line has 3 fields where the first has 2")]
    [InlineData("a;b\n1;\"2\n", @"t\.csv:2:3: a quoted field begins here and never ends")]
    [InlineData("id;b\n", "there is no column 'label'")]
    public void A_broken_file_is_one_clear_line(string text, string expected)
    {
        using var experiment = new TinyExperiment();
        experiment.Write(Config.Replace(", types: { id: text }", ""));
        File.WriteAllText(experiment["t.csv"], text);
        File.WriteAllText(experiment["t.jsonl"], "");

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath, "-t", "csv");

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches(@"^configs/tiny\.yaml:\d+:\d+: error TL\d{4}: .*" + expected, Assert.Single(ended.ErrorLines));
    }
}
