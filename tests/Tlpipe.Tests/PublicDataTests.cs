// configs/b2w.yaml and its stages: the experiment's table from files of reviews.
using Tlpipe.Tables;
using Tlpipe.Tests.Hub;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class PublicDataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public PublicDataTests() => Directory.CreateDirectory(folder["configs"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reviews_of_two_shops_become_the_experiments_table()
    {
        Write("b2w.csv", "review_title,review_text,overall_rating\n\"Ótimo\",\"Não  é\nCARO, gostei\",5\nnull,Péssimo,1\nRegular,mais ou menos,3\n,,4\nÓTIMO,não é caro,5\n");
        Write("olist.csv", "review_id,review_comment_title,review_comment_message,review_score\na1,,péssimo,2\na2,Bom,,4.0\n");

        var (run, table) = Run();

        Assert.Equal(["label", "review_id", "source", "split", "text"], table.Columns.Select(c => c.Name).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["_##_ pessimo 0 b2w", "bom _##_ 1 olist", "otimo _##_ nao e caro 1 b2w", "otimo _##_ nao e caro, gostei 1 b2w"],
            Enumerable.Range(0, table.RowCount).Select(row => $"{table.Value("text", row)} {table.Value("label", row)} {table.Value("source", row)}").Order(StringComparer.Ordinal));
        Assert.Contains("1 of 5 rows dropped: they have no text", run.Output);
        Assert.Contains("2 of class 1; 1 rows have a rating without a class and were dropped", run.Output);
        Assert.Contains("1 of 5 rows dropped: an earlier row has the same text", run.Output);
    }

    /// <summary>Another program made the table beside the samples from them, as the experiment did.</summary>
    [Fact]
    public void The_public_samples_give_the_texts_and_labels_of_the_experiments_own_table()
    {
        Write("b2w.csv", File.ReadAllText(TestFiles.Shared("data", "b2w-sample.csv")));
        Write("olist.csv", File.ReadAllText(TestFiles.Shared("data", "olist-sample.csv")));
        var reference = ParquetTables.Read(TestFiles.Shared("data", "dataset_reviews.parquet"));

        var (_, table) = Run();

        var known = new HashSet<(string, long)>();
        for (var row = 0; row < reference.RowCount; row++)
            known.Add(((string)reference.Value("text", row)!, (long)reference.Value("label", row)!));
        var ours = Enumerable.Range(0, table.RowCount).Where(row => known.Contains(((string)table.Value("text", row)!, (long)table.Value("label", row)!))).Count();
        Assert.True(table.RowCount > 10_000, $"{table.RowCount} rows");
        Assert.True(ours >= 0.99 * table.RowCount, $"{ours} of {table.RowCount} texts are in the reference");
        Assert.Equal(0.3, (double)table.Texts("split").Count(split => split == "valid") / table.RowCount, 0.001);
    }

    [Theory]
    [InlineData("normalize-text, with: { table: t, text_columns: [] }", "text_columns: the list is empty")]
    [InlineData("label-from-rating, with: { table: t, rating_column: stars, classes: { 1: -1 } }", "classes.1: -1 is not a class")]
    [InlineData("concat, with: { tables: [t, t], names: [one] }", "names: 1 na")]
    [InlineData("drop-duplicates, with: { table: t, subset: [] }", "subset: the list is empty")]
    public void What_cannot_be_is_said_before_anything_runs(string stage, string expected)
    {
        File.WriteAllText(folder["configs/wrong.yaml"], $"name: wrong\nstages:\n  t: {{ uses: synthesize-reviews, with: {{ rows: 10 }} }}\n  s: {{ uses: {stage} }}\n");

        var ended = TlpipeProcess.Run(folder.Path, "plan", "configs/wrong.yaml");

        Assert.Equal(2, ended.ExitCode);
        Assert.Matches($@"^configs/wrong\.yaml:4:\d+: error TL03\d\d: {System.Text.RegularExpressions.Regex.Escape(expected)}", Assert.Single(ended.ErrorLines));
    }

    private void Write(string name, string content) => File.WriteAllText(folder[name], content);

    /// <summary>Runs the config as it is, its files served by a server on this machine.</summary>
    private (Ended Run, Table Table) Run()
    {
        File.Copy(Path.Combine(TestFiles.Repository, "configs", "b2w.yaml"), folder["configs/b2w.yaml"]);
        using var hub = new FakeHub();
        hub.Files["b2w.csv"] = File.ReadAllBytes(folder["b2w.csv"]);
        hub.Files["olist.csv"] = File.ReadAllBytes(folder["olist.csv"]);
        var ended = TlpipeProcess.Run(
            folder.Path, new Dictionary<string, string> { ["XDG_CACHE_HOME"] = folder["cache"] },
            "run", "configs/b2w.yaml", "-p", $"b2w={hub.StorageEndpoint}/b2w.csv", "-p", $"olist={hub.StorageEndpoint}/olist.csv");
        Assert.True(ended.ExitCode == 0, ended.Output + ended.Errors);
        return (ended, ParquetTables.Read(folder["outputs/b2w/reviews/table/table.parquet"]));
    }
}
