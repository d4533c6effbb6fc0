// The values of a table, and its errors.
using CsCheck;
using Tlpipe.Formats;

namespace Tlpipe.Tables.Tests;

public sealed class TableTests
{
    private static readonly Table Small = new(
        [
            Column.Text("text", ["a", null, "c"]),
            Column.Integer("label", [0, 1, null]),
            Column.Number("score", [0.0, 1.5, double.NaN]),
            Column.Boolean("kept", [true, false, null]),
        ],
        RowLabels.Integers([84, 2, 3]));

    [Fact]
    public void Values_come_as_the_four_types_or_null()
    {
        object?[] row0 = [.. Small.Columns.Select(c => Small.Value(c.Name, 0))];
        object?[] row2 = [.. Small.Columns.Select(c => Small.Value(c.Name, 2))];

        Assert.Equal(["a", 0L, 0.0, true], row0);
        Assert.Equal(["c", null, double.NaN, null], row2);
    }

    [Fact]
    public void Typed_columns_are_read_whole()
    {
        Assert.Equal(["a", null, "c"], Small.Texts("text"));
        Assert.Equal([0, 1, null], Small.Integers("label"));
        Assert.Equal([0.0, 1.5, double.NaN], Small.Numbers("score"));
        Assert.Equal([true, false, null], Small.Booleans("kept"));
    }

    [Fact]
    public void A_missing_column_is_named_with_those_there_are() =>
        Refused("there is no column 'txt'; the columns are text, label, score, kept", () => Small.Texts("txt"));

    [Fact]
    public void A_column_of_another_type_is_named_with_both_types() =>
        Refused("column 'label' holds whole numbers, not text; choose another column", () => Small.Texts("label"));

    [Fact]
    public void A_missing_text_is_named_with_its_row() =>
        Refused("column 'text' has no text in row 1 (label 2); leave such rows out or give them a text", () => Small.PresentTexts("text"));

    [Fact]
    public void A_column_named_twice_is_refused() =>
        Refused("column 'text' is named 2 times; name it once", () => Small.Select(["text", "label", "text"]));

    [Fact]
    public void Labels_come_from_whole_numbers_doubles_and_booleans()
    {
        var table = new Table([Column.Integer("i", [2, 0]), Column.Number("d", [1.0, 0.0]), Column.Boolean("b", [true, false])]);

        Assert.Equal([2, 0], table.Labels("i", 3));
        Assert.Equal([1, 0], table.Labels("d", null));
        Assert.Equal([1, 0], table.Labels("b", 2));
    }

    [Fact]
    public void Labels_that_are_no_class_are_named_with_row_and_value()
    {
        Refused("column 'label' has no label in row 2 (label 3); labels are whole numbers from 0 to 1", () => Small.Labels("label", 2));
        Refused("column 'score' has the label 1.5 in row 1 (label 2); labels are whole numbers from 0", () => Small.Labels("score", null));
        Refused("column 'text' holds text, and labels are whole numbers from 0; choose another column or number the classes", () => Small.Labels("text", 2));
        var wide = new Table([Column.Integer("label", [0, 5_000_000_000, -1])]);
        Refused("column 'label' has the label 5000000000 in row 1; labels are whole numbers from 0", () => wide.Labels("label", null));
        Refused("column 'label' has the label -1 in row 0 (label 2); labels are whole numbers from 0 to 1", () => wide.Take([2]).Labels("label", 2));
    }

    [Fact]
    public void Class_codes_number_values_in_the_order_of_Python()
    {
        // Python sorts by code point: U+FF5E before U+1F600, whose first UTF-16 unit is the smaller one.
        var table = new Table([Column.Text("c", ["\U0001F600", "b", "\uFF5E", "", "b"])]);

        var codes = table.ClassCodes("c");

        Assert.Equal([3, 1, 2, 0, 1], codes);
    }

    [Fact]
    public void Rows_whose_label_the_other_table_has_are_left_out()
    {
        var table = new Table([Column.Text("t", ["a", "b", "c", "d"])], RowLabels.Texts(["x", "y", "x", "z"]));

        var rest = table.Except(table.Take([2]));

        Assert.Equal(["b", "d"], rest.Texts("t"));
        Assert.Equal("z", rest.RowLabels[1]);
    }

    [Fact]
    public void Row_labels_of_two_kinds_are_not_compared()
    {
        var named = new Table([Column.Text("t", ["a"])], RowLabels.Texts(["x"]));

        Refused("one table's row labels are text and the other's whole numbers", () => named.Except(Small));
    }

    [Fact]
    public void Columns_of_unequal_length_are_a_programmers_error() =>
        Assert.Throws<ArgumentException>(() => new Table([Column.Text("a", ["x"]), Column.Text("b", [])]));

    [Fact]
    public void A_digest_tells_apart_what_differs()
    {
        Table[] tables =
        [
            new([Column.Text("t", ["ab", "c"])]),
            new([Column.Text("t", ["a", "bc"])]),
            new([Column.Text("t", ["ab", null])]),
            new([Column.Text("t", ["ab", ""])]),
            new([Column.Text("u", ["ab", "c"])]),
            new([Column.Text("t", ["ab", "c"])], RowLabels.Integers([1, 0])),
            new([Column.Text("t", ["ab", "c"])], RowLabels.Texts(["0", "1"])),
            new([Column.Integer("t", [0, 1])]),
            new([Column.Integer("t", [0, null])]),
            new([Column.Integer("t", [0, 0])]),
            new([Column.Number("t", [0, 1])]),
            new([Column.Boolean("t", [false, true])]),
        ];

        var digests = tables.Select(t => t.Digest()).ToHashSet();

        Assert.Equal(tables.Length, digests.Count);
    }

    [Fact]
    public void Rows_taken_and_rows_left_make_up_the_table() =>
        TableGenerator.Any.Where(t => t.RowCount > 0).SelectMany(t => Gen.Int[0, t.RowCount - 1].HashSet[0, t.RowCount].Select(p => (Table: t, Taken: p.ToArray()))).Sample(x =>
        {
            var taken = x.Table.Take(x.Taken);
            var rest = x.Table.Except(taken);

            var left = Enumerable.Range(0, x.Table.RowCount).Except(x.Taken).ToArray();
            Assert.Equal(x.Table.Take(left).Digest(), rest.Digest());
            Assert.Equal(0, rest.Except(rest).RowCount);
            Assert.Equal(rest.Digest(), rest.Except(taken).Digest());
        });

    [Fact]
    public void Taking_twice_is_taking_the_positions_of_the_positions() =>
        TableGenerator.Any.Where(t => t.RowCount > 0).SelectMany(t => Gen.Select(Gen.Int[0, t.RowCount - 1].Array[1, 9], Gen.Int[0, 99].Array[0, 9]).Select((a, b) => (t, a, b))).Sample(x =>
        {
            var second = Array.ConvertAll(x.b, i => i % x.a.Length);

            var twice = x.t.Take(x.a).Take(second);

            Assert.Equal(x.t.Take(Array.ConvertAll(second, i => x.a[i])).Digest(), twice.Digest());
        });

    [Fact]
    public void A_digest_depends_on_the_order_of_rows_and_of_columns()
    {
        var swapped = Small.Take([1, 0, 2]);
        var reordered = Small.Select(["label", "text", "score", "kept"]);

        Assert.NotEqual(Small.Digest(), swapped.Digest());
        Assert.NotEqual(Small.Digest(), reordered.Digest());
        Assert.Equal(Small.Digest(), swapped.Take([1, 0, 2]).Digest());
        Assert.Equal(Small.Digest(), reordered.Select(["text", "label", "score", "kept"]).Digest());
    }

    private static void Refused(string message, Func<object> call) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => { call(); }).Message);
}
