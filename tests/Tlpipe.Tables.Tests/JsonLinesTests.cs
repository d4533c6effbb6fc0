// Tables in JSON lines.
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class JsonLinesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{\"a\": 1, \"b\": \"x\"}\n\n{\"b\": \"\\u00e9\", \"a\": 2, \"c\": true}\n", "a:Integer=1|2 b:Text=x|é c:Boolean=-|True")]
    [InlineData("{\"a\": 1}\n{\"a\": null}\n", "a:Number=1|-")]
    [InlineData("{\"a\": 1}\n{\"a\": 2.5}\n", "a:Number=1|2.5")]
    [InlineData("{\"a\": null}\n", "a:Number=-")]
    [InlineData("{}\n{\"a\": \"\"}\n", "a:Text=-|")]
    public void Members_become_columns(string text, string expected)
    {
        File.WriteAllText(folder["t.jsonl"], text);

        Assert.Equal(expected, Shown(JsonLinesTable.Open(folder["t.jsonl"]).ReadAll()));
    }

    [Fact]
    public void Columns_are_chosen_and_typed_and_others_may_hold_anything()
    {
        File.WriteAllText(folder["t.jsonl"], "{\"a\": \"1\", \"b\": [1, 2], \"c\": 3}\n{\"a\": \"2\", \"b\": {}, \"c\": 4}\n");

        var table = JsonLinesTable.Open(folder["t.jsonl"], ["c", "a"], new Dictionary<string, ColumnType> { ["a"] = ColumnType.Integer, ["c"] = ColumnType.Text }).ReadAll();

        Assert.Equal("c:Text=3|4 a:Integer=1|2", Shown(table));
    }

    [Theory]
    [InlineData("{\"a\": 1}\n[1]\n", "t.jsonl:2: this is a JSON list")]
    [InlineData("{\"a\": 1}\n{\"a\": 1\n", "t.jsonl:2:8: this is not JSON")]
    [InlineData("{\"a\": 1}\n{\"a\": \"x\"}\n", "t.jsonl:2: column 'a' has text here and a number before")]
    [InlineData("{\"a\": [1]}\n", "t.jsonl:1: column 'a' holds a list or an object")]
    [InlineData("{\"a\": \"\\ud83d\"}\n", "t.jsonl:1: a text holds half of a surrogate pair")]
    public void Mistakes_in_the_file_are_told_with_their_place(string text, string expected)
    {
        File.WriteAllText(folder["t.jsonl"], text);

        var error = Assert.Throws<InputException>(() => JsonLinesTable.Open(folder["t.jsonl"]).ReadAll());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_become_classes_and_those_without_one_are_counted()
    {
        File.WriteAllText(folder["t.jsonl"], "{\"label\": \"good\"}\n{\"label\": \"bad\"}\n{\"label\": \"so so\"}\n{\"label\": null}\n");
        var unknown = new Dictionary<string, long>();

        var table = JsonLinesTable.Open(folder["t.jsonl"]).WithClasses("label", new Dictionary<string, int> { ["bad"] = 0, ["good"] = 1 }, unknown).ReadAll();

        Assert.Equal("label:Integer=1|0|-|-", Shown(table));
        Assert.Equal([KeyValuePair.Create("so so", 1L)], unknown);
    }

    [Fact]
    public void Labels_of_every_type_in_Parquet_come_to_the_same_classes()
    {
        string[] dresses = ["compression-none", "label-int8", "label-double", "label-bool", "label-string"];

        var classes = dresses.Select(dress =>
        {
            var source = ParquetTables.Open(TestFiles.Golden("parquet", dress + ".parquet"));
            var words = new Dictionary<string, int> { ["0"] = 0, ["1"] = 1, ["false"] = 0, ["true"] = 1, ["negative"] = 0, ["positive"] = 1, ["neg"] = 0, ["pos"] = 1, ["negativo"] = 0, ["positivo"] = 1 };
            var unknown = new Dictionary<string, long>();
            var labels = source.WithClasses("label", words, unknown).ReadAll().Labels("label", 2);
            Assert.Empty(unknown);
            return labels;
        }).ToList();

        Assert.All(classes, labels => Assert.Equal(classes[0], labels));
        Assert.Contains(1, classes[0]);
    }

    private static string Shown(Table table) => string.Join(' ', table.Columns.Select(column =>
        $"{column.Name}:{column.Type}={string.Join('|', Enumerable.Range(0, table.RowCount).Select(row => column[row] is { } value ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) : "-"))}"));
}
