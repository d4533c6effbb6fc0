// The rows that scikit-learn's KFold and StratifiedKFold test in each fold.
using Tlpipe.Formats;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Sampling;

/// <summary>Cross-validation folds: for each fold the positions of its test rows, ascending. Every row is in exactly one.</summary>
public static class Folds
{
    /// <summary><c>KFold(folds, shuffle=True, random_state=seed)</c>; without a seed, neighbouring rows stay together.</summary>
    /// <exception cref="InputException">Fewer than two folds, or more than there are rows.</exception>
    public static int[][] Plain(int count, int folds, uint? seed)
    {
        CheckFolds(count, folds);
        var positions = Positions.Range(count);
        if (seed is { } value)
            new NumpyRandomState(value).Shuffle<int>(positions);
        var result = new int[folds][];
        var start = 0;
        for (var fold = 0; fold < folds; fold++)
        {
            var end = start + count / folds + (fold < count % folds ? 1 : 0);
            result[fold] = positions[start..end];
            Array.Sort(result[fold]);
            start = end;
        }
        return result;
    }

    /// <summary><c>StratifiedKFold(folds, shuffle=True, random_state=seed)</c>; without a seed, in the table's order.</summary>
    /// <param name="classes">Each row's class; classes count in order of their first row, so any numbering gives the same folds.</param>
    /// <param name="folds">How many folds.</param>
    /// <param name="seed">The random_state.</param>
    /// <exception cref="InputException">Fewer than two folds, or more than the rows of every class.</exception>
    public static int[][] Stratified(IReadOnlyList<int> classes, int folds, uint? seed)
    {
        CheckFolds(classes.Count, folds);
        var rowsOfClass = Enumerable.Range(0, classes.Count).GroupBy(row => classes[row]).Select(g => g.ToArray()).ToArray();
        var largest = rowsOfClass.Max(rows => rows.Length);
        if (folds > largest)
            throw new InputException($"{folds} folds are more than any class has rows (at most {largest}); use at most {largest} folds");

        var random = seed is { } value ? new NumpyRandomState(value) : null;
        var foldOfRow = new int[classes.Count];
        var start = 0;
        foreach (var rows in rowsOfClass)
        {
            var order = FoldsOfClass(start, rows.Length, folds);
            random?.Shuffle<int>(order);
            for (var i = 0; i < rows.Length; i++)
                foldOfRow[rows[i]] = order[i];
            start += rows.Length;
        }
        return [.. Enumerable.Range(0, folds).Select(fold => Enumerable.Range(0, classes.Count).Where(row => foldOfRow[row] == fold).ToArray())];
    }

    /// <summary>With the rows sorted by class and dealt out like cards: the folds of one class's rows, ascending.</summary>
    private static int[] FoldsOfClass(int start, int length, int folds)
    {
        var order = new int[length];
        for (var i = 0; i < length; i++)
            order[i] = (start + i) % folds;
        Array.Sort(order);
        return order;
    }

    private static void CheckFolds(int count, int folds)
    {
        if (folds < 2)
            throw new InputException($"{folds} folds are too few; use 2 or more");
        if (folds > count)
            throw new InputException($"{folds} folds cannot be made of {count} rows; use at most {count}");
    }
}
