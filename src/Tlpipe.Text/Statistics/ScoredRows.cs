// Rows with a classifier's answers, and the figures of all or some of them.
using System.Reflection;
using System.Text.Json.Serialization;

namespace Tlpipe.Text.Statistics;

/// <summary>Rows that can be scored.</summary>
/// <param name="Labels">The right class of each row, from 0.</param>
/// <param name="Answers">The answered class of each row.</param>
/// <param name="Probabilities">The probability of each class, <c>[rows][classes]</c>.</param>
/// <param name="PositiveLabel">The class that precision, recall, F1 and curves of two classes are about.</param>
public sealed record ScoredRows(int[] Labels, int[] Answers, double[][] Probabilities, int PositiveLabel = 1)
{
    /// <summary>The default number of bins.</summary>
    public const int DefaultCalibrationBins = 15;

    private static readonly Dictionary<ClassificationMetric, string> Names = Enum.GetValues<ClassificationMetric>().ToDictionary(
        metric => metric, metric => typeof(ClassificationMetric).GetField(metric.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);

    /// <summary>The bins of the calibration error and of the reliability curve.</summary>
    public int CalibrationBins { get; init; } = DefaultCalibrationBins;

    /// <summary>Which rows they are, each once; null where that is not known.</summary>
    public IReadOnlyList<RowId>? Ids { get; init; }

    /// <summary>The number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>The number of classes.</summary>
    public int Classes => Probabilities[0].Length;

    /// <summary>How often each class got each answer.</summary>
    public ConfusionMatrix Confusion => new(Labels, Answers, Classes);

    /// <summary>Rows by how sure their answer was.</summary>
    public IReadOnlyList<ReliabilityBin> Reliability => Calibration.Reliability(Probabilities, Labels, CalibrationBins);

    /// <summary>Rows of probabilities with their answers: the most likely class, or of two classes whether the positive one reaches a threshold.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or a label is not a class.</exception>
    public static ScoredRows Of(int[] labels, double[][] probabilities, int positiveLabel = 1, double? threshold = null)
    {
        if (labels.Length != probabilities.Length || labels.Length == 0)
            throw new ArgumentException($"{labels.Length} labels and {probabilities.Length} rows of probabilities cannot be scored", nameof(labels));
        var answers = Array.ConvertAll(probabilities, row => threshold is { } least
            ? row[positiveLabel] >= least ? positiveLabel : 1 - positiveLabel
            : Array.IndexOf(row, row.Max()));
        return new ScoredRows(labels, answers, probabilities, positiveLabel);
    }

    /// <summary>The name of a figure in files and YAML.</summary>
    public static string NameOf(ClassificationMetric metric) => Names[metric];

    /// <summary>The figure of a name, or null.</summary>
    public static ClassificationMetric? Metric(string name) => Names.Where(n => n.Value == name && n.Key != ClassificationMetric.All).Select(n => (ClassificationMetric?)n.Key).FirstOrDefault();

    /// <summary>Whether less of a figure is better.</summary>
    public static bool LessIsBetter(string name) => name is "log_loss" or "brier_score" or "expected_calibration_error" or "loss" or "perplexity" or "mae" or "mse";

    /// <summary>The requested figures; <see cref="ClassificationMetric.All"/> stands for each that so many classes have.</summary>
    public static IEnumerable<ClassificationMetric> Expand(IEnumerable<ClassificationMetric> metrics, int classes) =>
        metrics.SelectMany(metric => metric == ClassificationMetric.All ? Names.Keys.Where(m => m != ClassificationMetric.All && (classes == 2 || !IsOfTwoClasses(m))) : [metric]).Distinct();

    /// <summary>Whether a figure is about one of two classes; scikit-learn refuses it for more (<c>average="binary"</c>).</summary>
    public static bool IsOfTwoClasses(ClassificationMetric metric) => metric is ClassificationMetric.Precision or ClassificationMetric.Recall or ClassificationMetric.F1;

    /// <summary>Some of the rows; one may come more than once.</summary>
    public ScoredRows Take(IReadOnlyList<int> rows) => this with
    {
        Labels = [.. rows.Select(row => Labels[row])],
        Answers = [.. rows.Select(row => Answers[row])],
        Probabilities = [.. rows.Select(row => Probabilities[row])],
        Ids = Ids is { } ids ? [.. rows.Select(row => ids[row])] : null,
    };

    /// <summary>A figure; NaN where the rows do not have one, such as an area over rows of one class.</summary>
    public double this[ClassificationMetric metric] => metric switch
    {
        ClassificationMetric.Accuracy => Confusion.Accuracy,
        ClassificationMetric.BalancedAccuracy => Confusion.BalancedAccuracy,
        ClassificationMetric.Precision => Confusion.Precision(PositiveLabel),
        ClassificationMetric.Recall => Confusion.Recall(PositiveLabel),
        ClassificationMetric.F1 => Confusion.F1(PositiveLabel),
        ClassificationMetric.PrecisionMacro => Confusion.Precision(Averaging.Macro),
        ClassificationMetric.RecallMacro => Confusion.Recall(Averaging.Macro),
        ClassificationMetric.F1Macro => Confusion.F1(Averaging.Macro),
        ClassificationMetric.PrecisionMicro => Confusion.Precision(Averaging.Micro),
        ClassificationMetric.RecallMicro => Confusion.Recall(Averaging.Micro),
        ClassificationMetric.F1Micro => Confusion.F1(Averaging.Micro),
        ClassificationMetric.PrecisionWeighted => Confusion.Precision(Averaging.Weighted),
        ClassificationMetric.RecallWeighted => Confusion.Recall(Averaging.Weighted),
        ClassificationMetric.F1Weighted => Confusion.F1(Averaging.Weighted),
        ClassificationMetric.MatthewsCorrelation => Confusion.MatthewsCorrelation,
        ClassificationMetric.CohenKappa => Confusion.CohenKappa,
        ClassificationMetric.RocAuc => OverClasses(Ranking.RocArea),
        ClassificationMetric.AveragePrecision => OverClasses(Ranking.AveragePrecision),
        ClassificationMetric.LogLoss => Calibration.LogLoss(Probabilities, Labels),
        ClassificationMetric.BrierScore => Classes == 2 ? Brier(PositiveLabel) : Enumerable.Range(0, Classes).Sum(Brier),
        ClassificationMetric.ExpectedCalibrationError => Calibration.ExpectedError(Probabilities, Labels, CalibrationBins),
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "this stands for several figures"),
    };

    /// <summary>What a row adds to a figure that is a mean over rows; null for any other figure.</summary>
    public double[]? OfRows(ClassificationMetric metric) => metric switch
    {
        ClassificationMetric.Accuracy => [.. Enumerable.Range(0, Count).Select(row => Labels[row] == Answers[row] ? 1.0 : 0)],
        ClassificationMetric.LogLoss => [.. Enumerable.Range(0, Count).Select(row => Calibration.LogLoss([Probabilities[row]], [Labels[row]]))],
        ClassificationMetric.BrierScore when Classes == 2 =>
            [.. Enumerable.Range(0, Count).Select(row => Math.Pow(Probabilities[row][PositiveLabel] - (Labels[row] == PositiveLabel ? 1 : 0), 2))],
        _ => null,
    };

    private double Brier(int label) => Calibration.Brier([.. Probabilities.Select(row => row[label])], [.. Labels.Select(l => l == label)]);

    private double OverClasses(Func<IReadOnlyList<bool>, IReadOnlyList<double>, double> area)
    {
        double Of(int label) => area([.. Labels.Select(l => l == label)], [.. Probabilities.Select(row => row[label])]);
        return Classes == 2 ? Of(PositiveLabel) : Enumerable.Range(0, Classes).Average(Of);
    }
}
