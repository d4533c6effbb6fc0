// Which layers of a model are trained, from which epoch, and how fast.
using System.Globalization;
using TorchSharp.Modules;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// How the layers of a BERT are trained differently. A parameter's depth is 0 for the embeddings, 1 to n for the n layers from the bottom, and
/// n + 1 for pooler and head.
/// </summary>
public sealed record LayerTraining
{
    /// <summary>All layers from the first epoch on, at the same rate.</summary>
    public static LayerTraining Alike { get; } = new();

    /// <summary>
    /// The learning rate of depth d is <c>learning_rate</c> times this to the power n + 1 - d: discriminative fine-tuning (Howard and Ruder 2018), in the
    /// form of ELECTRA (Clark et al. 2020) and BEiT (Bao et al. 2022).
    /// </summary>
    public double LayerwiseLrDecay { get; init; } = 1;

    /// <summary>Whether the embeddings stay as they are (Lee, Tang and Lin 2019).</summary>
    public bool FreezeEmbeddings { get; init; }

    /// <summary>How many layers from the bottom stay as they are, and the embeddings with them.</summary>
    public int FreezeLayers { get; init; }

    /// <summary>
    /// How many layers join in after each epoch: the first trains pooler and head alone, the next the topmost layers too, and the embeddings come last
    /// (gradual unfreezing, Howard and Ruder 2018). 0 trains all from the start.
    /// </summary>
    public int GradualUnfreezing { get; init; }

    /// <summary>A parameter's depth in a BERT of so many layers.</summary>
    public static int Depth(string name, int layers)
    {
        const string Layer = "bert.encoder.layer.";
        if (name.StartsWith("bert.embeddings.", StringComparison.Ordinal))
            return 0;
        return name.StartsWith(Layer, StringComparison.Ordinal)
            ? 1 + int.Parse(name.AsSpan(Layer.Length, name.IndexOf('.', Layer.Length) - Layer.Length), CultureInfo.InvariantCulture)
            : layers + 1;
    }

    /// <summary>Whether a depth is never trained.</summary>
    public bool IsFrozen(int depth) => depth <= FreezeLayers && (depth > 0 || FreezeEmbeddings || FreezeLayers > 0);

    /// <summary>What the learning rate of a depth is multiplied by.</summary>
    public double RateFactor(int depth, int layers) => Math.Pow(LayerwiseLrDecay, layers + 1 - depth);

    /// <summary>The epoch, from 0, in which a depth begins to be trained.</summary>
    public int FirstEpoch(int depth, int layers) => GradualUnfreezing == 0 ? 0 : (layers + 1 - depth + GradualUnfreezing - 1) / GradualUnfreezing;

    /// <summary>Turns gradients on for the parameters that are trained in an epoch, and off for the others.</summary>
    internal void Begin(int epoch, IEnumerable<(string Name, Parameter Parameter)> parameters, int layers)
    {
        foreach (var (name, parameter) in parameters)
        {
            var depth = Depth(name, layers);
            parameter.requires_grad = !IsFrozen(depth) && epoch >= FirstEpoch(depth, layers);
        }
    }
}
