// Parquet files in every form, broken ones, and tlpipe's own read back.
using System.Text.Json;
using CsCheck;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class ParquetTests
{
    private static readonly string[] Columns = ["source", "review_id", "text", "label", "split"];

    private static readonly JsonElement[] Rows =
        [.. File.ReadLines(Golden("same-table.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];

    [Theory]
    [InlineData("categorical")]
    [InlineData("compression-brotli")]
    [InlineData("compression-gzip")]
    [InlineData("compression-lz4")]
    [InlineData("compression-none")]
    [InlineData("compression-snappy")]
    [InlineData("compression-zstd")]
    [InlineData("delta")]
    [InlineData("fastparquet")]
    [InlineData("label-int8")]
    [InlineData("large-string")]
    [InlineData("no-dictionary")]
    [InlineData("page-v2")]
    [InlineData("pandas-int-index")]
    [InlineData("pandas-range-index")]
    [InlineData("row-groups-of-37")]
    [InlineData("small-pages")]
    public void Every_dress_holds_the_same_rows(string dress)
    {
        var table = ParquetTables.Read(Golden(dress + ".parquet"));

        Assert.Equal(Columns, table.Columns.Select(c => c.Name));
        foreach (var column in Columns)
            Assert.Equal(Rows.Select(row => Expected(row.GetProperty(column))), Enumerable.Range(0, table.RowCount).Select(i => table.Value(column, i)));
    }

    [Fact]
    public void The_digest_does_not_depend_on_the_dress()
    {
        string[] dresses = ["compression-none", "delta", "page-v2", "row-groups-of-37", "pandas-range-index", "label-int8", "large-string"];

        var digests = dresses.Select(dress => ParquetTables.Read(Golden(dress + ".parquet")).Digest());

        Assert.Single(digests.ToHashSet());
    }

    [Theory]
    [InlineData("pandas-int-index")]
    [InlineData("fastparquet")]
    [InlineData("categorical")]
    public void An_index_of_pandas_becomes_the_row_labels(string dress)
    {
        var labels = ParquetTables.Read(Golden(dress + ".parquet"), []).RowLabels;

        // The labels that arrow-rs reads from the same files.
        Assert.Equal(300, labels.Count);
        Assert.Equal([84L, 217L, 211L, 286L, 31L, 134L], Enumerable.Range(0, 6).Select(row => labels[row]));
        Assert.Equal(152L, labels[299]);
    }

    [Theory]
    [InlineData("label-double", ColumnType.Number)]
    [InlineData("label-bool", ColumnType.Boolean)]
    [InlineData("label-int8", ColumnType.Integer)]
    public void Labels_of_any_numeric_type_give_the_same_classes(string dress, ColumnType type)
    {
        var table = ParquetTables.Read(Golden(dress + ".parquet"), ["label"]);

        Assert.Equal(type, table.Column("label").Type);
        Assert.Equal(Rows.Select(row => row.GetProperty("label").GetInt32()), table.Labels("label", 2));
    }

    [Fact]
    public void Labels_that_are_text_stay_text()
    {
        var table = ParquetTables.Read(Golden("label-string.parquet"), ["label"]);

        Assert.Equal(ColumnType.Text, table.Column("label").Type);
        Assert.Equal(2, table.Texts("label").Distinct().Count());
    }

    [Fact]
    public void Missing_values_are_null()
    {
        var table = ParquetTables.Read(Golden("with-nulls.parquet"));

        var nullTexts = Enumerable.Range(0, 300).Where(i => table.Value("text", i) is null).ToArray();
        var nullLabels = Enumerable.Range(0, 300).Where(i => table.Value("label", i) is null).ToArray();
        Assert.Single(nullTexts);
        Assert.Single(nullLabels);
        Assert.Throws<InputException>(() => table.PresentTexts("text"));
        Assert.Throws<InputException>(() => table.Labels("label", 2));
        foreach (var i in Enumerable.Range(0, 300).Except(nullTexts))
            Assert.Equal(Rows[i].GetProperty("text").GetString(), table.Value("text", i));
    }

    [Fact]
    public void A_table_without_rows_keeps_its_columns()
    {
        var table = ParquetTables.Read(Golden("no-rows.parquet"));

        Assert.Equal(0, table.RowCount);
        Assert.Equal(Columns, table.Columns.Select(c => c.Name));
        Assert.Empty(table.PresentTexts("text"));
    }

    [Fact]
    public void Only_the_columns_asked_for_are_read_in_the_order_asked()
    {
        var table = ParquetTables.Read(Golden("delta.parquet"), ["label", "text"]);

        Assert.Equal(["label", "text"], table.Columns.Select(c => c.Name));
    }

    [Fact]
    public void A_missing_column_is_named_with_those_there_are()
    {
        var path = Golden("no-text-column.parquet");

        var error = Assert.Throws<InputException>(() => ParquetTables.Read(path, ["text"]));

        Assert.Equal($"there is no column 'text' in {path}; the columns are source, review_id, label, split", error.Message);
    }

    [Theory]
    [InlineData("broken-footer", "its footer cannot be read to its end")]
    [InlineData("broken-not-parquet", "is not a Parquet file")]
    [InlineData("broken-page", "is damaged")]
    [InlineData("broken-truncated", "is cut short")]
    public void A_broken_file_is_refused_in_one_line(string name, string reason)
    {
        var path = Golden(name + ".parquet");

        var error = Assert.Throws<InputException>(() => ParquetTables.Read(path));

        Assert.StartsWith(path, error.Message);
        Assert.Contains(reason, error.Message);
        Assert.Contains("; ", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Files_that_are_something_else_are_named_as_what_they_are()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["empty"], []);
        File.WriteAllText(folder["pointer"], "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
        File.WriteAllText(folder["short"], "PAR1");
        File.WriteAllText(folder["encrypted"], "PARE____PARE");

        Assert.EndsWith("is empty; fetch or write it again", Refusal(folder["empty"]));
        Assert.Contains("is a Git LFS pointer", Refusal(folder["pointer"]));
        Assert.Contains("is cut short", Refusal(folder["short"]));
        Assert.Contains("is an encrypted Parquet file", Refusal(folder["encrypted"]));
        Assert.Contains("does not exist", Refusal(folder["nothing"]));
        Assert.Contains("is a folder", Refusal(folder.Path));
    }

    [Fact]
    public void A_damaged_byte_gives_a_table_or_a_refusal_and_nothing_else()
    {
        var whole = File.ReadAllBytes(Golden("page-v2.parquet"));
        using var folder = new TemporaryFolder();

        // Footers that pass the walk can still lie: every seventh byte of the last 3,000, and some of the pages.
        foreach (var position in Enumerable.Range(0, whole.Length).Where(i => i % 601 == 0 || (i > whole.Length - 3000 && i % 7 == 0)))
        {
            var bytes = whole.ToArray();
            bytes[position] ^= 0x2A;
            File.WriteAllBytes(folder["damaged.parquet"], bytes);
            try
            {
                ParquetTables.Read(folder["damaged.parquet"]);
            }
            catch (InputException refusal)
            {
                Assert.DoesNotContain('\n', refusal.Message);
            }
        }
    }

    [Fact]
    public void A_table_written_and_read_is_the_same_table()
    {
        using var folder = new TemporaryFolder();

        TableGenerator.Any.Sample(
            table =>
            {
                var path = folder[Guid.NewGuid() + ".parquet"];
                ParquetTables.Write(table, path);

                var read = ParquetTables.Read(path);

                Assert.Equal(table.Digest(), read.Digest());
            },
            iter: 200);
    }

    [Fact]
    public void A_table_of_several_row_groups_is_written_and_read_whole()
    {
        const int Rows = 300_000;
        var table = new Table(
            [
                Column.Text("text", [.. Enumerable.Range(0, Rows).Select(i => i % 7 == 0 ? null : $"row {i}")]),
                Column.Boolean("kept", [.. Enumerable.Range(0, Rows).Select(i => i % 5 == 0 ? (bool?)null : i % 2 == 0)]),
            ],
            RowLabels.Range(Rows, start: 5));
        using var folder = new TemporaryFolder();

        ParquetTables.Write(table, folder["t"]);

        Assert.Equal(table.Digest(), ParquetTables.Read(folder["t"]).Digest());
    }

    [Fact]
    public void Equal_tables_give_equal_files()
    {
        var table = ParquetTables.Read(Golden("with-nulls.parquet"));
        using var folder = new TemporaryFolder();

        ParquetTables.Write(table, folder["a"]);
        ParquetTables.Write(ParquetTables.Read(folder["a"]), folder["b"]);

        Assert.Equal(File.ReadAllBytes(folder["a"]), File.ReadAllBytes(folder["b"]));
        Assert.Equal([folder["a"], folder["b"]], Directory.GetFiles(folder.Path).Order());
    }

    [Fact]
    public void A_column_with_the_name_of_the_index_is_refused()
    {
        using var folder = new TemporaryFolder();
        var table = new Table([Column.Integer("__index_level_0__", [1])]);

        var error = Assert.Throws<InputException>(() => ParquetTables.Write(table, folder["t"]));

        Assert.Contains("rename it", error.Message);
    }

    private static string Golden(string name) => TestFiles.Golden("parquet", name);

    private static string Refusal(string path) => Assert.Throws<InputException>(() => ParquetTables.Read(path)).Message;

    private static object? Expected(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number ? value.GetInt64() : value.GetString();
}
