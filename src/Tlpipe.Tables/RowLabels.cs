// What pandas calls the index: a label for each row that stays with it through samples and splits.
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>Labels of rows, whole numbers or text. They need not be unique.</summary>
public sealed class RowLabels
{
    private readonly long[]? integers;
    private readonly string[]? texts;

    private RowLabels(long[]? integers, string[]? texts)
    {
        this.integers = integers;
        this.texts = texts;
    }

    /// <summary>How many there are.</summary>
    public int Count => integers?.Length ?? texts?.Length ?? 0;

    /// <summary>Whether they are text.</summary>
    public bool AreText => texts is not null;

    /// <summary>Whether they are 0 .. n-1 in order, the labels of rows without labels of their own.</summary>
    public bool AreRange
    {
        get
        {
            for (var i = 0; i < integers?.Length; i++)
            {
                if (integers[i] != i)
                    return false;
            }
            return integers is not null;
        }
    }

    /// <summary>A row's label: long or string.</summary>
    public object this[int row] => texts is null ? WholeNumbers[row] : texts[row];

    internal long[] WholeNumbers => integers ?? throw new ArgumentException("these row labels are text");

    internal string[] TextLabels => texts ?? throw new ArgumentException("these row labels are whole numbers");

    /// <summary>start, start + step, …</summary>
    public static RowLabels Range(int count, long start = 0, long step = 1)
    {
        var labels = new long[count];
        for (var i = 0; i < count; i++)
            labels[i] = start + i * step;
        return new RowLabels(labels, null);
    }

    public static RowLabels Integers(long[] labels) => new(labels, null);

    public static RowLabels Texts(string[] labels) => new(null, labels);

    /// <summary>The labels of tables whose rows follow each other.</summary>
    /// <exception cref="InputException">One table's labels are text and another's whole numbers.</exception>
    public static RowLabels Concat(IReadOnlyList<RowLabels> parts)
    {
        var counted = parts.Where(part => part.Count > 0).ToList();
        if (counted.Select(part => part.AreText).Distinct().Count() > 1)
            throw new InputException("rows cannot be put together: one table's row labels are text and the other's whole numbers; take both from one table");
        return counted.Exists(part => part.AreText)
            ? Texts([.. counted.SelectMany(part => part.TextLabels)])
            : Integers([.. counted.SelectMany(part => part.WholeNumbers)]);
    }

    /// <summary>The labels of some consecutive rows.</summary>
    internal RowLabels Slice(int start, int count) => texts is null
        ? Integers(WholeNumbers[start..(start + count)])
        : Texts(texts[start..(start + count)]);

    internal RowLabels Take(ReadOnlySpan<int> positions) => texts is null
        ? Integers(Column.Take(WholeNumbers, positions))
        : Texts(Column.Take(texts, positions));

    /// <summary>The positions of the rows whose label is not among the other's.</summary>
    /// <exception cref="InputException">One table's labels are text and the other's whole numbers.</exception>
    internal int[] PositionsNotIn(RowLabels other)
    {
        if (Count > 0 && other.Count > 0 && AreText != other.AreText)
            throw new InputException("rows cannot be left out: one table's row labels are text and the other's whole numbers; take both from one table");
        return texts is null || other.texts is null
            ? Missing(integers ?? [], other.integers ?? [], Count)
            : Missing(texts, other.texts, Count);
    }

    private static int[] Missing<T>(T[] labels, T[] others, int count)
    {
        if (others.Length == 0)
            return [.. Enumerable.Range(0, count)];
        var known = others.ToHashSet();
        return [.. Enumerable.Range(0, labels.Length).Where(i => !known.Contains(labels[i]))];
    }
}
