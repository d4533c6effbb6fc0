// The figures of a classifier that can be asked for by name.
using System.Text.Json.Serialization;

namespace Tlpipe.Text.Statistics;

/// <summary>A figure of a classifier, by scikit-learn's or Hugging Face's name. Without an averaging, precision, recall and F1 are the positive class's.</summary>
public enum ClassificationMetric
{
    /// <summary>The share of rows that are right.</summary>
    [JsonStringEnumMemberName("accuracy")]
    Accuracy,

    /// <summary>The mean of the classes' recalls.</summary>
    [JsonStringEnumMemberName("balanced_accuracy")]
    BalancedAccuracy,

    /// <summary>Of the rows answered with the positive class, the share that is right.</summary>
    [JsonStringEnumMemberName("precision")]
    Precision,

    /// <summary>Of the positive rows, the share that was found.</summary>
    [JsonStringEnumMemberName("recall")]
    Recall,

    /// <summary>The harmonic mean of precision and recall.</summary>
    [JsonStringEnumMemberName("f1")]
    F1,

    /// <summary>The mean of the classes' precisions.</summary>
    [JsonStringEnumMemberName("precision_macro")]
    PrecisionMacro,

    /// <summary>The mean of the classes' recalls.</summary>
    [JsonStringEnumMemberName("recall_macro")]
    RecallMacro,

    /// <summary>The mean of the classes' F1.</summary>
    [JsonStringEnumMemberName("f1_macro")]
    F1Macro,

    /// <summary>Precision over all rows together.</summary>
    [JsonStringEnumMemberName("precision_micro")]
    PrecisionMicro,

    /// <summary>Recall over all rows together.</summary>
    [JsonStringEnumMemberName("recall_micro")]
    RecallMicro,

    /// <summary>F1 over all rows together.</summary>
    [JsonStringEnumMemberName("f1_micro")]
    F1Micro,

    /// <summary>The mean of the classes' precisions, each by its rows.</summary>
    [JsonStringEnumMemberName("precision_weighted")]
    PrecisionWeighted,

    /// <summary>The mean of the classes' recalls, each by its rows.</summary>
    [JsonStringEnumMemberName("recall_weighted")]
    RecallWeighted,

    /// <summary>The mean of the classes' F1, each by its rows.</summary>
    [JsonStringEnumMemberName("f1_weighted")]
    F1Weighted,

    /// <summary>Matthews' correlation coefficient.</summary>
    [JsonStringEnumMemberName("matthews_correlation")]
    MatthewsCorrelation,

    /// <summary>Cohen's kappa.</summary>
    [JsonStringEnumMemberName("cohen_kappa")]
    CohenKappa,

    /// <summary>The area under the ROC curve; of several classes the mean of each against the rest.</summary>
    [JsonStringEnumMemberName("roc_auc")]
    RocAuc,

    /// <summary>The area under the precision-recall curve, as average precision; of several classes the mean of each against the rest.</summary>
    [JsonStringEnumMemberName("average_precision")]
    AveragePrecision,

    /// <summary>The mean of -log p of the right class.</summary>
    [JsonStringEnumMemberName("log_loss")]
    LogLoss,

    /// <summary>Brier's score: of two classes the positive one's, of several the sum over classes.</summary>
    [JsonStringEnumMemberName("brier_score")]
    BrierScore,

    /// <summary>The expected calibration error.</summary>
    [JsonStringEnumMemberName("expected_calibration_error")]
    ExpectedCalibrationError,

    /// <summary>All of them.</summary>
    [JsonStringEnumMemberName("all")]
    All,
}
