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
    [InlineData("a.txt", RowFormat.Text)]
    [InlineData("a.txt.gz", RowFormat.Text)]
    [InlineData("a.json", RowFormat.Jsonl)]
    [InlineData("a", null)]
    [InlineData("a.gz", null)]
    [InlineData("a.xlsx", null)]
    [InlineData("csv", null)]
    public void An_ending_tells_the_format(string path, RowFormat? format)
    {
        Assert.Equal(format, RowFormats.Of(path));
    }
}
