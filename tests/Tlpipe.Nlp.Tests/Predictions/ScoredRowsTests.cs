// Figures by name, against scikit-learn's values; and predictions that come back from their files.
using System.Text.Json;
using Tlpipe.Nlp.Predictions;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Nlp.Tests.Predictions;

public sealed class ScoredRowsTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    public void Every_figure_of_a_yes_or_no_classifier_goes_by_its_name(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(TestFiles.Golden("statistics.json")));
        var expected = document.RootElement.GetProperty(name);
        var rows = ScoredRows.Of(
            [.. document.RootElement.GetProperty("labels").EnumerateArray().Select(x => x.GetInt32())],
            [.. document.RootElement.GetProperty("score_" + name).EnumerateArray().Select(x => new[] { 1 - x.GetDouble(), x.GetDouble() })],
            threshold: 0.5);
        var goldens = new Dictionary<string, string> { ["macro_f1"] = "f1_macro", ["mcc"] = "matthews_correlation", ["brier"] = "brier_score" };

        var checkedFigures = new[] { "accuracy", "precision", "recall", "f1", "macro_f1", "balanced_accuracy", "mcc", "cohen_kappa", "roc_auc", "average_precision", "brier", "log_loss" };

        Assert.All(checkedFigures, figure => Assert.Equal(expected.GetProperty(figure).GetDouble(), rows[ScoredRows.Metric(goldens.GetValueOrDefault(figure, figure))!.Value], 1e-9));
        Assert.Equal(expected.GetProperty("ece_15_equal_width_bins_on_the_predicted_class").GetDouble(), rows[ClassificationMetric.ExpectedCalibrationError], 1e-6);
    }

    [Fact]
    public void What_rows_add_to_a_mean_has_the_figure_as_its_mean()
    {
        var rows = ScoredRows.Of([0, 1, 1, 0], [[0.9, 0.1], [0.2, 0.8], [0.7, 0.3], [0.4, 0.6]]);

        foreach (var metric in new[] { ClassificationMetric.Accuracy, ClassificationMetric.LogLoss, ClassificationMetric.BrierScore })
            Assert.Equal(rows[metric], rows.OfRows(metric)!.Average(), 1e-12);
        Assert.Null(rows.OfRows(ClassificationMetric.F1));
    }

    [Fact]
    public void All_stands_for_each_figure_once()
    {
        var all = ScoredRows.Expand([ClassificationMetric.F1, ClassificationMetric.All], classes: 2).ToList();

        Assert.Equal(Enum.GetValues<ClassificationMetric>().Length - 1, all.Count);
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.All(all, metric => Assert.Equal(metric, ScoredRows.Metric(ScoredRows.NameOf(metric))));
    }

    [Fact]
    public void A_threshold_moves_answers_and_not_probabilities()
    {
        double[][] probabilities = [[0.3, 0.7], [0.6, 0.4]];

        var strict = ScoredRows.Of([1, 0], probabilities, threshold: 0.8);
        var lax = ScoredRows.Of([1, 0], probabilities, threshold: 0.4);

        Assert.Equal([0, 0], strict.Answers);
        Assert.Equal([1, 1], lax.Answers);
        Assert.Equal(strict[ClassificationMetric.LogLoss], lax[ClassificationMetric.LogLoss]);
    }

    [Fact]
    public void Predictions_come_back_from_their_file_with_labels_or_without()
    {
        using var folder = new TemporaryFolder();
        var logits = new float[,] { { 0, (float)Math.Log(3) }, { 1, 1 } };

        new ClassifierPredictions(logits) { Labels = [1, 0] }.Save(folder.Path);
        var labelled = ClassifierPredictions.Load(folder.Path);
        new ClassifierPredictions(logits).Save(folder.Path);
        var plain = ClassifierPredictions.Load(folder.Path);

        Assert.Equal(logits, labelled.Logits);
        Assert.Equal([1, 0], labelled.Labels!);
        Assert.Null(plain.Labels);
        Assert.Equal(0.75, labelled.Probabilities()[0][1], 1e-7);
        Assert.Equal(Math.Sqrt(3) / (1 + Math.Sqrt(3)), labelled.Probabilities(temperature: 2)[0][1], 1e-7);
    }

    [Fact]
    public void The_error_of_a_loss_at_masked_positions_counts_windows_and_not_positions()
    {
        // Four windows whose two positions agree exactly: eight positions say no more than four would.
        float[] perWindow = [1, 2, 3, 6];
        var twice = new MaskedPredictions([.. perWindow.SelectMany(l => new[] { l, l })], new int[8], new int[8], [0, 0, 1, 1, 2, 2, 3, 3]);

        Assert.Equal(3, twice.Loss.Value);
        // The standard error of the mean of four numbers: sd 2.1602 / 2.
        Assert.Equal(Math.Sqrt((4 + 1 + 0 + 9) / 3.0) / 2, twice.Loss.StandardError, 1e-12);
        Assert.Equal(Math.Exp(3), twice.Perplexity.Value, 1e-12);
        Assert.Equal(1, twice.Accuracy.Value);
        Assert.Equal(2, twice.Where(window => window < 2).Loss.Value + 0.5);
    }
}
