// Small files that were read wrongly or refused unclearly. The right values are those of pandas, Python's csv, json and gzip, as each case's
// expected.txt says.
using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsCheck;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class ReadingCaseTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("csv-20-digits", "id:Text=12345678901234567890|12345678901234567891 text:Text=a|b")]
    [InlineData("csv-44-digits", "chave:Text=35123456789012345678901234567890123456789001|35123456789012345678901234567890123456789002 text:Text=a|b")]
    [InlineData("csv-beyond-minus", "id:Text=-9223372036854775809|-9223372036854775810 text:Text=a|b")]
    [InlineData("csv-blank-last-line", "text:Text=bom|ruim label:Integer=1|0")]
    [InlineData("csv-blank-line-between", "text:Text=um|dois")]
    [InlineData("csv-header-a-a-a1", "a:Integer=1 a.2:Integer=2 a.1:Integer=3")]
    public void Csv_has_pandas_values(string name, string expected) => Assert.Equal(expected, Shown(CsvTable.Open(Case(name, "t.csv"), new CsvDialect())));

    [Fact]
    public void Json_lines_keep_all_digits_of_whole_numbers() => Assert.Equal(
        "id:Text=12345678901234567890|12345678901234567891 text:Text=a|b", Shown(JsonLinesTable.Open(Case("jsonl-20-digits", "t.jsonl"))));

    [Theory]
    [InlineData("a\n9007199254740993\n\n1\n", "a:Integer=9007199254740993|1")]
    [InlineData("a,b\n9007199254740993,x\n,y\n", "a:Integer=9007199254740993|- b:Text=x|y")]
    [InlineData("a,b\n9007199254740992,x\n,y\n", "a:Number=9007199254740992|- b:Text=x|y")]
    [InlineData("a,b\n18446744073709551616,x\n,y\n", "a:Text=18446744073709551616|- b:Text=x|y")]
    [InlineData("a\n18446744073709551616\n0.5\n", "a:Number=1.8446744073709552E+19|0.5")]
    [InlineData("a\n18446744073709551616\nx\n", "a:Text=18446744073709551616|x")]
    // Only lines of nothing but spaces and tabs are blank, and white space of a line with more stays.
    [InlineData("a,b\n  \n x,1\n\t\n\"\",2\n \"q\",3\n \t", "a:Text= x|-| \"q\" b:Integer=1|2|3")]
    [InlineData(" \n\na\n1\n", "a:Integer=1")]
    [InlineData("a,,a.1,a,a\n1,2,3,4,5\n", "a:Integer=1 Unnamed: 1:Integer=2 a.1:Integer=3 a.2:Integer=4 a.3:Integer=5")]
    public void Csv_loses_neither_digits_nor_white_space(string text, string expected)
    {
        File.WriteAllText(folder["t.csv"], text);

        Assert.Equal(expected, Shown(CsvTable.Open(folder["t.csv"], new CsvDialect())));
    }

    [Fact]
    public void A_tab_that_stands_between_fields_makes_no_blank_line()
    {
        File.WriteAllText(folder["t.tsv"], "a\tb\n\t\n1\t2\n");

        Assert.Equal("a:Number=-|1 b:Number=-|2", Shown(CsvTable.Open(folder["t.tsv"], new CsvDialect { Delimiter = '\t' })));
    }

    [Theory]
    [InlineData("{\"a\": 9007199254740993}\n{}\n", "a:Integer=9007199254740993|-")]
    [InlineData("{\"a\": 1e300}\n{\"a\": 100000000000000000000}\n", "a:Number=1E+300|1E+20")]
    [InlineData("{\"a\": -9223372036854775809}\n{\"a\": null}\n", "a:Text=-9223372036854775809|-")]
    public void Json_lines_lose_no_digits(string text, string expected)
    {
        File.WriteAllText(folder["t.jsonl"], text);

        Assert.Equal(expected, Shown(JsonLinesTable.Open(folder["t.jsonl"])));
    }

    // The table as Python's int has it: an id is found again whatever its size.
    [Fact]
    public void Different_whole_numbers_stay_different() => Gen.Select(Gen.String[Gen.Char["0123456789"], 1, 40].Array[1, 6], Gen.Bool).Sample((digits, json) =>
    {
        string[] numbers = [.. digits.Select(number => number.TrimStart('0') is { Length: > 0 } significant ? significant : "0")];
        File.WriteAllLines(folder["n"], json ? numbers.Select(number => $"{{\"a\": {number}}}") : ["a", .. numbers]);

        ITableSource source = json ? JsonLinesTable.Open(folder["n"]) : CsvTable.Open(folder["n"], new CsvDialect());

        Assert.Equal("a:" + (numbers.All(number => number.Length < 19) ? "Integer" : source.Schema[0].Type) + "=" + string.Join('|', numbers), Shown(source));
    }, iter: 200, threads: 1);

    [Fact]
    public void Members_that_are_not_read_may_be_nested() => Assert.Equal("t:Text=x", Shown(JsonLinesTable.Open(Case("jsonl-deep", "t.jsonl"), ["t"])));

    [Theory]
    [InlineData("reading/jsonl-half-surrogate-key/t.jsonl", "t.jsonl:1: a key holds half of a surrogate pair")]
    [InlineData("reading/jsonl-key-twice/t.jsonl", "t.jsonl:1:12: the key 'a' stands twice in one object")]
    [InlineData("doing/empty-json-lines/rows.jsonl", "rows.jsonl is empty")]
    [InlineData("doing/json-lines-without-columns/rows.jsonl", "rows.jsonl has a column: its objects are empty")]
    public void Mistakes_in_json_lines_are_named(string name, string expected)
    {
        var mistake = Assert.Throws<InputException>(() => JsonLinesTable.Open(TestFiles.Golden("cases", name)).ReadAll());

        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[{\"a\": 1}]", "t.jsonl:1: this is a JSON list")]
    [InlineData("{\"é\": {\"b\": 1, \"b\": 2}}", "t.jsonl:1:16: the key 'b' stands twice")]
    [InlineData("{\"a\": \"é\", }", "t.jsonl:1:12: this is not JSON")]
    public void Mistakes_stand_at_their_character(string line, string expected)
    {
        File.WriteAllText(folder["t.jsonl"], line);

        var mistake = Assert.Throws<InputException>(() => JsonLinesTable.Open(folder["t.jsonl"]));

        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_member_nested_too_deeply_is_told_as_such()
    {
        File.WriteAllText(folder["t.jsonl"], $"{{\"a\": {new string('[', 2000)}{new string(']', 2000)}}}");

        var mistake = Assert.Throws<InputException>(() => JsonLinesTable.Open(folder["t.jsonl"]));

        Assert.Contains("nested more than 1000 deep", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gz-cut-csv", "t.csv.gz", "cut short")]
    [InlineData("gz-cut-text", "t.txt.gz", "cut short")]
    [InlineData("gz-no-trailer-csv", "t.csv.gz", "cut short")]
    [InlineData("gz-that-is-none", "t.csv.gz", "is no gzip file")]
    public void A_gzip_file_is_read_whole_or_refused(string name, string file, string expected)
    {
        var path = Case(name, file);

        var mistake = Assert.Throws<InputException>(() => file.EndsWith(".csv.gz", StringComparison.Ordinal)
            ? CsvTable.Open(path, new CsvDialect()).ReadAll() : TextLinesTable.Open(path).ReadAll());

        Assert.Contains(expected, mistake.Message, StringComparison.Ordinal);
    }

    // RFC 1952 2.2: a file is a series of members; gzip and Python read them one after another.
    [Fact]
    public void All_members_of_a_gzip_file_are_read_and_no_cut_or_changed_byte_changes_them() =>
        Gen.Select(Gen.String[Gen.Char["ab\n"], 0, 300].Array[1, 5], Gen.Int[0, 1 << 20], Gen.Int[1, 255]).Sample((parts, where, flip) =>
        {
            var bytes = parts.SelectMany(Compressed).ToArray();
            var text = string.Concat(parts);
            Assert.Equal(text, Decompressed(bytes));

            // A cut between two members leaves a whole file; so does a change of a header's time, flags of compression or system.
            var ends = parts.Select((_, count) => parts.Take(count + 1).Sum(part => Compressed(part).Length)).ToArray();
            var cut = where % bytes.Length;
            if (!ends.Contains(cut))
                Assert.Throws<InputException>(() => Decompressed(bytes[..cut]));
            var changed = bytes.ToArray();
            changed[cut] ^= (byte)flip;
            var inMember = cut - ends.Where(end => end <= cut).DefaultIfEmpty(0).Max();
            if (inMember >= 10)
                Assert.Contains(Result(changed), new[] { text, null });
            Assert.Throws<InputException>(() => Decompressed([.. bytes, .. "garbage"u8]));
        }, iter: 500, threads: 1);

    [Theory]
    [InlineData("utf-8", "text")]
    [InlineData("utf-8", "csv")]
    [InlineData("utf-8", "jsonl")]
    [InlineData("utf-8-sig", "text")]
    [InlineData("utf-8-sig", "csv")]
    [InlineData("utf-8-sig", "jsonl")]
    [InlineData("utf-16", "text")]
    [InlineData("utf-16", "csv")]
    public void Bytes_that_are_no_text_are_refused_in_every_format(string encoding, string format)
    {
        byte[] mark = encoding switch { "utf-8-sig" => [0xEF, 0xBB, 0xBF], "utf-16" => [0xFF, 0xFE], _ => [] };
        var wide = encoding == "utf-16";
        byte[] wrong = wide ? [0x00, 0xD8, 0x20, 0x00] : [0xE9];
        var (before, after) = format switch { "jsonl" => ("{\"text\": \"caf", "\"}\n"), "csv" => ("text\ncaf", "\n"), _ => ("caf", "\n") };
        File.WriteAllBytes(folder["t"], [.. mark, .. Bytes(before), .. wrong, .. Bytes(after)]);

        var mistake = Assert.Throws<InputException>(() => (format switch
        {
            "jsonl" => JsonLinesTable.Open(folder["t"]),
            "csv" => CsvTable.Open(folder["t"], new CsvDialect()),
            _ => (ITableSource)TextLinesTable.Open(folder["t"]),
        }).ReadAll());

        Assert.Contains(format == "csv" ? "t:2:4: bytes" : "t:1: bytes", mistake.Message, StringComparison.Ordinal);

        byte[] Bytes(string text) => (wide ? Encoding.Unicode : Encoding.UTF8).GetBytes(text);
    }

    [Fact]
    public void U_FFFE_is_text()
    {
        var table = TextLinesTable.Open(Case("text-u-fffe", "t.txt")).ReadAll();
        File.WriteAllText(folder["t.csv"], "text\n\uFFFE ok\n");

        Assert.Equal(["\uFFFE ok"], table.Texts("text"));
        Assert.Equal("text:Text=\uFFFE ok", Shown(CsvTable.Open(folder["t.csv"], new CsvDialect())));
    }

    [Theory]
    [InlineData("label\n1.0\n0.0\n", "1.0", "0.0")]
    [InlineData("label\n1\n0\n", "1.0", "0.0")]
    [InlineData("label\n1.0\n0.0\n", "1", "0")]
    [InlineData("label\nTrue\nFalse\n", "True", "False")]
    [InlineData("label\nTRUE\nFALSE\n", "true", "false")]
    [InlineData("label\n1.0\nx\n", "1.0", "x")]
    public void Labels_are_numbers_and_truth_values_however_they_are_written(string text, string one, string zero)
    {
        File.WriteAllText(folder["t.csv"], text);
        var unknown = new Dictionary<string, long>();

        var table = CsvTable.Open(folder["t.csv"], new CsvDialect()).WithClasses("label", new Dictionary<string, int> { [one] = 1, [zero] = 0 }, unknown).ReadAll();

        Assert.Equal([1L, 0L], table.Integers("label"));
        Assert.Empty(unknown);
    }

    [Fact]
    public void Two_words_of_one_number_have_one_class()
    {
        File.WriteAllText(folder["t.csv"], "label\n1.0\n");

        Assert.Throws<InputException>(() => CsvTable.Open(folder["t.csv"], new CsvDialect())
            .WithClasses("label", new Dictionary<string, int> { ["1"] = 1, ["1.0"] = 0 }, new Dictionary<string, long>()));
    }

    [Theory]
    [InlineData("t.txt", "", "")]
    [InlineData("t.csv", "text\n", "\n")]
    [InlineData("t.csv", "text\n\"", "\"\n")]
    [InlineData("t.jsonl", "{\"text\": \"", "\"}\n")]
    public void A_line_or_field_too_long_for_any_text_is_refused_before_it_is_in_memory(string name, string before, string after)
    {
        var file = folder[name + ".gz"];
        using (var gzip = new GZipStream(File.Create(file), CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(before));
            for (var i = 0; i < 40; i++)
                gzip.Write(Encoding.UTF8.GetBytes(new string('a', 1 << 20)));
            gzip.Write(Encoding.UTF8.GetBytes(after));
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var mistake = Assert.Throws<InputException>(() => (name switch
        {
            "t.csv" => CsvTable.Open(file, new CsvDialect()),
            "t.jsonl" => JsonLinesTable.Open(file),
            _ => (ITableSource)TextLinesTable.Open(file),
        }).ReadAll());

        Assert.Contains("more than 16,777,216 characters", mistake.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 120L << 20);
    }

    private static string Case(string name, string file) => TestFiles.Golden("cases", "reading", name, file);

    private static string? Result(byte[] bytes)
    {
        try
        {
            return Decompressed(bytes);
        }
        catch (InputException)
        {
            return null;
        }
    }

    private static byte[] Compressed(string text)
    {
        // .NET writes nothing for nothing, where gzip and bgzip write an empty member.
        if (text.Length == 0)
            return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return target.ToArray();
    }

    private static string Decompressed(byte[] bytes)
    {
        using var reader = new StreamReader(new GzipContent(new MemoryStream(bytes), "t.gz"));
        return reader.ReadToEnd();
    }

    private static string Shown(ITableSource source)
    {
        var table = source.ReadAll();
        return string.Join(' ', table.Columns.Select(column => $"{column.Name}:{column.Type}={string.Join('|', Enumerable.Range(0, table.RowCount)
            .Select(row => column[row] is { } value ? Convert.ToString(value, CultureInfo.InvariantCulture) : "-"))}"));
    }
}
