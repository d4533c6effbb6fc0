// How many floating-point operations a batch takes.
using Tlpipe.Nlp.Config;

namespace Tlpipe.Nlp.Speed;

/// <summary>
/// Operations of matrix products, two for each multiplication with an addition, for real tokens alone (docs/hf-parity.md 19.1): what a model needs,
/// whatever else a program computes.
/// </summary>
public static class WorkCount
{
    /// <summary>One forward pass.</summary>
    /// <param name="config">The model.</param>
    /// <param name="lengths">The rows' lengths.</param>
    /// <param name="chosen">The tokens of each row at which the last layer and the head are needed.</param>
    /// <param name="outputs">The width of the head: words of a vocabulary, or classes.</param>
    public static double Forward(BertConfig config, IReadOnlyList<int> lengths, IReadOnlyList<int> chosen, int outputs)
    {
        double hidden = config.HiddenSize, inner = config.IntermediateSize;
        double tokens = lengths.Sum(length => (long)length);
        double asked = chosen.Sum(count => (long)count);
        var fullLayer = (tokens * ((8 * hidden * hidden) + (4 * hidden * inner))) + (4 * hidden * lengths.Sum(length => (double)length * length));
        // Keys and values are computed for all tokens, queries and the rest of the layer for the chosen ones.
        var lastLayer = (tokens * 4 * hidden * hidden)
            + (asked * ((4 * hidden * hidden) + (4 * hidden * inner)))
            + (4 * hidden * lengths.Zip(chosen).Sum(row => (double)row.First * row.Second));
        return ((config.NumHiddenLayers - 1) * fullLayer) + lastLayer + (asked * 2 * hidden * (hidden + outputs));
    }
}
