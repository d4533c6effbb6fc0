// The resources of this machine, found without loading a library that computes.
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Options;

namespace Tlpipe.Hosting;

/// <summary>Cores, memory and GPUs.</summary>
internal static class ThisMachine
{
    private const string DevicePrefix = "/dev/nvidia";

    /// <summary>The resources that the stages of a run may take together, within the config's limits.</summary>
    public static Machine Resources(RuntimeOptions runtime)
    {
        var there = Machine.This with { Gpus = Versions.TorchBackend == "cuda" && runtime.Device != "cpu" ? GpusOfThisMachine() : [] };
        return there with { Cores = runtime.Cores ?? there.Cores, Memory = runtime.MemoryBytes ?? there.Memory };
    }

    /// <summary>The GPUs that CUDA would see, as CUDA_VISIBLE_DEVICES names them.</summary>
    public static IReadOnlyList<string> GpusOfThisMachine()
    {
        if (Environment.GetEnvironmentVariable("CUDA_VISIBLE_DEVICES") is { } visible)
            return visible.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (!Directory.Exists("/dev"))
            return [];
        return [.. Enumerable.Range(0, Directory.EnumerateFileSystemEntries("/dev", "nvidia*").Count(path => int.TryParse(path.AsSpan(DevicePrefix.Length), out _)))
            .Select(number => $"{number}")];
    }
}
