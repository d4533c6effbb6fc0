// Parquet files of other writers that were once read wrongly or refused; the values are what DuckDB, hyparquet and pandas read.
using System.Text.Json;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class ParquetCaseTests
{
    [Theory]
    [InlineData("delta-prefix-1", "não é bom", "não é ruim")]
    [InlineData("delta-prefix-2", "não é bom", null, "não é ruim")]
    [InlineData("delta-prefix-emoji", "😀😀 a", "😀😀 b")]
    [InlineData("delta-prefix-half-letter", "não é", "não ê", "nãx")]
    [InlineData("binary-text", "bom", "não", "ruim")]
    [InlineData("half-float-beside", "a", "b")]
    public void Texts_are_those_that_were_written(string name, params string?[] right) => Assert.Equal(right, Read(name, "text").Texts("text"));

    [Theory]
    [InlineData("bool-rle-alltrue", "label", "11111")]
    [InlineData("bool-rle-runs", "flag", "11111111110000000000")]
    [InlineData("bool-rle-alternate", "flag", "10101010101010101010")]
    [InlineData("bool-rle-nulls", "flag", "1-01")]
    public void Truth_values_are_those_that_were_written(string name, string column, string right) => Assert.Equal(
        right, string.Concat(Read(name, column).Column(column).Values<bool?>().Select(value => value switch { true => '1', false => '0', null => '-' })));

    [Theory]
    [InlineData("lz4-hadoop-label", "label")]
    [InlineData("lz4-hadoop-ids", "id")]
    [InlineData("lz4-hadoop-text", "text")]
    public void Hadoops_framing_of_LZ4_is_read(string name, string column)
    {
        using var right = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("cases", "reading", name, "right.json")));

        var table = Read(name, column);

        Assert.Equal(300, table.RowCount);
        Assert.Equal(
            right.RootElement.EnumerateArray().Select(row => row.GetProperty(column).ToString()),
            Enumerable.Range(0, table.RowCount).Select(row => $"{table.Value(column, row)}"));
    }

    [Fact]
    public void Small_whole_numbers_as_differences_are_read() => Assert.Equal([1L, 0L, 1L], Read("int8-delta", "label").Column("label").Values<long?>());

    [Fact]
    public void A_page_without_any_value_is_missing_values()
    {
        var table = ParquetTables.Read(Path("v2-nulls-snappy"));

        Assert.Equal(3, table.RowCount);
        Assert.All(table.Columns, column => Assert.All(Enumerable.Range(0, 3), row => Assert.Null(column[row])));
    }

    [Theory]
    [InlineData("pandas-datetime-index")]
    [InlineData("pandas-two-level-index")]
    public void With_an_index_that_cannot_be_row_labels_the_columns_asked_for_are_read_and_rows_numbered(string name)
    {
        var table = ParquetTables.Read(Path(name), ["text", "label"]);

        Assert.Equal(3, table.RowCount);
        Assert.True(table.RowLabels.AreRange);
        Assert.All(table.Texts("text"), Assert.NotNull);
        var refusal = Assert.Throws<InputException>(() => ParquetTables.Read(Path(name)));
        Assert.Contains("name the columns to read", refusal.Message);
    }

    [Fact]
    public void A_whole_number_beyond_63_bits_is_refused_with_its_column_and_value()
    {
        var refusal = Assert.Throws<InputException>(() => ParquetTables.Read(Path("uint64-hash")));

        Assert.Matches(@"^column '\w+' of .*t\.parquet holds (9[3-9]|1[0-8])\d{17,18} in row \d+, and whole numbers here end at 9223372036854775807; ", refusal.Message);
    }

    [Fact]
    public void Text_that_is_not_UTF_8_is_refused_with_its_column_and_row()
    {
        var refusal = Assert.Throws<InputException>(() => ParquetTables.Read(Path("parquet-not-utf8")));

        Assert.Matches(@"^column 'text' of .*t\.parquet holds bytes that are not UTF-8 in row 0; ", refusal.Message);
    }

    private static Table Read(string name, string column) => ParquetTables.Read(Path(name), [column]);

    private static string Path(string name) => TestFiles.Golden("cases", "reading", name, "t.parquet");
}
