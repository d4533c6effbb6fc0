// Rows to predict for come out of every format with their other columns untouched.
using System.IO.Compression;
using System.Text;
using Tlpipe.Formats;
using Tlpipe.Nlp.Inference;
using Tlpipe.Tables;

namespace Tlpipe.Nlp.Tests.Inference;

public sealed class TextRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lines_are_texts_and_an_empty_one_is_one_too()
    {
        var rows = Read("a.txt", "bom\n\n{não}\n");

        Assert.Equal(["bom", "", "{não}"], rows.Select(row => row.Text));
        Assert.Equal("\"{não}\"", rows[2].Members[0].Value);
    }

    [Fact]
    public void JSON_lines_keep_their_members_as_they_were_written()
    {
        var rows = Read("a.jsonl", "{\"id\": 1.50, \"text\": \"bom\", \"tags\": [1, 2]}\n\n{\"text\": null}\n");

        Assert.Equal(["bom", null], rows.Select(row => row.Text));
        Assert.Equal(["id 1.50", "text \"bom\"", "tags [1, 2]"], rows[0].Members.Select(member => $"{member.Key} {member.Value}"));
    }

    [Fact]
    public void Csv_fields_are_texts_and_empty_ones_are_missing()
    {
        var rows = Read("a.csv", "id,text\n007,\"bom, sim\"\n8,\n");

        Assert.Equal(["bom, sim", null], rows.Select(row => row.Text));
        Assert.Equal("\"007\"", rows[0].Members[0].Value);
        Assert.Equal("null", rows[1].Members[1].Value);
    }

    [Fact]
    public void Parquet_columns_keep_their_types()
    {
        ParquetTables.Write(new Table([Column.Text("text", ["bom", null]), Column.Integer("id", [1, 2]), Column.Boolean("ok", [true, null])]), folder["a.parquet"]);

        var rows = TextRows.Read(folder["a.parquet"], new TextRowsOptions()).ToList();

        Assert.Equal(["bom", null], rows.Select(row => row.Text));
        Assert.Equal(["\"bom\"", "1", "true"], rows[0].Members.Select(member => member.Value));
        Assert.Equal(["null", "2", "null"], rows[1].Members.Select(member => member.Value));
    }

    [Fact]
    public void A_compressed_file_is_what_it_is_without_compression()
    {
        using (var stream = new GZipStream(File.Create(folder["a.csv.gz"]), CompressionMode.Compress))
            stream.Write("text\nbom\n"u8);

        Assert.Equal("bom", Assert.Single(TextRows.Read(folder["a.csv.gz"], new TextRowsOptions())).Text);
    }

    [Theory]
    [InlineData("{\"text\": \"bom\"}\n", "bom")]
    [InlineData("bom\n", "bom")]
    [InlineData("", null)]
    public void A_stream_is_told_by_its_first_character(string content, string? text)
    {
        var rows = TextRows.Read(new MemoryStream(Encoding.UTF8.GetBytes(content)), "standard input", new TextRowsOptions());

        Assert.Equal(text, rows.FirstOrDefault()?.Text);
    }

    [Fact]
    public void A_second_text_is_a_pair()
    {
        File.WriteAllText(folder["a.tsv"], "q\ta\nqual?\tisto\n");

        var row = Assert.Single(TextRows.Read(folder["a.tsv"], new TextRowsOptions(TextColumn: "q", PairColumn: "a")));

        Assert.Equal(("qual?", "isto"), (row.Text, row.Pair));
    }

    [Theory]
    [InlineData("a.jsonl", "{\"text\": \"bom\"}\n{\"text\"\n", ":2:8: this is not JSON")]
    [InlineData("a.jsonl", "[1]\n", ":1: this is a JSON list")]
    [InlineData("a.jsonl", "{\"review\": \"bom\"}\n", ":1: there is no 'text'; it has 'review': name the texts with --text-column")]
    [InlineData("a.jsonl", "{\"text\": 3}\n", ":1: 'text' is 3, not a string")]
    [InlineData("a.jsonl", "{\"text\": \"\\ud83d\"}\n", ":1: a text holds half of a surrogate pair")]
    [InlineData("a.csv", "text\nbom\n\"ruim\n", ":3:1: a quoted field begins here and never ends")]
    [InlineData("a.csv", "text\nbom,ruim\n", ":2: this line has 2 fields where the first has 1")]
    [InlineData("a.csv", "a,b\n1,2\n", ": there is no 'text'; it has 'a', 'b'")]
    [InlineData("a.csv", "", "is empty")]
    public void What_is_wrong_is_named_by_its_place(string name, string content, string message)
    {
        var error = Assert.Throws<InputException>(() => Read(name, content));

        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_named_by_their_line()
    {
        File.WriteAllBytes(folder["a.txt"], [(byte)'a', (byte)'\n', 0xe9, (byte)'\n']);

        var error = Assert.Throws<InputException>(() => TextRows.Read(folder["a.txt"], new TextRowsOptions()).ToList());

        Assert.Contains("a.txt:2: bytes are not utf-8", error.Message, StringComparison.Ordinal);
    }

    private List<TextRow> Read(string name, string content)
    {
        File.WriteAllText(folder[name], content);
        return [.. TextRows.Read(folder[name], new TextRowsOptions())];
    }
}
