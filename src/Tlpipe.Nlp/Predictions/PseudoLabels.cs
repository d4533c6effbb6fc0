// Answers of a model that are certain enough to learn from.
namespace Tlpipe.Nlp.Predictions;

/// <summary>A row that was chosen for a class.</summary>
/// <param name="Row">The row.</param>
/// <param name="Label">The class that was answered.</param>
/// <param name="Confidence">Its probability.</param>
public sealed record PseudoLabel(int Row, int Label, double Confidence);

/// <summary>Pseudo-labels (Lee 2013, Pseudo-Label: The Simple and Efficient Semi-Supervised Learning Method for Deep Neural Networks).</summary>
public static class PseudoLabels
{
    /// <summary>The rows whose likeliest class has at least this probability, in the rows' order.</summary>
    /// <param name="probabilities">For each row, a probability for each class.</param>
    /// <param name="confidence">The least probability.</param>
    /// <param name="perClass">
    /// At most so many rows of each class, the surest first and of equal ones the earlier, as Xie et al. 2020 (Noisy Student) balance classes; null for all.
    /// </param>
    public static IReadOnlyList<PseudoLabel> Choose(double[][] probabilities, double confidence, int? perClass = null) =>
    [
        .. probabilities.Select((row, i) => new PseudoLabel(i, Array.IndexOf(row, row.Max()), row.Max()))
            .Where(label => label.Confidence >= confidence)
            .GroupBy(label => label.Label)
            .SelectMany(labels => labels.OrderByDescending(label => label.Confidence).ThenBy(label => label.Row).Take(perClass ?? int.MaxValue))
            .OrderBy(label => label.Row),
    ];
}
