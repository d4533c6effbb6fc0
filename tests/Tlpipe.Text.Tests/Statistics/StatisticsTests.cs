// Properties of the statistics for any data, corner cases, and how often they are right in simulation.
using CsCheck;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Text.Tests.Statistics;

public sealed class StatisticsTests
{
    [Fact]
    public void The_area_under_the_roc_curve_is_the_share_of_pairs_in_order()
    {
        Gen.Select(Gen.Bool, Gen.Int[0, 5]).Array[2, 40].Sample(rows =>
        {
            bool[] labels = [.. rows.Select(r => r.Item1)];
            double[] scores = [.. rows.Select(r => (double)r.Item2)];
            var pairs = rows.Where(r => r.Item1).SelectMany(p => rows.Where(r => !r.Item1).Select(n => p.Item2 > n.Item2 ? 1 : p.Item2 == n.Item2 ? 0.5 : 0)).ToList();

            var area = Ranking.RocArea(labels, scores);

            Assert.Equal(pairs.Count == 0 ? double.NaN : pairs.Average(), area, 1e-12);
        });
    }

    [Fact]
    public void Wilcoxons_exact_p_value_counts_every_choice_of_signs()
    {
        Gen.Int[-4, 4].Array[1, 9].Sample(differences =>
        {
            var there = differences.Where(d => d != 0).ToArray();
            var ranks = there.Select(d => there.Count(e => Math.Abs(e) < Math.Abs(d)) + (there.Count(e => Math.Abs(e) == Math.Abs(d)) + 1) / 2.0).ToArray();
            double Lesser(Func<int, bool> positive)
            {
                var sum = Enumerable.Range(0, there.Length).Where(positive).Sum(i => ranks[i]);
                return Math.Min(sum, ranks.Sum() - sum);
            }
            var found = Lesser(i => there[i] > 0);
            var asExtreme = Enumerable.Range(0, 1 << there.Length).Count(signs => Lesser(i => (signs >> i & 1) == 1) <= found + 1e-9);

            var p = SeedTests.Wilcoxon([.. differences.Select(d => (double)d)], new double[differences.Length]);

            Assert.Equal(Math.Min(1, asExtreme / Math.Pow(2, there.Length)), p, 1e-12);
        });
    }

    [Fact]
    public void Adjusted_p_values_are_in_the_order_of_the_plain_ones_and_never_smaller()
    {
        Gen.Double[0, 1].Array[1, 12].Sample(p =>
        {
            foreach (var adjusted in new[] { MultipleTests.Holm(p), MultipleTests.BenjaminiHochberg(p) })
                for (var i = 0; i < p.Length; i++)
                {
                    Assert.InRange(adjusted[i], p[i], 1);
                    for (var j = 0; j < p.Length; j++)
                        Assert.True(p[i] > p[j] || adjusted[i] <= adjusted[j] + 1e-12);
                }
        });
    }

    [Fact]
    public void Where_nothing_differs_no_test_sees_a_difference()
    {
        double[] same = [0.9, 0.91, 0.92];

        Assert.Equal((1, 1, 1), (SeedTests.PairedT(same, same), SeedTests.Wilcoxon(same, same), SeedTests.Welch([1, 1], [1, 1])));
        Assert.Equal(0, SeedTests.PairedT([1, 2], [0, 1]));
        Assert.Equal((1, 1, (0, 1)), (new McNemar(5, 0, 0, 5).ExactP, new McNemar(5, 0, 0, 5).MidP, new McNemar(5, 0, 0, 5).Corrected));
    }

    [Fact]
    public void A_matrix_of_one_class_has_figures_where_there_are_any()
    {
        var matrix = new ConfusionMatrix([1, 1, 1], [1, 1, 1], 2);

        Assert.Equal((1, 1, 0, 0), (matrix.Accuracy, matrix.BalancedAccuracy, matrix.MatthewsCorrelation, matrix.Precision(0)));
        Assert.Equal(double.NaN, matrix.CohenKappa);
        Assert.Equal(1, matrix.F1(Averaging.Macro));
        Assert.Equal(double.NaN, Ranking.RocArea([true, true], [0.1, 0.2]));
        Assert.Equal(double.NaN, Ranking.AveragePrecision([false], [0.1]));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([], [], 2));
        Assert.Throws<ArgumentException>(() => new ConfusionMatrix([2], [0], 2));
        Assert.Throws<ArgumentException>(() => Sample.Of([1]));
    }

    [Fact]
    public void The_bins_of_a_calibration_hold_their_upper_bounds()
    {
        // 0.5 is the upper bound of (0, 0.5]; 0.9 and 1 lie in (0.5, 1].
        var bins = Calibration.Reliability([[0.5, 0.5], [0.1, 0.9], [0, 1]], [1, 1, 0], bins: 2);

        Assert.Equal([new ReliabilityBin(1, 0.5, 0), new ReliabilityBin(2, 0.95, 0.5)], bins);
        Assert.Equal((1 * 0.5 + 2 * 0.45) / 3, Calibration.ExpectedError([[0.5, 0.5], [0.1, 0.9], [0, 1]], [1, 1, 0], 2), 1e-12);
    }

    // The efficient formula for a mean: without bias and with little skew BCa is nearly the normal interval.
    [Fact]
    public void A_bootstrap_of_a_mean_s_difference_is_near_the_normal_interval()
    {
        var generator = new NumpyGenerator(3);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => generator.NextDouble() - 0.45)];

        var found = PairedBootstrap.Of(values.Length, rows => rows.Average(row => values[row]), resamples: 4000, seed: 1);

        var sample = Sample.Of(values);
        Assert.Equal(sample.Mean, found.Difference, 1e-12);
        Assert.Equal(sample.Mean - 1.96 * sample.StandardError, found.Interval.Low, 0.1 * sample.StandardError);
        Assert.Equal(sample.Mean + 1.96 * sample.StandardError, found.Interval.High, 0.1 * sample.StandardError);
        Assert.Equal(sample.StandardError, found.Deviation, 0.05 * sample.StandardError);
    }

    [Fact]
    public void A_bootstrap_of_what_never_varies_is_a_point()
    {
        Assert.Equal(new BootstrapDifference(0.25, new Interval(0.25, 0.25), 0), PairedBootstrap.Of(10, _ => 0.25, resamples: 50));
    }

    [Fact]
    public void Draws_that_do_not_have_the_figure_are_left_out_and_where_they_are_most_there_is_no_interval()
    {
        // One positive row of ten, which a draw lacks with 0.9^10 = 0.35; then more than eight different rows of ten, which few draws have.
        var found = PairedBootstrap.Of(10, rows => rows.Contains(0) ? rows.Average(row => row / 10.0) : double.NaN, resamples: 400);
        var none = PairedBootstrap.Of(10, rows => rows.Distinct().Count() > 8 ? 0.5 : double.NaN, resamples: 400);

        Assert.True(found.Interval.Low < found.Difference && found.Difference < found.Interval.High);
        Assert.True(double.IsFinite(found.Deviation));
        Assert.True(double.IsNaN(none.Deviation));
    }

    [Fact]
    public void Bootstrap_intervals_hold_the_truth_at_their_nominal_rate()
    {
        // Pairs of answers: the second is right with 0.8, the first with 0.7, each on its own.
        const int Experiments = 400, Rows = 150;
        var generator = new NumpyGenerator(17);
        var covered = 0;
        for (var i = 0; i < Experiments; i++)
        {
            var differences = Enumerable.Range(0, Rows).Select(_ => (generator.NextDouble() < 0.8 ? 1 : 0) - (generator.NextDouble() < 0.7 ? 1 : 0)).ToArray();
            var found = PairedBootstrap.Of(Rows, rows =>
            {
                var sum = 0;
                foreach (var row in rows)
                    sum += differences[row];
                return (double)sum / rows.Length;
            }, resamples: 400, seed: (ulong)i);
            covered += found.Interval.Contains(0.1) ? 1 : 0;
        }

        // 0.95 with three standard errors of 400 experiments.
        Assert.InRange((double)covered / Experiments, 0.95 - 3 * Math.Sqrt(0.95 * 0.05 / Experiments), 0.95 + 3 * Math.Sqrt(0.95 * 0.05 / Experiments));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void McNemars_false_alarms_are_at_most_as_many_as_they_may_be(bool midP)
    {
        const int Experiments = 4000, Rows = 100;
        var generator = new NumpyGenerator(23);
        var alarms = 0;
        for (var i = 0; i < Experiments; i++)
        {
            var (first, second) = (0, 0);
            for (var row = 0; row < Rows; row++)
            {
                var (x, y) = (generator.NextDouble() < 0.75, generator.NextDouble() < 0.75);
                first += x && !y ? 1 : 0;
                second += y && !x ? 1 : 0;
            }
            var test = new McNemar(0, first, second, 0);
            alarms += (midP ? test.MidP : test.ExactP) < 0.05 ? 1 : 0;
        }

        // At most 0.05, and three standard errors for what is drawn.
        Assert.InRange((double)alarms / Experiments, midP ? 0.02 : 0.01, 0.05 + 3 * Math.Sqrt(0.05 * 0.95 / Experiments));
    }

    [Theory]
    [InlineData(0.009, 0.006, 0.012, 0.003, "finetuned is better than pretrained by 0.9 points, 95 % interval 0.6 to 1.2; seeds vary by 0.3")]
    [InlineData(-0.009, -0.02, 0.001, 0.003, "finetuned is worse than pretrained by 0.9 points, 95 % interval -0.1 to 2.0, which leaves open who is better; seeds vary by 0.3")]
    [InlineData(0, -0.01, 0.01, 0.001, "finetuned is as good as pretrained, 95 % interval -1.0 to 1.0, which leaves open who is better; seeds vary by 0.1")]
    public void A_comparison_is_one_plain_sentence(double difference, double low, double high, double deviation, string sentence) =>
        Assert.Equal(sentence, ComparisonSentence.Of("finetuned", "pretrained", difference, new Interval(low, high), deviation));

    [Fact]
    public void With_one_run_the_sentence_says_what_is_not_known() =>
        Assert.Equal(
            "finetuned is better than pretrained by 0.9 points; one seed, so how much seeds vary is not known",
            ComparisonSentence.Of("finetuned", "pretrained", 0.009, null, null));
}
