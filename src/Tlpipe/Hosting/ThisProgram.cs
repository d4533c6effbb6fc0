// How this program starts itself, and its versions.
using System.Diagnostics;
using System.Reflection;
using Tlpipe.Engine.Execution;
using Tlpipe.Nlp.Devices;

namespace Tlpipe.Hosting;

/// <summary>Starts of child processes.</summary>
internal static class ThisProgram
{
    /// <summary>The command that computes one stage in a process of its own.</summary>
    public const string ExecStage = "exec-stage";

    /// <summary>The command that measures how fast this machine multiplies matrices.</summary>
    public const string MeasureSpeed = "measure-speed";

    /// <summary>The command that computes one stage: <c>tlpipe exec-stage</c>, by the same executable.</summary>
    public static ChildCommand Child { get; } = Command(ExecStage) with
    {
        Environment = ComputingEnvironment.Variables,
    };

    /// <summary>
    /// Runs this process's command again, as a child with the environment of a process that computes; null if this process has that environment already.
    /// </summary>
    public static int? RestartForComputing()
    {
        var missing = Child.Environment.Where(variable => Environment.GetEnvironmentVariable(variable.Key) is null).ToList();
        if (missing.Count == 0)
            return null;
        var (program, arguments) = Command("") is var command && command.Arguments.Count == 2 ? (command.Program, command.Arguments.Take(1)) : (command.Program, []);
        var start = new ProcessStartInfo(program);
        foreach (var argument in arguments.Concat(Environment.GetCommandLineArgs()[1..]))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in missing)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>A command of this program, whether it was started as an executable or as <c>dotnet tlpipe.dll</c>.</summary>
    public static ChildCommand Command(string name)
    {
        var executable = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "tlpipe.exe" : "tlpipe");
        return File.Exists(executable)
            ? new ChildCommand(executable, [name])
            : new ChildCommand("dotnet", [Path.Combine(AppContext.BaseDirectory, "tlpipe.dll"), name]);
    }
}

/// <summary>Versions that a result's record names.</summary>
internal static class Versions
{
    /// <summary>tlpipe, the runtime, and the libraries that compute. Read from metadata: no library is loaded for it.</summary>
    public static IReadOnlyDictionary<string, string> OfThisProgram { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["tlpipe"] = Own("tlpipe") ?? typeof(Versions).Assembly.GetName().Version?.ToString(3) ?? "",
        ["dotnet"] = Environment.Version.ToString(),
        ["torchsharp"] = Own("TorchSharp") ?? "",
        ["libtorch"] = Own("LibTorch") ?? "",
        ["torch-backend"] = TorchBackend,
    };

    /// <summary>The output of <c>--version</c>: the version with the commit that it was built from, and the libraries.</summary>
    public static IEnumerable<string> Lines
    {
        get
        {
            // The SDK appends the commit to the version; a build outside a repository has no commit.
            var commit = typeof(Versions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var behind] ? $" (commit {behind})" : "";
            yield return $"tlpipe {OfThisProgram["tlpipe"]}{commit}";
            foreach (var (name, version) in OfThisProgram.Where(v => v.Key != "tlpipe"))
                yield return $"{name} {version}";
        }
    }

    /// <summary>Whether this build computes on the CPU alone (<c>cpu</c>) or on NVIDIA GPUs too (<c>cuda</c>).</summary>
    public static string TorchBackend => Own("TorchBackend") ?? "cpu";

    private static string? Own(string key) =>
        typeof(Versions).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == key)?.Value;
}
