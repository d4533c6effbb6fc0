// File formats by the ending of the name, as docs/reference.md and tlpipe predict --help have them.

namespace Tlpipe.Tables.Tests;

public sealed class RowFormatTests
{
    [Theory]
    [InlineData("a.csv", RowFormat.Csv)]
    [InlineData("a.tsv", RowFormat.Tsv)]
    [InlineData("a.jsonl", RowFormat.Jsonl)]
    [InlineData("a.ndjson", RowFormat.Jsonl)]
    [InlineData("a.parquet", RowFormat.Parquet)]
    [InlineData("a.pq", RowFormat.Parquet)]
    [InlineData("folder.txt/A.CSV.GZ", RowFormat.Csv)]
    [InlineData("a.b.jsonl.gz", RowFormat.Jsonl)]
    [InlineData("a", null)]
    [InlineData("a.gz", null)]
    [InlineData("a.xlsx", null)]
    [InlineData("csv", null)]
    public void An_ending_means_the_same_for_texts_and_for_tables(string path, RowFormat? format)
    {
        Assert.Equal(format, RowFormats.Of(path));
        Assert.Equal(format, RowFormats.OfTable(path));
    }

    [Theory]
    [InlineData("a.txt", RowFormat.Text, RowFormat.Csv)]
    [InlineData("a.txt.gz", RowFormat.Text, RowFormat.Csv)]
    [InlineData("a.json", RowFormat.Jsonl, null)]
    public void Version_2_of_read_table_differs_in_two_endings(string path, RowFormat texts, RowFormat? table)
    {
        Assert.Equal(texts, RowFormats.Of(path));
        Assert.Equal(table, RowFormats.OfTable(path));
    }
}
