// Metrics, intervals and tests against scikit-learn's, scipy's and statsmodels' values.
using System.Text.Json;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Text.Tests.Statistics;

public sealed class StatisticsGoldenTests : IDisposable
{
    private readonly JsonDocument document = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("statistics.json")));

    private JsonElement Golden => document.RootElement;

    public void Dispose() => document.Dispose();

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void Figures_of_a_yes_or_no_classifier(string name)
    {
        var expected = Golden.GetProperty(name);
        var labels = Ints(Golden.GetProperty("labels"));
        var scores = Doubles(Golden.GetProperty("score_" + name));
        var matrix = new ConfusionMatrix(labels, [.. scores.Select(score => score >= 0.5 ? 1 : 0)], 2);
        bool[] positive = [.. labels.Select(label => label == 1)];
        double[][] probabilities = [.. scores.Select(score => new[] { 1 - score, score })];
        var hits = matrix[0, 0] + matrix[1, 1];

        var actual = new Dictionary<string, double>
        {
            ["accuracy"] = matrix.Accuracy,
            ["precision"] = matrix.Precision(1),
            ["recall"] = matrix.Recall(1),
            ["f1"] = matrix.F1(1),
            ["macro_f1"] = matrix.F1(Averaging.Macro),
            ["balanced_accuracy"] = matrix.BalancedAccuracy,
            ["mcc"] = matrix.MatthewsCorrelation,
            ["cohen_kappa"] = matrix.CohenKappa,
            ["roc_auc"] = Ranking.RocArea(positive, scores),
            ["average_precision"] = Ranking.AveragePrecision(positive, scores),
            ["brier"] = Calibration.Brier(scores, positive),
            ["log_loss"] = Calibration.LogLoss(probabilities, labels),
        };

        Assert.All(actual, figure => Assert.Equal(expected.GetProperty(figure.Key).GetDouble(), figure.Value, 1e-9));
        Assert.Equal(expected.GetProperty("ece_15_equal_width_bins_on_the_predicted_class").GetDouble(), Calibration.ExpectedError(probabilities, labels), 1e-6);
        Assert.Equal(expected.GetProperty("confusion_matrix").EnumerateArray().SelectMany(Ints), new[] { matrix[0, 0], matrix[0, 1], matrix[1, 0], matrix[1, 1] }.Select(count => (int)count));
        AssertInterval(expected.GetProperty("wilson_95"), Intervals.Wilson(hits, labels.Length), 1e-9);
        AssertInterval(expected.GetProperty("clopper_pearson_95"), Intervals.ClopperPearson(hits, labels.Length), 1e-6);
    }

    [Fact]
    public void McNemars_test()
    {
        var labels = Ints(Golden.GetProperty("labels"));
        bool[] Right(string name) => [.. Doubles(Golden.GetProperty(name)).Zip(labels, (score, label) => (score >= 0.5 ? 1 : 0) == label)];

        var test = McNemar.Of(Right("score_a"), Right("score_b"));

        var table = Golden.GetProperty("paired_table_[[both,a_only],[b_only,neither]]").EnumerateArray().SelectMany(Ints);
        Assert.Equal(table, new[] { test.Both, test.OnlyFirst, test.OnlySecond, test.Neither }.Select(count => (int)count));
        AssertRelative(Golden.GetProperty("mcnemar_exact_p").GetDouble(), test.ExactP);
        AssertRelative(Golden.GetProperty("mcnemar_mid_p").GetDouble(), test.MidP);
        AssertRelative(Golden.GetProperty("mcnemar_chi2_corrected")[0].GetDouble(), test.Corrected.Statistic);
        AssertRelative(Golden.GetProperty("mcnemar_chi2_corrected")[1].GetDouble(), test.Corrected.P);
    }

    [Fact]
    public void Figures_of_several_classes()
    {
        var expected = Golden.GetProperty("multiclass");
        var matrix = new ConfusionMatrix(Ints(expected.GetProperty("labels")), Ints(expected.GetProperty("predictions")), 3);

        Assert.Equal(expected.GetProperty("accuracy").GetDouble(), matrix.Accuracy, 1e-9);
        Assert.Equal(expected.GetProperty("macro_f1").GetDouble(), matrix.F1(Averaging.Macro), 1e-9);
        Assert.Equal(expected.GetProperty("weighted_f1").GetDouble(), matrix.F1(Averaging.Weighted), 1e-9);
        Assert.Equal(expected.GetProperty("micro_f1").GetDouble(), matrix.F1(Averaging.Micro), 1e-9);
        Assert.Equal(expected.GetProperty("mcc").GetDouble(), matrix.MatthewsCorrelation, 1e-9);
        Assert.All(Doubles(expected.GetProperty("per_class_f1")), (f1, label) => Assert.Equal(f1, matrix.F1(label), 1e-9));
        Assert.Equal(
            expected.GetProperty("confusion_matrix").EnumerateArray().SelectMany(Ints),
            Enumerable.Range(0, 9).Select(i => (int)matrix[i / 3, i % 3]));
    }

    [Fact]
    public void Tests_over_seeds()
    {
        var expected = Golden.GetProperty("over_seeds");
        var (a, b) = (Doubles(expected.GetProperty("a")), Doubles(expected.GetProperty("b")));
        var sample = Sample.Of(a);

        Assert.Equal(expected.GetProperty("mean_a").GetDouble(), sample.Mean, 1e-9);
        Assert.Equal(expected.GetProperty("sd_a").GetDouble(), sample.StandardDeviation, 1e-9);
        AssertInterval(expected.GetProperty("t_interval_95_a"), Intervals.OfMean(a), 1e-9);
        Assert.Equal(expected.GetProperty("paired_t_p").GetDouble(), SeedTests.PairedT(a, b), 1e-9);
        Assert.Equal(expected.GetProperty("welch_t_p").GetDouble(), SeedTests.Welch(a, b), 1e-9);
        Assert.Equal(expected.GetProperty("wilcoxon_exact_p").GetDouble(), SeedTests.Wilcoxon(a, b), 1e-9);
    }

    [Fact]
    public void Corrections_for_several_tests()
    {
        Assert.All(
            Doubles(Golden.GetProperty("holm").GetProperty("adjusted")).Zip(MultipleTests.Holm(Doubles(Golden.GetProperty("holm").GetProperty("p")))),
            pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.All(
            Doubles(Golden.GetProperty("benjamini_hochberg").GetProperty("adjusted")).Zip(MultipleTests.BenjaminiHochberg(Doubles(Golden.GetProperty("benjamini_hochberg").GetProperty("p")))),
            pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    private static void AssertInterval(JsonElement expected, Interval actual, double tolerance)
    {
        Assert.Equal(expected[0].GetDouble(), actual.Low, tolerance);
        Assert.Equal(expected[1].GetDouble(), actual.High, tolerance);
    }

    // Small p-values are held to as many digits as large ones.
    private static void AssertRelative(double expected, double actual) => Assert.InRange(actual / expected, 1 - 1e-9, 1 + 1e-9);

    private static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(x => x.GetInt32())];

    private static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(x => x.GetDouble())];
}
