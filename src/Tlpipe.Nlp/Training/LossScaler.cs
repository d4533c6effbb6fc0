// Dynamic loss scaling for fp16.
namespace Tlpipe.Nlp.Training;

/// <summary>
/// Keeps small fp16 gradients from vanishing (PyTorch's GradScaler with its defaults): the loss is multiplied by a scale
/// that halves whenever a gradient is not finite, and doubles after 2,000 updates without that.
/// </summary>
public sealed class LossScaler
{
    private const int GrowthInterval = 2000;

    /// <summary>What the loss is multiplied by.</summary>
    public double Scale { get; private set; } = 65536;

    /// <summary>Updates since the scale last changed.</summary>
    public int UpdatesSinceChange { get; private set; }

    /// <summary>Records an update, which is skipped where a gradient was not finite.</summary>
    public void Update(bool finite)
    {
        if (!finite)
            (Scale, UpdatesSinceChange) = (Scale / 2, 0);
        else if (++UpdatesSinceChange == GrowthInterval)
            (Scale, UpdatesSinceChange) = (Scale * 2, 0);
    }

    /// <summary>Restores the values of a checkpoint.</summary>
    public void Restore(double scale, int updatesSinceChange) => (Scale, UpdatesSinceChange) = (scale, updatesSinceChange);
}
