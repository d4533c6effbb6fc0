// Comparing options: what is known of a difference, and how often it is right in simulation.
using MathNet.Numerics.Distributions;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Text.Tests.Statistics;

public sealed class OptionComparisonTests
{
    [Fact]
    public void The_bootstrap_of_a_mean_is_the_general_bootstrap_of_that_mean()
    {
        double[] values = [.. Enumerable.Range(0, 60).Select(i => Math.Sin(i) + (i % 7 == 0 ? 2 : 0))];

        var general = PairedBootstrap.Of(values.Length, rows => rows.Average(row => values[row]), resamples: 400, seed: 3);
        var quick = RowBootstrap.OfMean(values, resamples: 400, seed: 3);

        Assert.Equal(general.Difference, quick.Difference, 1e-12);
        Assert.Equal(general.Interval.Low, quick.Interval.Low, 1e-9);
        Assert.Equal(general.Interval.High, quick.Interval.High, 1e-9);
        Assert.Equal(general.Deviation, quick.Deviation, 1e-12);
    }

    [Fact]
    public void One_run_each_is_compared_row_by_row()
    {
        // 40 rows: only a is right in 10, only b in 2. statsmodels' mcnemar(exact=True) of (10, 2): p = 0.038574.
        var labels = new int[40];
        var a = Option("a", ("", Rows(labels, [.. Enumerable.Range(0, 40).Select(i => i < 2 ? 1 : 0)])));
        var b = Option("b", ("", Rows(labels, [.. Enumerable.Range(0, 40).Select(i => i is >= 2 and < 12 ? 1 : 0)])));

        var difference = OptionComparison.Of(a, b, "accuracy");

        Assert.Equal(0.2, difference.Difference, 1e-12);
        Assert.Equal(158 / 4096.0, difference.McNemarExactP!.Value, 1e-12);
        Assert.Equal(difference.McNemarMidP, difference.P);
        Assert.InRange(difference.Interval!.Value.Low, 0.02, 0.1);
        Assert.InRange(difference.Interval!.Value.High, 0.28, 0.4);
        Assert.Contains("a is better than b by 20.0 points of accuracy, 95 % interval ", difference.Sentence("accuracy"));
        Assert.Contains("one seed", difference.Sentence("accuracy"));
    }

    [Fact]
    public void Of_a_loss_less_is_better()
    {
        var a = Option("a", 0.30, 0.32, 0.31);
        var b = Option("b", 0.35, 0.36, 0.37);

        var difference = OptionComparison.Of(a, b, "loss");

        Assert.Equal(0.05, difference.Difference, 1e-12);
        Assert.True(difference.Interval!.Value.Low > 0);
    }

    // Five runs of deviation 0.01 against one: its own luck has the variance 1e-4 as well, unless nothing in it is random. Variances 1e-4 / 5 and 1e-4 (6 / 5),
    // four degrees of freedom, t(0.975, 4) = 2.776445.
    [Theory]
    [InlineData(false, 1.2e-4)]
    [InlineData(true, 0.2e-4)]
    public void A_single_run_is_as_lucky_as_the_others_unless_it_is_exact(bool isExact, double variance)
    {
        var half = 0.01 / Math.Sqrt(2.5);
        var several = Option("a", 0.9 - 2 * half, 0.9 - half, 0.9, 0.9 + half, 0.9 + 2 * half);
        var single = Option("b", 0.88) with { IsExact = isExact };

        var (one, other) = (OptionComparison.Of(several, single, "accuracy"), OptionComparison.Of(single, several, "accuracy"));

        Assert.Equal(0.02 - 2.776445 * Math.Sqrt(variance), one.Interval!.Value.Low, 1e-7);
        Assert.Equal(0.02 + 2.776445 * Math.Sqrt(variance), one.Interval!.Value.High, 1e-7);
        Assert.Equal(-one.Interval!.Value.High, other.Interval!.Value.Low, 1e-12);
        Assert.Equal(one.P!.Value, other.P!.Value, 1e-12);
    }

    [Fact]
    public void Without_rows_the_interval_of_paired_runs_is_students()
    {
        // Differences 0.01, 0.02, 0.03: mean 0.02, sd 0.01; t(0.975, 2) = 4.302653.
        var difference = OptionComparison.Of(Option("a", 0.91, 0.92, 0.93), Option("b", 0.90, 0.90, 0.90), "accuracy");

        var half = 4.302652729911275 * 0.01 / Math.Sqrt(3);
        Assert.Equal(0.02 - half, difference.Interval!.Value.Low, 1e-9);
        Assert.Equal(0.02 + half, difference.Interval!.Value.High, 1e-9);
        Assert.Equal(difference.TOverSeedsP!.Value, difference.P!.Value, 1e-9);
        Assert.Equal(0.01, difference.SeedDeviation!.Value, 1e-12);
    }

    [Fact]
    public void All_pairs_are_corrected_together()
    {
        List<OptionRuns> options = [Option("a", 0.5, 0.51, 0.52), Option("b", 0.6, 0.62, 0.61), Option("c", 0.6, 0.61, 0.63)];

        var pairs = OptionComparison.Pairs(options, "accuracy");

        Assert.Equal(["b-a", "c-a", "c-b"], pairs.Select(pair => $"{pair.Name}-{pair.Against}"));
        Assert.Equal(MultipleTests.Holm([.. pairs.Select(pair => pair.P!.Value)]), pairs.Select(pair => pair.HolmP!.Value));
        Assert.Equal([true, true, false], pairs.Select(pair => pair.IsReal));
    }

    [Fact]
    public void Intervals_over_seeds_and_rows_cover_the_truth_about_as_often_as_they_say()
    {
        // Each option's probability of a right answer varies with the seed; each experiment draws new rows, of different difficulty.
        const int experiments = 300, rows = 200, seeds = 4;
        const double truth = 0.05;
        var generator = new NumpyGenerator(17);
        var covered = 0;
        for (var experiment = 0; experiment < experiments; experiment++)
        {
            double[] ease = [.. Enumerable.Range(0, rows).Select(_ => 0.5 + 0.5 * generator.NextDouble())];
            var labels = new int[rows];
            OptionRuns Runs(string name, double shift) => new(name, Enumerable.Range(0, seeds).ToDictionary(seed => $"{seed}", _ =>
            {
                var luck = 0.02 * Normal.InvCDF(0, 1, Math.Clamp(generator.NextDouble(), 1e-9, 1 - 1e-9));
                var scored = Rows(labels, [.. ease.Select(e => generator.NextDouble() < e * 0.8 + shift + luck ? 0 : 1)]);
                return (scored[ClassificationMetric.Accuracy], (ScoredRows?)scored);
            }));

            var difference = OptionComparison.Of(Runs("a", truth), Runs("b", 0), "accuracy", resamples: 200);

            covered += difference.Interval!.Value.Contains(truth) ? 1 : 0;
        }

        // Rows and seeds are counted as if apart although the bootstrap of rows sees some of the seeds' noise: not below 95 % less three standard errors.
        Assert.InRange(covered / (double)experiments, 0.912, 1);
    }

    private static ScoredRows Rows(int[] labels, int[] answers) =>
        new(labels, answers, [.. answers.Select(answer => answer == 0 ? new[] { 0.9, 0.1 } : [0.1, 0.9])]) { Ids = [.. Enumerable.Range(0, labels.Length).Select(row => new RowId("table", (long)row))] };

    private static OptionRuns Option(string name, params (string Run, ScoredRows Rows)[] runs) =>
        new(name, runs.ToDictionary(run => run.Run, run => (run.Rows[ClassificationMetric.Accuracy], (ScoredRows?)run.Rows)));

    private static OptionRuns Option(string name, params double[] figures) =>
        new(name, figures.Select((figure, i) => (figure, i)).ToDictionary(f => $"{f.i}", f => (f.figure, (ScoredRows?)null)));
}
