// The host's lifetime: Ctrl-C asks the run to stop, a second Ctrl-C stops it at once.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Tlpipe.Engine.Execution;

namespace Tlpipe.Hosting;

/// <summary>
/// Handles SIGINT and SIGTERM. After the first, the running stage finishes its step and writes a checkpoint, however long that takes. The second kills
/// child processes and ends this one; a SIGTERM only if it comes three seconds later, because schedulers signal every process of a job and wrappers pass
/// signals on. The store stays whole either way.
/// </summary>
internal sealed class InterruptLifetime(Interruption interruption) : IHostLifetime, IDisposable
{
    private const int Interrupted = 130;
    private static readonly TimeSpan OneSignal = TimeSpan.FromSeconds(3);
    private readonly List<PosixSignalRegistration> registrations = [];
    private long first;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        var isFirst = Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0) == 0;
        if (!isFirst && context.Signal == PosixSignal.SIGTERM && Stopwatch.GetElapsedTime(first) < OneSignal)
            return;
        if (interruption.Stop())
            Console.Error.WriteLine("\nFinishing this step, then a checkpoint. Ctrl-C again stops at once.");
        else
            Environment.Exit(Interrupted);
    }
}
