// The cross-entropy of rows.
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>Cross-entropy row by row, always in float32.</summary>
internal static class Losses
{
    /// <summary>
    /// The loss of each row. Smoothing spreads a share of the target over all classes (docs/hf-parity.md 6.5), which for a mean
    /// over rows is what Trainer's LabelSmoother gives.
    /// </summary>
    /// <param name="logits"><c>[rows, classes]</c>.</param>
    /// <param name="targets"><c>[rows]</c>, int64.</param>
    /// <param name="smoothing">The share to spread.</param>
    /// <returns><c>[rows]</c>.</returns>
    public static Tensor OfRows(Tensor logits, Tensor targets, double smoothing)
    {
        var logProbabilities = nn.functional.log_softmax(logits.to_type(ScalarType.Float32), 1);
        var likelihood = nn.functional.nll_loss(logProbabilities, targets, reduction: nn.Reduction.None);
        return smoothing == 0 ? likelihood : likelihood.Times(1 - smoothing).Plus(logProbabilities.mean([1]).Times(-smoothing));
    }
}
