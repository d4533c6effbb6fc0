// Options that evaluate and score have in common.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Stages.Results;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Scoring;

/// <summary>Which figures of predictions are computed, and over which rows. None of it needs the model.</summary>
public record ScoringOptions
{
    /// <summary>
    /// The figures: accuracy, balanced_accuracy, precision, recall, f1 (each also _macro, _micro, _weighted), matthews_correlation, cohen_kappa, roc_auc,
    /// average_precision, log_loss, brier_score, expected_calibration_error, or all. Default: accuracy. A masked language model always gets
    /// loss, perplexity and accuracy at masked positions, with standard errors.
    /// </summary>
    [AddedLater("null")]
    public IReadOnlyList<ClassificationMetric>? Metrics { get; init; }

    /// <summary>Of two classes, the positive one is answered where its probability is at least this. Default: the more likely class is answered.</summary>
    [Range(0.0, 1.0)]
    [AddedLater("null")]
    public double? Threshold { get; init; }

    /// <summary>The class that precision, recall, f1 and the curves of two classes are about. Default: 1.</summary>
    [Range(0, int.MaxValue)]
    [AddedLater("1")]
    public int PositiveLabel { get; init; } = 1;

    /// <summary>Logits are divided by it (temperature scaling, Guo et al. 2017). Default: 1.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    [AddedLater("1")]
    public double Temperature { get; init; } = 1;

    /// <summary>
    /// Predictions of labelled rows that are not reported on, such as dev_scores:predictions: the temperature is fitted on them (Guo et al. 2017).
    /// Default: none.
    /// </summary>
    [Takes(OutputKinds.Predictions)]
    public Input? CalibrateOn { get; init; }

    /// <summary>The bins of expected_calibration_error and of the reliability curve. Default: 15.</summary>
    [Range(1, int.MaxValue)]
    [AddedLater("15")]
    public int CalibrationBins { get; init; } = ScoredRows.DefaultCalibrationBins;

    /// <summary>Columns by whose values the figures are also given, and length for bands of length in tokens. Default: none.</summary>
    [AddedLater("null")]
    public IReadOnlyList<string>? Slices { get; init; }

    /// <summary>Where the bands of slices: [length] begin, beside 0, in tokens. Default: 16, 32, 64, 128.</summary>
    [Range(1, int.MaxValue)]
    [AddedLater("null")]
    public IReadOnlyList<int>? LengthBands { get; init; }

    /// <summary>The table with the columns of slices, row for row as the predictions. Default: the table that was tokenized.</summary>
    [Takes(OutputKinds.Table)]
    public Input? Table { get; init; }

    /// <summary>The place of the first element that was there before; null where there is none.</summary>
    private static int? Twice(IReadOnlyList<string>? names) =>
        Enumerable.Range(0, names?.Count ?? 0).Select(i => (int?)i).FirstOrDefault(i => names!.Take(i!.Value).Contains(names![i.Value]));

    internal IEnumerable<OptionMistake> ScoringMistakes()
    {
        if (Metrics is { Count: 0 })
            yield return new OptionMistake("metrics", "the list is empty; name a figure, or leave it out");
        if (Twice(Slices) is { } twice)
            yield return new OptionMistake($"slices[{twice}]", $"'{Slices![twice]}' is in the list already; name each slice once");
        if (LengthBands is { } bands && bands.Zip(bands.Skip(1), (x, y) => x >= y).Any(wrong => wrong))
            yield return new OptionMistake("length_bands", "bands begin at growing lengths; put them in order, each once");
        if (CalibrateOn is not null && Temperature != 1)
            yield return new OptionMistake("calibrate_on", "the temperature is given or fitted, not both; leave out temperature, or calibrate_on");
        if (LengthBands is not null && Slices?.Contains(ScoreReport.Length) != true)
            yield return new OptionMistake("length_bands", "bands are of slices: [length]; add that, or leave length_bands out");
    }
}
