// Runs the built tlpipe as a user does: as a process with arguments, looked at from outside.
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Tlpipe.Tests;

/// <summary>What a process printed and how it ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Errors)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The names of the stages that a run reports in this state.</summary>
    public IReadOnlySet<string> Stages(string state) =>
        Lines.Where(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1 && words[1] == state)
            .Select(words => words[0])
            .ToHashSet();
}

/// <summary>Starts tlpipe.</summary>
internal static class TlpipeProcess
{
    private const int Kill = 9;

    public static readonly string Executable = TlpipeProgram.Find();

    /// <summary>Runs it to its end.</summary>
    public static Ended Run(string folder, params string[] arguments) => Run(folder, environment: null, arguments);

    /// <summary>Runs it to its end, with something added to its environment.</summary>
    public static Ended Run(string folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments) => ToEnd(Start(folder, arguments, environment));

    /// <summary>Runs bash's commands until one fails; tlpipe is among the programs that it finds.</summary>
    public static Ended RunShell(string folder, string commands)
    {
        Tier.MustNotBeInner("starts a shell");
        var start = new ProcessStartInfo("bash", ["-ec", commands]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("TLPIPE_STORE");
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Executable)}:{start.Environment["PATH"]}";
        return ToEnd(Process.Start(start)!);
    }

    /// <summary>
    /// Starts it in a process group of its own, waits until a line of its output answers, and kills the whole group as a power cut would.
    /// </summary>
    /// <returns>Whether such a line came before the run ended.</returns>
    public static bool RunUntilKilled(string folder, Predicate<string> moment, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(folder, arguments, environment, ownGroup: true);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (!moment(line))
                continue;
            Assert.Equal(0, SendSignal(-process.Id, Kill));
            process.WaitForExit();
            return true;
        }
        return false;
    }

    /// <summary>Starts it, and kills it as a power cut would as soon as a condition holds, which is polled.</summary>
    /// <returns>Whether it held before the run ended.</returns>
    public static bool RunUntilKilledWhen(string folder, Func<bool> moment, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using var process = Start(folder, arguments, environment);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(5)))
        {
            if (!moment())
                continue;
            Assert.Equal(0, SendSignal(process.Id, Kill));
            process.WaitForExit();
            return true;
        }
        return false;
    }

    /// <summary>Starts it, sends it a signal once a line of its output answers, and waits for its end.</summary>
    public static Ended RunUntilSignalled(string folder, Predicate<string> moment, int signal, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunAndAct(folder, moment, process => Assert.Equal(0, SendSignal(process, signal)), environment, arguments);

    /// <summary>Starts it, does something with its process number once a line of its output answers, and waits for its end.</summary>
    public static Ended RunAndAct(string folder, Predicate<string> moment, Action<int> act, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        using var process = Start(folder, arguments, environment);
        var errors = process.StandardError.ReadToEndAsync();
        var output = new List<string>();
        var acted = false;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            output.Add(line);
            if (acted || !moment(line))
                continue;
            act(process.Id);
            acted = true;
        }
        process.WaitForExit();
        return new Ended(process.ExitCode, string.Join('\n', output), errors.Result);
    }

    private static Ended ToEnd(Process started)
    {
        using var process = started;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Ended(process.ExitCode, output, errors.Result);
    }

    private static Process Start(string folder, string[] arguments, IReadOnlyDictionary<string, string>? environment, bool ownGroup = false)
    {
        Tier.MustNotBeInner("starts tlpipe");
        var start = new ProcessStartInfo(ownGroup ? "setsid" : Executable)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (ownGroup)
            start.ArgumentList.Add(Executable);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Remove("TLPIPE_STORE");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException($"{Executable} did not start");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int SendSignal(int process, int signal);
}
