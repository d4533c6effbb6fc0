// CSV files as pandas reads them.
using System.IO.Compression;
using System.Text;
using CsCheck;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class CsvTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_same_table_as_in_Parquet_has_the_same_digest()
    {
        var csv = CsvTable.Open(TestFiles.Golden("parquet", "same-table.csv"), new CsvDialect()).ReadAll();
        var lines = JsonLinesTable.Open(TestFiles.Golden("parquet", "same-table.jsonl")).ReadAll();

        var parquet = ParquetTables.Read(TestFiles.Golden("parquet", "compression-none.parquet"));

        Assert.Equal(parquet.Digest(), csv.Digest());
        Assert.Equal(parquet.Digest(), lines.Digest());
    }

    // Rows, values that are there, UTF-16 units, sums: counted with Python's csv module and pandas' list of words for a missing value.
    [Fact]
    public void Real_reviews_with_quotes_and_line_breaks_are_read_whole()
    {
        var b2w = CsvTable.Open(TestFiles.Shared("data", "b2w-sample.csv"), new CsvDialect()).ReadAll();
        var olist = CsvTable.Open(TestFiles.Shared("data", "olist-sample.csv"), new CsvDialect()).ReadAll();

        Assert.Equal((9999, 10), (b2w.RowCount, b2w.Columns.Count));
        Assert.Equal((6190, 26579), Missing(b2w, "product_brand"));
        Assert.Equal((0, 1349064), Missing(b2w, "review_text"));
        Assert.Equal(726298340418, b2w.Integers("product_id").Sum());
        Assert.Equal(35534, b2w.Integers("overall_rating").Sum());
        Assert.Equal((14492, 7), (olist.RowCount, olist.Columns.Count));
        Assert.Equal((12812, 21169), Missing(olist, "review_comment_title"));
        Assert.Equal((7823, 514962), Missing(olist, "review_comment_message"));
        Assert.Equal(669, olist.Texts("review_comment_message").Count(text => text?.Contains('\n') == true));

        static (int, int) Missing(Table table, string column) =>
            (table.Texts(column).Count(text => text is null), table.Texts(column).Sum(text => text?.Length ?? 0));
    }

    // pandas.read_csv's answers (its documentation: quoting, doublequote, skip_blank_lines, na_values, mangled duplicates).
    [Theory]
    [InlineData("a,b\n1,x\n2,y\n", "a:Integer=1|2 b:Text=x|y")]
    [InlineData("a,b\r\n1,x\r\n\r\n2,y", "a:Integer=1|2 b:Text=x|y")]
    [InlineData("a,b\r1,x\r2,y\r", "a:Integer=1|2 b:Text=x|y")]
    [InlineData("a,b\n\"1\",\"x, \"\"y\"\"\nz\"\n", "a:Integer=1 b:Text=x, \"y\"\nz")]
    [InlineData("a,b\n1,x\"y\n2,\"x\"y\n", "a:Integer=1|2 b:Text=x\"y|xy")]
    [InlineData("a,b\n1,\n,2\n", "a:Number=1|- b:Number=-|2")]
    [InlineData("a,b\nNA,null\n1.5,None\n", "a:Number=-|1.5 b:Number=-|-")]
    [InlineData("a\nTrue\nFALSE\ntrue\n", "a:Boolean=True|False|True")]
    [InlineData("a\nTrue\nmaybe\n", "a:Text=True|maybe")]
    [InlineData("a\n 7 \n-8\n+9\n", "a:Integer=7|-8|9")]
    [InlineData("a\n1e3\n-.5\ninf\n", "a:Number=1000|-0.5|Infinity")]
    [InlineData("a\n99999999999999999999\n1\n", "a:Text=99999999999999999999|1")]
    [InlineData("a,b,c\n1,2\n3,4,5\n", "a:Integer=1|3 b:Integer=2|4 c:Number=-|5")]
    [InlineData("a,a,\n1,2,3\n", "a:Integer=1 a.1:Integer=2 Unnamed: 2:Integer=3")]
    [InlineData("a\n\"\"\n\"x\"\n", "a:Text=-|x")]
    [InlineData("a,b\n", "a:Number= b:Number=")]
    [InlineData("\uFEFFa\n1\n", "a:Integer=1")]
    public void Fields_become_values(string text, string expected)
    {
        var table = Read(text);

        Assert.Equal(expected, Shown(table));
    }

    [Theory]
    [InlineData("a;b\n1;'x;y'\n", ';', '\'', null, "a:Integer=1 b:Text=x;y")]
    [InlineData("a\tb\n1\t\"x\n", '\t', null, null, "a:Integer=1 b:Text=\"x")]
    [InlineData("a,b\n1,x\\,y\\\"\n2,\"z\\\"\"\n", ',', '"', '\\', "a:Integer=1|2 b:Text=x,y\"|z\"")]
    public void Dialects_are_followed(string text, char delimiter, char? quote, char? escape, string expected)
    {
        var table = Read(text, new CsvDialect { Delimiter = delimiter, Quote = quote, Escape = escape });

        Assert.Equal(expected, Shown(table));
    }

    [Fact]
    public void Without_a_header_columns_are_numbered_and_words_for_missing_can_be_chosen()
    {
        var table = Read("1,?\n2,NA\n", new CsvDialect { Header = false, NaValues = new HashSet<string> { "?" } });

        Assert.Equal("0:Integer=1|2 1:Text=-|NA", Shown(table));
    }

    [Theory]
    [InlineData("latin-1")]
    [InlineData("cp1252")]
    [InlineData("utf-16")]
    [InlineData("utf-16-be")]
    public void Encodings_are_read(string name)
    {
        var encoding = name switch
        {
            "latin-1" => Encoding.Latin1,
            "cp1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
            "utf-16" => Encoding.Unicode,
            _ => Encoding.BigEndianUnicode,
        };
        File.WriteAllBytes(folder["t.csv"], [.. encoding.GetPreamble(), .. encoding.GetBytes("texto\nótimo não é?\n")]);

        var table = CsvTable.Open(folder["t.csv"], new CsvDialect(), name).ReadAll();

        Assert.Equal("texto:Text=ótimo não é?", Shown(table));
    }

    [Fact]
    public void A_compressed_file_is_read()
    {
        using (var file = new GZipStream(File.Create(folder["t.csv.gz"]), CompressionLevel.Fastest))
            file.Write("a\n1\n"u8);

        Assert.Equal("a:Integer=1", Shown(CsvTable.Open(folder["t.csv.gz"], new CsvDialect()).ReadAll()));
    }

    [Fact]
    public void Columns_are_chosen_and_typed()
    {
        File.WriteAllText(folder["t.csv"], "id,note,score\n007,a,1\n008,NA,2\n");

        var table = CsvTable.Open(
            folder["t.csv"], new CsvDialect(), columns: ["score", "id"], types: new Dictionary<string, ColumnType> { ["id"] = ColumnType.Text, ["score"] = ColumnType.Number }).ReadAll();

        Assert.Equal("score:Number=1|2 id:Text=007|008", Shown(table));
    }

    [Theory]
    [InlineData("a,b\n1,2,3\n", "t.csv:2:5: this line has 3 fields where the first has 2")]
    [InlineData("a,b\n1,\"x\n2,y\n", "t.csv:2:3: a quoted field begins here and never ends")]
    [InlineData("", "t.csv is empty")]
    [InlineData("a,label\nx,good\n", "t.csv:2:3: 'good' is not a whole number of 64 bits, which types says column 'label' holds")]
    public void Mistakes_in_the_file_are_told_with_their_place(string text, string expected)
    {
        File.WriteAllText(folder["t.csv"], text);

        var error = Assert.Throws<InputException>(() =>
            CsvTable.Open(folder["t.csv"], new CsvDialect(), types: text.Contains("label", StringComparison.Ordinal) ? new Dictionary<string, ColumnType> { ["label"] = ColumnType.Integer } : null).ReadAll());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_of_the_encoding_are_told_with_their_place()
    {
        File.WriteAllBytes(folder["t.csv"], [.. "a,b\n1,n\u00E3o\n2,x"u8, 0xE3, .. "o\n"u8]);

        var error = Assert.Throws<InputException>(() => CsvTable.Open(folder["t.csv"], new CsvDialect()));

        Assert.Contains("t.csv:3:4: bytes here are not text in the file's encoding", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_written_with_quotes_is_read_back()
    {
        var field = Gen.String[Gen.Char["ab,\"\n\r\\; é"], 0, 8];
        field.Array[2].Array[1, 200].Sample(rows =>
        {
            var text = "a,b\n" + string.Concat(rows.Select(row => string.Join(',', row.Select(f => $"\"{f.Replace("\"", "\"\"")}\"")) + "\n"));

            var table = Read(text, new CsvDialect { NaValues = new HashSet<string>() });

            Assert.Equal(rows.Select(row => row[0]), Texts(table, 0));
            Assert.Equal(rows.Select(row => row[1]), Texts(table, 1));
        }, iter: 200, threads: 1);

        static IEnumerable<string?> Texts(Table table, int column) =>
            Enumerable.Range(0, table.RowCount).Select(row => Convert.ToString(table.Columns[column][row], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_file_of_several_batches_keeps_its_rows_in_order()
    {
        File.WriteAllLines(folder["t.csv"], Enumerable.Range(-1, 150_001).Select(i => i < 0 ? "n,t" : $"{i},text {i}"));

        var source = CsvTable.Open(folder["t.csv"], new CsvDialect());
        var table = source.ReadAll();

        Assert.Equal(3, source.Batches().Count());
        Assert.Equal(Enumerable.Range(0, 150_000).Select(i => (long?)i), table.Integers("n"));
        Assert.Equal("text 149999", table.Value("t", 149_999));
        Assert.True(table.RowLabels.AreRange);
    }

    private Table Read(string text, CsvDialect? dialect = null)
    {
        File.WriteAllText(folder["t.csv"], text);
        return CsvTable.Open(folder["t.csv"], dialect ?? new CsvDialect()).ReadAll();
    }

    private static string Shown(Table table) => string.Join(' ', table.Columns.Select(column =>
        $"{column.Name}:{column.Type}={string.Join('|', Enumerable.Range(0, table.RowCount).Select(row => column[row] is { } value ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) : "-"))}"));
}
