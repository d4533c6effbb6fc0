// Computes a stage in a process of its own and listens to it.
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Running;

/// <summary>How to start a child: a program and what stands before the request's path.</summary>
public sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables that the child is given where this process does not have them.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The only GPU that the child sees; null leaves it all that this process sees.</summary>
    public string? Gpu { get; init; }
}

/// <summary>Exit codes by which a child tells its parent how it ended.</summary>
public static class ChildExit
{
    public const int Published = 0;
    public const int Failed = 1;
    public const int DamagedInput = 4;
    public const int Interrupted = 130;

    /// <summary>A process that a signal ended has this and the signal's number.</summary>
    public const int Signalled = 128;
}

/// <summary>
/// The parent's side of <c>tlpipe exec-stage</c>. The child writes its events to standard output, a JSON object a line; a line on its
/// standard input, or that input's end, asks it to stop, so that it never outlives its parent for longer than a step.
/// </summary>
internal sealed class ChildProcess(ChildCommand command, ResultStore store, Action<StageEvent> tell)
{
    private const int TryAgain = 11;
    private const int OutOfMemory = 12;
    private const int Killed = ChildExit.Signalled + 9;
    private const int IllegalInstruction = ChildExit.Signalled + 4;

    /// <summary>Runs the child to its end.</summary>
    /// <exception cref="ChildFailedException">It failed and said why.</exception>
    /// <exception cref="DamagedResultException">It met a damaged input; its maker has to run again.</exception>
    /// <exception cref="OperationCanceledException">It was asked to stop, by this process or by a signal.</exception>
    public StoredResult Compute(StageRequest request, Interruption interruption)
    {
        using var scratch = store.CreateScratch();
        var path = Path.Combine(scratch.Path, "request.json");
        request.Save(path);
        using var process = Start(path);
        return Follow(process, request, interruption);
    }

    private StoredResult Follow(Process process, StageRequest request, Interruption interruption)
    {
        using var stop = interruption.Stopping.Register(() => Ask(process));
        using var stopNow = interruption.StoppingNow.Register(() => process.Kill(entireProcessTree: true));
        var complaints = new Queue<string>();
        process.ErrorDataReceived += (_, line) => Remember(complaints, line.Data);
        process.BeginErrorReadLine();
        Failed? failure = null;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (Parse(line) is not { } news)
                Remember(complaints, line);
            else if (news is Failed failed)
                failure = failed;
            else
                tell(news);
        }
        process.WaitForExit();

        var key = request.Document.Key;
        return process.ExitCode switch
        {
            ChildExit.Published => store.Find(key) ?? throw new DamagedResultException(key, "", request.Name),
            ChildExit.DamagedInput => throw new DamagedResultException(key, "", request.Name),
            ChildExit.Interrupted => throw new OperationCanceledException(interruption.Stopping),
            // A failure is told even then: the last checkpoint may be what failed.
            _ when failure is null && interruption.Stopping.IsCancellationRequested => throw new OperationCanceledException(interruption.Stopping),
            _ => throw new ChildFailedException(failure ?? Unexplained(process.ExitCode, complaints), complaints),
        };
    }

    private Process Start(string requestPath)
    {
        var start = new ProcessStartInfo(command.Program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in command.Arguments)
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(requestPath);
        foreach (var (name, value) in command.Environment)
            start.Environment.TryAdd(name, value);
        if (command.Gpu is { } gpu)
            start.Environment["CUDA_VISIBLE_DEVICES"] = gpu;
        try
        {
            return Process.Start(start) ?? throw new InvalidOperationException($"{command.Program} did not start");
        }
        catch (Win32Exception e)
        {
            // Where there is no memory or no process number left, another moment may have some.
            var code = e.NativeErrorCode is OutOfMemory or TryAgain ? ErrorCode.Transient : ErrorCode.StageFailed;
            throw new ChildFailedException(
                new Failed(code, $"its process cannot be started ({e.NativeErrorCode}: {command.Program}); check the installation and the memory left"), []);
        }
    }

    private static void Ask(Process process)
    {
        try
        {
            process.StandardInput.WriteLine("stop");
            process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended by itself in the meantime.
        }
    }

    private static StageEvent? Parse(string line)
    {
        try
        {
            return line.StartsWith('{') ? JsonSerializer.Deserialize(line, RunningJson.Default.StageEvent) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Remember(Queue<string> lines, string? line)
    {
        if (string.IsNullOrWhiteSpace(line))
            return;
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > 20)
                lines.Dequeue();
        }
    }

    private static Failed Unexplained(int exitCode, Queue<string> complaints)
    {
        var last = complaints.Count > 0 ? $": {complaints.Last()}" : "";
        if (exitCode == Killed)
            return new Failed(
                ErrorCode.OutOfMemory,
                "its process was killed, most likely because memory ran out; halve per_device_train_batch_size and double gradient_accumulation_steps, "
                + "which keeps the effective batch");
        // What the processor cannot do it could not do the next time.
        if (exitCode > ChildExit.Signalled && exitCode != IllegalInstruction)
            return new Failed(ErrorCode.ProcessCrashed, $"its process was ended by signal {exitCode - ChildExit.Signalled}{last}; the log file has the details");
        return new Failed(ErrorCode.StageFailed, $"its process ended with code {exitCode}{last}; the log file has the details");
    }
}

/// <summary>The child's side: a line of JSON for each event.</summary>
public sealed class EventLines(TextWriter output)
{
    private readonly Lock writing = new();

    /// <summary>Writes an event and flushes.</summary>
    public void Write(StageEvent news)
    {
        lock (writing)
        {
            output.WriteLine(JsonSerializer.Serialize(Secret.Redact(news), RunningJson.Default.StageEvent));
            output.Flush();
        }
    }
}
