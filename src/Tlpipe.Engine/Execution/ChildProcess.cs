// Computes a stage in a child process and passes on what it reports.
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Execution;

/// <summary>How to start a child: a program and its arguments before the request's path.</summary>
public sealed record ChildCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Environment variables for the child; one that this process has already keeps its value.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>The only GPU that the child sees; null to let it see all that this process sees.</summary>
    public string? Gpu { get; init; }
}

/// <summary>The exit codes of a child.</summary>
public static class ChildExit
{
    public const int Published = 0;
    public const int Failed = 1;
    public const int DamagedInput = 4;
    public const int Interrupted = 130;

    /// <summary>The exit code of a process that a signal ended is this plus the signal's number.</summary>
    public const int Signalled = 128;
}

/// <summary>
/// The parent's side of <c>tlpipe exec-stage</c>. The child writes its events to standard output, a JSON object a line. A line on its
/// standard input, or the end of that input, asks it to stop, so it outlives its parent by one step at most.
/// </summary>
internal sealed class ChildProcess(ChildCommand command, ResultStore store, Action<StageEvent> report)
{
    private const int TryAgain = 11;
    private const int OutOfMemory = 12;
    private const int Killed = ChildExit.Signalled + 9;
    private const int IllegalInstruction = ChildExit.Signalled + 4;

    /// <summary>Runs the child to its end.</summary>
    /// <exception cref="ChildFailedException">It failed.</exception>
    /// <exception cref="DamagedResultException">An input is damaged; the stage that made it has to run again.</exception>
    /// <exception cref="OperationCanceledException">This process or a signal asked it to stop.</exception>
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
                report(news);
        }
        process.WaitForExit();

        var key = request.Document.Key;
        return process.ExitCode switch
        {
            ChildExit.Published => store.Find(key) ?? throw new DamagedResultException(key, "", request.Name),
            // The child has said which file it is.
            ChildExit.DamagedInput => throw (failure is null ? new DamagedResultException(key, "", request.Name) : new DamagedResultException(failure.Message)),
            ChildExit.Interrupted => throw new OperationCanceledException(interruption.Stopping),
            // A failure takes precedence: the last checkpoint may have failed.
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
            // Memory or process numbers that are used up now may be free a moment later.
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
            // It has ended in the meantime.
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
        // An instruction that the processor lacks would fail again.
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
            output.WriteLine(JsonSerializer.Serialize(news.Redacted(), RunningJson.Default.StageEvent));
            output.Flush();
        }
    }
}
