// Equal rows are paired wherever they stand, other rows never; and figures of other rows are compared as independent samples.
using System.Numerics;
using CsCheck;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Text.Tests.Statistics;

public sealed class PairedRowsTests
{
    /// <summary>Some rows of one of two tables, in some order, each with whether it was answered rightly.</summary>
    private static readonly Gen<(RowId Id, bool IsRight)[]> Result =
        from source in Gen.OneOfConst("a", "a", "b")
        from rows in Gen.Shuffle(Enumerable.Range(0, 6).ToArray())
        from count in Gen.OneOfConst(6, 6, 5, 2)
        from right in Gen.Bool.Array[count]
        select rows.Take(count).Select((row, place) => (new RowId(source, (long)row), right[place])).ToArray();

    [Fact]
    public void Random_results_are_paired_exactly_where_their_rows_are_equal()
    {
        Gen.Select(Result, Result).Sample((x, y) =>
        {
            var difference = OptionComparison.Of(Option("x", x), Option("y", y), "accuracy", resamples: 100);

            var answers = y.ToDictionary(row => row.Id, row => row.IsRight);
            if (x.Length == y.Length && x.All(row => answers.ContainsKey(row.Id)))
            {
                var (onlyX, onlyY) = (x.Count(row => row.IsRight && !answers[row.Id]), x.Count(row => !row.IsRight && answers[row.Id]));
                Assert.Equal(RowsRelation.Same, difference.Rows);
                Assert.Equal(ExactMcNemar(onlyX, onlyY), difference.McNemarExactP!.Value, 1e-12);
                Assert.Null(difference.FisherExactP);
            }
            else
            {
                Assert.Equal(RowsRelation.Different, difference.Rows);
                Assert.Null(difference.McNemarExactP);
                Assert.Null(difference.McNemarMidP);
                Assert.Null(difference.OverRows);
                Assert.Equal(0, difference.PairedRuns);
                Assert.Equal(ExactFisher(Hits(x), x.Length, Hits(y), y.Length), difference.P!.Value, 1e-9);
                Assert.Contains("not evaluated on the same rows", difference.Sentence("accuracy"));
            }
        }, iter: 2000);
    }

    [Fact]
    public void Random_groups_of_runs_are_paired_seed_by_seed_only_over_equal_rows()
    {
        Gen.Select(Result.Array[1, 3], Result.Array[1, 3]).Sample((x, y) =>
        {
            var difference = OptionComparison.Of(Option("x", x), Option("y", y), "accuracy", resamples: 100);

            var pairs = x.Zip(y).Count(runs => runs.First.Select(row => row.Id).ToHashSet().SetEquals(runs.Second.Select(row => row.Id)));
            var sets = x.Concat(y).Select(run => string.Join(' ', run.Select(row => row.Id.ToString()).Order(StringComparer.Ordinal))).Distinct().Count();
            Assert.Equal(pairs, difference.PairedRuns);
            Assert.Equal(sets == 1 ? RowsRelation.Same : RowsRelation.Different, difference.Rows);
            Assert.Equal(sets == 1, difference.OverRows is not null);
        }, iter: 500);
    }

    [Fact]
    public void Rows_in_another_order_give_the_same_comparison()
    {
        Gen.Select(Gen.Bool.Array[8], Gen.Bool.Array[8], Gen.Shuffle(Enumerable.Range(0, 8).ToArray())).Sample((x, y, order) =>
        {
            var (first, second) = (Rows(x), Rows(y));

            var straight = OptionComparison.Of(Option("x", first), Option("y", second), "accuracy", resamples: 100);
            var shuffled = OptionComparison.Of(Option("x", first), Option("y", [.. order.Select(row => second[row])]), "accuracy", resamples: 100);

            Assert.Equal(straight.McNemarMidP, shuffled.McNemarMidP);
            Assert.Equal(straight.Difference, shuffled.Difference, 1e-12);
        });

        static (RowId, bool)[] Rows(bool[] right) => [.. right.Select((isRight, row) => (new RowId("a", (long)row), isRight))];
    }

    [Fact]
    public void Rows_that_nothing_is_known_of_are_independent_samples_and_the_sentence_says_so()
    {
        var known = Option("x", Enumerable.Range(0, 10).Select(row => (new RowId("a", (long)row), row < 8)).ToArray());
        var rows = known.Runs[""].Rows! with { Ids = null };

        var difference = OptionComparison.Of(known, known with { Name = "y", Runs = new Dictionary<string, (double, ScoredRows?)> { [""] = (0.8, rows) } }, "accuracy");

        Assert.Equal(RowsRelation.Unknown, difference.Rows);
        Assert.Null(difference.McNemarExactP);
        Assert.Equal(1, difference.P!.Value, 1e-12);
        Assert.Contains("is not known", difference.Sentence("accuracy"));
    }

    // SciPy's documentation of fisher_exact: [[8, 2], [1, 5]] has p = 0.0349650.
    [Fact]
    public void Fishers_test_is_scipys() =>
        Assert.Equal(0.0349650, IndependentRows.FisherExact(8, 10, 1, 6), 1e-6);

    // Newcombe (1998), table II, method 10.
    [Theory]
    [InlineData(56, 70, 48, 80, 0.0524, 0.3339)]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0000)]
    [InlineData(10, 10, 0, 10, 0.6075, 1.0000)]
    public void The_interval_of_two_independent_shares_is_newcombes(int hits, int rows, int otherHits, int otherRows, double low, double high)
    {
        var interval = IndependentRows.Newcombe(hits, rows, otherHits, otherRows);

        Assert.Equal(low, interval.Low, 5e-5);
        Assert.Equal(high, interval.High, 5e-5);
    }

    [Fact]
    public void Fishers_test_is_the_sum_over_all_tables_counted_exactly()
    {
        Gen.Select(Gen.Int[1, 30], Gen.Int[1, 30], Gen.Double.Unit, Gen.Double.Unit).Sample((rows, others, x, y) =>
        {
            var (hits, otherHits) = ((int)(x * rows), (int)(y * others));

            Assert.Equal(ExactFisher(hits, rows, otherHits, others), IndependentRows.FisherExact(hits, rows, otherHits, others), 1e-9);
        });
    }

    private static double ExactMcNemar(int first, int second)
    {
        var all = first + second;
        var tail = Enumerable.Range(0, Math.Min(first, second) + 1).Aggregate(BigInteger.Zero, (sum, k) => sum + Choose(all, k));
        return Math.Min(1, 2 * (double)tail / Math.Pow(2, all));
    }

    private static double ExactFisher(int hits, int rows, int otherHits, int otherRows)
    {
        var all = hits + otherHits;
        BigInteger Ways(int first) => Choose(rows, first) * Choose(otherRows, all - first);
        var sum = Enumerable.Range(0, all + 1).Select(Ways).Where(ways => ways <= Ways(hits)).Aggregate(BigInteger.Zero, (x, y) => x + y);
        return (double)sum / (double)Choose(rows + otherRows, all);
    }

    private static BigInteger Choose(int n, int k) => k < 0 || k > n ? 0 : Enumerable.Range(1, k).Aggregate(BigInteger.One, (ways, i) => ways * (n - k + i) / i);

    private static int Hits((RowId Id, bool IsRight)[] rows) => rows.Count(row => row.IsRight);

    private static OptionRuns Option(string name, params (RowId Id, bool IsRight)[][] runs) => new(name, runs.Select((rows, i) => (rows, i)).ToDictionary(
        run => run.i == 0 ? "" : $"{run.i}",
        run => (Hits(run.rows) / (double)run.rows.Length, (ScoredRows?)Scored(run.rows))));

    private static ScoredRows Scored((RowId Id, bool IsRight)[] rows) =>
        new(new int[rows.Length], [.. rows.Select(row => row.IsRight ? 0 : 1)], [.. rows.Select(row => row.IsRight ? new[] { 0.9, 0.1 } : [0.1, 0.9])]) { Ids = [.. rows.Select(row => row.Id)] };
}
