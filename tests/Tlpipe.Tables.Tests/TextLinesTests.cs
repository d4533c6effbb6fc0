// Tables of plain text.
using System.IO.Compression;
using System.Text;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class TextLinesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("um\n\ndois, \"três\"\n", new[] { "um", "", "dois, \"três\"" })]
    [InlineData("um\r\ndois", new[] { "um", "dois" })]
    [InlineData("", new string[0])]
    public void Each_line_is_a_row_empty_ones_included(string text, string[] expected)
    {
        File.WriteAllText(folder["t.txt"], text);

        var table = TextLinesTable.Open(folder["t.txt"]).ReadAll();

        Assert.Equal(["text"], table.Columns.Select(column => column.Name));
        Assert.Equal(expected, table.Texts("text"));
    }

    [Fact]
    public void A_compressed_file_in_another_encoding_has_the_same_lines()
    {
        using (var gzip = new GZipStream(File.Create(folder["t.txt.gz"]), CompressionLevel.Fastest))
            gzip.Write(Encoding.Latin1.GetBytes("não\nação\n"));

        var table = TextLinesTable.Open(folder["t.txt.gz"], "latin-1").ReadAll();

        Assert.Equal(["não", "ação"], table.Texts("text"));
    }

    [Fact]
    public void Rows_are_numbered_through_all_parts()
    {
        File.WriteAllLines(folder["t.txt"], Enumerable.Range(0, 70_000).Select(i => $"{i}"));

        var parts = TextLinesTable.Open(folder["t.txt"]).Batches().ToList();

        Assert.Equal([65_536, 4_464], parts.Select(part => part.RowCount));
        Assert.Equal("65536", parts[1].Value("text", 0));
        Assert.Equal(65_536L, parts[1].RowLabels[0]);
    }

    [Fact]
    public void Bytes_of_another_encoding_are_told_with_their_line()
    {
        File.WriteAllBytes(folder["t.txt"], [.. "um\n"u8, 0xE7, (byte)'\n']);

        var mistake = Assert.Throws<InputException>(() => TextLinesTable.Open(folder["t.txt"]).ReadAll());

        Assert.Contains("t.txt:2: bytes are not utf-8", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_only_called_compressed_is_told()
    {
        File.WriteAllText(folder["t.txt.gz"], "um\n");

        var mistake = Assert.Throws<InputException>(() => TextLinesTable.Open(folder["t.txt.gz"]).ReadAll());

        Assert.Contains("is no gzip file, and its content cannot be decompressed", mistake.Message, StringComparison.Ordinal);
    }
}
