// Which rows scikit-learn's train_test_split puts on which side.
using System.Globalization;
using Tlpipe.Formats;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Sampling;

/// <summary>How much of a table one side of a split gets: a share of the rows, or their number.</summary>
public readonly record struct SplitSize
{
    private readonly double share;
    private readonly int rows;

    private SplitSize(double share, int rows)
    {
        this.share = share;
        this.rows = rows;
    }

    /// <summary>A share above 0 and below 1.</summary>
    /// <exception cref="InputException">The share is not between 0 and 1.</exception>
    public static SplitSize Share(double share) =>
        share is > 0 and < 1 ? new SplitSize(share, 0) : throw new InputException($"a share of {Text(share)} cannot be split off; give one above 0 and below 1, or a number of rows");

    /// <summary>A number of rows, 1 or more.</summary>
    /// <exception cref="InputException">The number is 0 or less.</exception>
    public static SplitSize Rows(int rows) =>
        rows > 0 ? new SplitSize(0, rows) : throw new InputException($"{rows} rows cannot be split off; give 1 or more, or a share between 0 and 1");

    /// <inheritdoc/>
    public override string ToString() => rows > 0 ? $"{rows} rows" : $"a share of {Text(share)}";

    internal int TestRows(int count) => rows > 0 ? rows : (int)Math.Ceiling(share * count);

    internal int TrainRows(int count) => rows > 0 ? rows : (int)Math.Floor(share * count);

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// <c>sklearn.model_selection.train_test_split</c> as row positions, in scikit-learn's order (docs/hf-parity.md 3.5, 3.6).
/// </summary>
/// <param name="Train">The rows to train with.</param>
/// <param name="Test">The rows kept back.</param>
public sealed record TrainTestSplit(int[] Train, int[] Test)
{
    private const double DefaultTestShare = 0.25;

    /// <summary>A random split; without a seed, in the table's order (<c>shuffle=False</c>).</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="testSize">The test side; null: what training leaves, or a quarter where that is null too.</param>
    /// <param name="trainSize">The training side; null: what testing leaves.</param>
    /// <param name="seed">The random_state.</param>
    /// <param name="generator">The generator that the seed is for; <c>default_rng</c> gives the datasets library's split (docs/hf-parity.md 3.7).</param>
    /// <exception cref="InputException">The sizes do not fit the rows.</exception>
    public static TrainTestSplit Plain(int count, SplitSize? testSize, SplitSize? trainSize, uint? seed, RandomGenerator generator = RandomGenerator.Legacy)
    {
        var (train, test) = Sizes(count, testSize, trainSize);
        if (seed is null)
        {
            var order = Positions.Range(count);
            return new TrainTestSplit(order[..train], order[train..(train + test)]);
        }
        var positions = generator == RandomGenerator.Legacy ? new NumpyRandomState(seed.Value).Permutation(count) : new NumpyGenerator(seed.Value).Permutation(count);
        return new TrainTestSplit(positions[test..(test + train)], positions[..test]);
    }

    /// <summary>A split in which both sides have the classes in the proportions of the whole (<c>stratify=classes</c>).</summary>
    /// <param name="classes">
    /// Each row's class. Only equality and order matter, but order does: text classes are numbered in their sorted order first
    /// (<c>Table.ClassCodes</c>).
    /// </param>
    /// <param name="testSize">As for <see cref="Plain"/>.</param>
    /// <param name="trainSize">As for <see cref="Plain"/>.</param>
    /// <param name="seed">The random_state.</param>
    /// <exception cref="InputException">A side is smaller than the number of classes, or a class has a single row.</exception>
    public static TrainTestSplit Stratified(IReadOnlyList<int> classes, SplitSize? testSize, SplitSize? trainSize, uint seed)
    {
        var (train, test) = Sizes(classes.Count, testSize, trainSize);
        var rowsOfClass = Enumerable.Range(0, classes.Count).GroupBy(row => classes[row]).OrderBy(g => g.Key).Select(g => g.ToArray()).ToArray();
        CheckStratifiable(rowsOfClass, classes, train, test);

        var random = new NumpyRandomState(seed);
        var counts = Array.ConvertAll(rowsOfClass, rows => rows.Length);
        var trainCounts = ApproximateMode(counts, train, random);
        var left = counts.Zip(trainCounts, (all, taken) => all - taken).ToArray();
        var testCounts = ApproximateMode(left, test, random);

        List<int> trainRows = [], testRows = [];
        for (var k = 0; k < rowsOfClass.Length; k++)
        {
            var shuffled = Array.ConvertAll(random.Permutation(counts[k]), i => rowsOfClass[k][i]);
            trainRows.AddRange(shuffled.AsSpan(0, trainCounts[k]));
            testRows.AddRange(shuffled.AsSpan(trainCounts[k], testCounts[k]));
        }
        var trainOrder = random.Permutation<int>(trainRows.ToArray());
        return new TrainTestSplit(trainOrder, random.Permutation<int>(testRows.ToArray()));
    }

    private static (int Train, int Test) Sizes(int count, SplitSize? testSize, SplitSize? trainSize)
    {
        if (testSize is null && trainSize is null)
            testSize = SplitSize.Share(DefaultTestShare);
        var test = testSize?.TestRows(count) ?? count - trainSize.GetValueOrDefault().TrainRows(count);
        var train = trainSize?.TrainRows(count) ?? count - test;
        if (train + (long)test > count)
            throw new InputException($"{train} rows to train and {test} to test are more than the {count} there are; make one of them smaller");
        if (train <= 0 || test <= 0)
            throw new InputException($"of {count} rows {Math.Max(train, 0)} would be left to train and {Math.Max(test, 0)} to test; both sides need at least one");
        return (train, test);
    }

    private static void CheckStratifiable(int[][] rowsOfClass, IReadOnlyList<int> classes, int train, int test)
    {
        var smallest = rowsOfClass.MinBy(rows => rows.Length) ?? [];
        if (smallest.Length < 2)
            throw new InputException($"class {classes[smallest[0]]} has a single row (row {smallest[0]}); a stratified split needs two of each class");
        if (Math.Min(train, test) < rowsOfClass.Length)
            throw new InputException($"{rowsOfClass.Length} classes do not fit into {Math.Min(train, test)} rows; give each side at least as many rows as there are classes");
    }

    /// <summary>
    /// How many of <paramref name="draws"/> go to each class: its share rounded down, and what is left to the largest
    /// remainders, where equal ones draw lots (even if all of them win).
    /// </summary>
    private static int[] ApproximateMode(int[] counts, int draws, NumpyRandomState random)
    {
        var total = (double)counts.Sum(c => (long)c);
        var exact = Array.ConvertAll(counts, count => count / total * draws);
        var given = Array.ConvertAll(exact, share => (int)Math.Floor(share));
        var left = draws - given.Sum();
        var remainders = exact.Zip(given, (share, floor) => share - floor).ToArray();
        foreach (var value in remainders.Distinct().OrderDescending())
        {
            if (left <= 0)
                break;
            var tied = Enumerable.Range(0, counts.Length).Where(k => remainders[k] == value).ToArray();
            var winners = Math.Min(tied.Length, left);
            foreach (var i in random.Choice(tied.Length, winners, replace: false))
                given[tied[i]]++;
            left -= winners;
        }
        return given;
    }
}
