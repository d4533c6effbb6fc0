// Ctrl-C, as stages and the runner see it.
namespace Tlpipe.Engine.Execution;

/// <summary>
/// The user's two requests while a pipeline runs: first <see cref="Stop"/> (finish the step, write a checkpoint, end), then
/// <see cref="StopNow"/>. There is no time limit between them.
/// </summary>
public sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource stoppingNow = new();

    /// <summary>Set by the first request.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Set by the second request.</summary>
    public CancellationToken StoppingNow => stoppingNow.Token;

    /// <summary>Asks to stop; the second call asks to stop at once.</summary>
    /// <returns>Whether this was the first call.</returns>
    public bool Stop()
    {
        if (!stopping.IsCancellationRequested)
        {
            stopping.Cancel();
            return true;
        }
        StopNow();
        return false;
    }

    /// <summary>Asks to stop at once.</summary>
    public void StopNow()
    {
        stopping.Cancel();
        stoppingNow.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stopping.Dispose();
        stoppingNow.Dispose();
    }
}
