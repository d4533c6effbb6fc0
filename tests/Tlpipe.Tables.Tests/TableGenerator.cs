// Tables for property tests.
using CsCheck;

namespace Tlpipe.Tables.Tests;

internal static class TableGenerator
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOfConst("", " ", "não", "😀👍🏽", "a\0b", "linha\nlinha", "e\u0301"),
        Gen.Char['\u0020', '\uD7FF'].Array[0, 20].Select(chars => new string(chars)));

    /// <summary>Tables of every column type with missing values, with different row labels of either kind, also without rows.</summary>
    public static readonly Gen<Table> Any = Gen.Int[0, 12].SelectMany(rows => Gen.Select(
        Gen.Select(Text, Gen.Bool, (t, there) => there ? t : null).Array[rows],
        Gen.Long.Nullable().Array[rows],
        Gen.Double.Nullable().Array[rows],
        Gen.Bool.Nullable().Array[rows],
        Labels(rows),
        (texts, integers, numbers, booleans, labels) => new Table(
            [
                Column.Text("text", texts),
                Column.Integer("número", integers),
                Column.Number("score", numbers),
                Column.Boolean("kept", booleans),
            ],
            labels)));

    private static Gen<RowLabels> Labels(int rows) => Gen.OneOf(
        Gen.Const(RowLabels.Range(rows)),
        Gen.Long.HashSet[rows].Select(labels => RowLabels.Integers([.. labels])),
        Text.HashSet[rows].Select(labels => RowLabels.Texts([.. labels])));
}
