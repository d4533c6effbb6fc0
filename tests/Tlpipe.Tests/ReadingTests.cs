// Files that were read wrongly, through a whole run; Tlpipe.Tables.Tests has more of each kind.
using Tlpipe.Tables;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class ReadingTests
{
    [Fact]
    public void What_files_hold_arrives_in_the_tables()
    {
        using var experiment = new TinyExperiment();
        string[] numbers = ["csv-20-digits", "csv-44-digits", "csv-beyond-minus", "jsonl-20-digits"];
        string[] others = ["csv-blank-last-line", "csv-blank-line-between", "labels-1.0"];
        foreach (var name in numbers.Concat(others))
            foreach (var file in Directory.GetFiles(TestFiles.Golden("cases", "reading", name), "t.*"))
                File.Copy(file, experiment[name + Path.GetExtension(file)]);
        File.WriteAllText(experiment["lines.txt"], "um, dois\n\ntrês\n");
        File.WriteAllText(experiment["lines.json"], "{\"text\": \"um\"}\n");
        experiment.Write("name: reading\nroot: ..\nstages:\n"
            + string.Concat(numbers.Select(name => $"""
                  {name}: {"{"} uses: read-table, with: {"{"} path: {name}{(name.StartsWith('j') ? ".jsonl" : ".csv")} {"}"} {"}"}
                  d-{name}: {"{"} uses: drop-duplicates, with: {"{"} table: {name}, subset: [{(name == "csv-44-digits" ? "chave" : "id")}] {"}"} {"}"}

                """))
            + """
                  last: { uses: read-table, with: { path: csv-blank-last-line.csv } }
                  between: { uses: read-table, with: { path: csv-blank-line-between.csv } }
                  labels: { uses: read-table, with: { path: labels-1.0.csv, labels: { "1.0": 1, "0.0": 0 } } }
                  text: { uses: read-table, with: { path: lines.txt } }
                  json: { uses: read-table, with: { path: lines.json } }
                """);

        var ended = experiment.Run();

        Assert.Equal("", ended.Errors);
        Assert.All(numbers, name => Assert.Equal(2, Table("d-" + name).RowCount));
        Assert.Equal([1L, 0L], Table("last").Integers("label"));
        Assert.Equal(["um", "dois"], Table("between").Texts("text"));
        Assert.Equal([1L, 0L], Table("labels").Integers("label"));
        Assert.Equal(["um, dois", "", "três"], Table("text").Texts("text"));
        Assert.Equal(["um"], Table("json").Texts("text"));

        Table Table(string stage) => ParquetTables.Read(experiment["outputs", "reading", stage, "table", "table.parquet"]);
    }

    [Fact]
    public void Labels_that_no_row_has_are_a_mistake()
    {
        using var experiment = new TinyExperiment();
        File.WriteAllText(experiment["t.csv"], "text,label\na,good\nb,bad\n");
        experiment.Write("name: reading\nroot: ..\nstages:\n  t: { uses: read-table, with: { path: t.csv, labels: { bom: 1, ruim: 0 } } }\n");

        var ended = TlpipeProcess.Run(experiment.Folder, "run", TinyExperiment.ConfigPath);

        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("no row has a label that labels names; the file has 'good' (1), 'bad' (1)", ended.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pipe_as_a_table_is_refused_before_anything_runs()
    {
        using var experiment = new TinyExperiment();
        experiment.Write("name: reading\nroot: ..\nstages:\n  t: { uses: read-table, with: { path: p.csv } }\n");

        var ended = TlpipeProcess.RunShell(experiment.Folder, $"mkfifo p.csv; timeout 20 tlpipe run {TinyExperiment.ConfigPath} || echo ended with $?");

        Assert.Contains("ended with 2", ended.Output, StringComparison.Ordinal);
        Assert.Matches(@"tiny\.yaml:4:\d+: error TL\d{4}: .*p\.csv is no regular file but a pipe", ended.Errors);
    }
}
