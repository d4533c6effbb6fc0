// Where the time of an update goes.
using System.Diagnostics;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// The seconds of one update, all its micro-batches together. On a GPU, which computes while the loop continues, they say where the loop waited.
/// </summary>
/// <param name="Tokens">The tokens of its micro-batches.</param>
/// <param name="Input">Putting batches together.</param>
/// <param name="Forward">The model and its loss.</param>
/// <param name="Backward">The gradients.</param>
/// <param name="Optimizer">Clipping and AdamW.</param>
public sealed record UpdateTimes(long Tokens, double Input, double Forward, double Backward, double Optimizer);

/// <summary>Measures the parts of each update and reports them.</summary>
internal sealed class UpdateClock(Action<UpdateTimes>? tell)
{
    private long mark = Stopwatch.GetTimestamp();
    private double input;
    private double forward;
    private double backward;
    private long tokens;

    /// <summary>Starts timing; what happened since the last call (an evaluation, a checkpoint) is not part of an update.</summary>
    public void Begin() => mark = Stopwatch.GetTimestamp();

    public void Collated(long batchTokens)
    {
        input += Lap();
        tokens += batchTokens;
    }

    public void WentForward() => forward += Lap();

    public void WentBackward() => backward += Lap();

    public void Updated()
    {
        tell?.Invoke(new UpdateTimes(tokens, input, forward, backward, Lap()));
        (input, forward, backward, tokens) = (0, 0, 0, 0);
    }

    private double Lap()
    {
        var begun = mark;
        mark = Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(begun, mark).TotalSeconds;
    }
}
