// One table, written in each form; the expected lines are written out by hand.
using Tlpipe.Formats.Layout;
using Tlpipe.Report;

namespace Tlpipe.Tests;

public sealed class ReportTableTests
{
    private static readonly ReportTable Table = new(
        [new(""), new("runs", IsRight: true), new("notes")],
        [["plain", "10", "a, b"], ["say \"hi\"", "2", "50 % & more"]]);

    [Fact]
    public void Text_has_words_at_the_left_and_numbers_at_the_right() => Assert.Equal(
        [
            "          runs  notes",
            "plain       10  a, b",
            "say \"hi\"     2  50 % & more",
        ],
        Table.Text());

    [Fact]
    public void Markdown_says_on_which_side_cells_stand() => Assert.Equal(
        "| | runs | notes |\n|---|---:|---|\n| plain | 10 | a, b |\n| say \"hi\" | 2 | 50 % & more |\n",
        Table.Markdown());

    [Fact]
    public void Markdown_of_version_1_of_compare_has_two_spaces_for_an_empty_heading() =>
        Assert.StartsWith("|  | runs | notes |\n|---|---:|---|\n| plain |", Table.Markdown(wideEmptyHeadings: true));

    [Theory]
    [InlineData("AsNeeded", ",runs,notes\nplain,10,\"a, b\"\n\"say \"\"hi\"\"\",2,50 % & more\n")]
    [InlineData("Names", ",runs,notes\n\"plain\",10,\"a, b\"\n\"say \"\"hi\"\"\",2,50 % & more\n")]
    public void Csv_quotes_as_needed_or_each_name(string quotes, string expected) =>
        Assert.Equal(expected, Table.Csv(Enum.Parse<CsvQuotes>(quotes)));

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [InlineData("-lr", "'-lr")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("+0.0125", "+0.0125")]
    [InlineData("1e-5", "1e-5")]
    [InlineData("'quoted'", "'quoted'")]
    public void A_spreadsheet_computes_no_cell_of_csv_and_numbers_stay_numbers(string cell, string written)
    {
        var csv = new ReportTable([new("")], [[cell]]).Csv();

        Assert.Equal($"\n{written}\n", csv);
        Assert.Equal(cell, ReportTable.NameOf(written));
    }

    // What CommonMark and GitHub's tables make of each sign: https://spec.commonmark.org/0.31.2/, https://github.github.com/gfm/#tables-extension-
    [Theory]
    [InlineData("[CLS] pooling", @"\[CLS] pooling")]
    [InlineData("mean | max", @"mean \| max")]
    [InlineData("<img src=x>", @"\<img src=x>")]
    [InlineData("</td>", @"\</td>")]
    [InlineData("*bold* _italic_ `code`", @"\*bold\* \_italic\_ \`code\`")]
    [InlineData("[1](http://example.org)", @"\[1](http://example.org)")]
    [InlineData("&lt;b&gt;", @"\&lt;b\&gt;")]
    [InlineData(@"a\|b", @"a\\\|b")]
    [InlineData("two\nlines\u001b[31m", "two?lines?\\[31m")]
    [InlineData("f1_macro, p < 0.05, [-0.5, 1], A & B, 50 %", "f1_macro, p < 0.05, [-0.5, 1], A & B, 50 %")]
    [InlineData(@"right \ answered", @"right \ answered")]
    public void Markdown_shows_each_cell_as_text(string cell, string written) =>
        Assert.Equal($"| |\n|---|\n| {written} |\n", new ReportTable([new("")], [[cell]]).Markdown());

    [Fact]
    public void No_cell_sends_a_terminal_a_sequence() =>
        Assert.Equal(["", "?]0;title? ?[31mred"], new ReportTable([new("")], [["\u001b]0;title\u0007 \u001b[31mred"]]).Text());

    [Fact]
    public void Latex_has_the_rules_of_booktabs_and_no_sign_of_its_own_in_a_cell() => Assert.Equal(
        """
        % \usepackage{booktabs}
        \begin{tabular}{lrl}
        \toprule
         & runs & notes \\
        \midrule
        plain & 10 & a, b \\
        say "hi" & 2 & 50 \% \& more \\
        \bottomrule
        \end{tabular}

        """,
        Table.Latex());

    [Fact]
    public void Latex_writes_each_sign_out() => Assert.Contains(
        @"\textbackslash{}\textasciitilde{}\textasciicircum{}\$\#\_\{\}$\pm${[}\textless{}\textgreater{}\textbar{}? \\",
        new ReportTable([new("")], [["\\~^$#_{}±[<>|\u0007"]]).Latex());

    [Fact]
    public void Html_tells_words_from_numbers_and_escapes_both()
    {
        var html = Section.Table("all", Table).Markup;

        Assert.Contains("<thead><tr><td></td><th scope=\"col\" class=\"number\">runs</th><th scope=\"col\" class=\"word\">notes</th></tr></thead>", html);
        Assert.Contains("<tr><th scope=\"row\">say &quot;hi&quot;</th><td class=\"number\">2</td><td class=\"word\">50 % &amp; more</td></tr>", html);
    }

    [Fact]
    public void Columns_without_room_come_below_behind_the_first_column_again() => Assert.Equal(
        [
            "          runs",
            "plain       10",
            "say \"hi\"     2",
            "",
            "          notes",
            "plain     a, b",
            "say \"hi\"  50 % & more",
        ],
        Table.Text(16));

    [Fact]
    public void A_flexible_column_is_cut_at_the_left_to_at_least_8_characters() => Assert.Equal(
        [
            "key  result     size",
            "ab   …/tokens  12 kB",
        ],
        new ReportTable([new("key"), new("result", IsFlexible: true), new("size", IsRight: true)], [["ab", "pipeline/tokens", "12 kB"]]).Text(10));

    [Fact]
    public void A_flexible_column_with_room_is_whole() => Assert.Equal(
        ["key  result", "ab   pipeline/tokens"],
        new ReportTable([new("key"), new("result", IsFlexible: true)], [["ab", "pipeline/tokens"]]).Text(80));

    [Fact]
    public void Rows_without_headings_may_be_of_different_lengths() => Assert.Equal(
        ["a    bbb  c", "aaa", "", "a    b"],
        ReportTable.Aligned([["a", "bbb", "c"], ["aaa"], [], ["a", "b"]]));

    [Fact]
    public void A_number_is_written_alike_in_every_country_and_a_missing_one_is_empty()
    {
        Assert.Equal("1,234.50", ReportTable.Cell(1234.5, "#,0.00"));
        Assert.Equal("", ReportTable.Cell(null, "0.00"));
    }
}
