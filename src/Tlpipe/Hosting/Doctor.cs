// The checks of tlpipe doctor.
using System.Diagnostics;
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Stages.Hub;

namespace Tlpipe.Hosting;

/// <summary>The outcome of a check.</summary>
internal enum FindingState
{
    Fine,

    /// <summary>Runs work, but slower or not all of them.</summary>
    Warning,

    /// <summary>Runs will fail.</summary>
    Problem,
}

/// <summary>A check and its outcome.</summary>
/// <param name="Check">The thing that was checked.</param>
/// <param name="State">The outcome.</param>
/// <param name="Found">A description of the finding.</param>
/// <param name="Remedy">The remedy; null if nothing is wrong.</param>
internal sealed record Finding(string Check, FindingState State, string Found, string? Remedy = null);

/// <summary>Checks this machine. Each check stands alone, so that one failure does not hide the others.</summary>
/// <param name="givenStore">The store of <c>--store</c>; null for the store of a run in this folder.</param>
/// <param name="offline">Whether to make no request to the hub.</param>
internal sealed class Doctor(string? givenStore, bool offline)
{
    private const long LittleRoom = 5L << 30;
    private static readonly TimeSpan HubTimeout = TimeSpan.FromSeconds(5);

    public IEnumerable<Finding> Findings()
    {
        yield return new Finding("tlpipe", FindingState.Fine, $"{Versions.OfThisProgram["tlpipe"]} on .NET {Versions.OfThisProgram["dotnet"]}, {System.Runtime.InteropServices.RuntimeInformation.OSDescription.Split('#')[0].Trim()}");
        yield return NativeLibrary();
        yield return Threads();
        yield return Memory();
        yield return Gpu();
        foreach (var finding in Store())
            yield return finding;
        yield return Hub();
    }

    /// <summary>A child process loads the library, as in a run, so that a crash does not end this process.</summary>
    private static Finding NativeLibrary()
    {
        var command = ThisProgram.Command(ThisProgram.MeasureSpeed);
        var start = new ProcessStartInfo(command.Program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[.. command.Arguments, "cpu", "fp32"])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command.Program} did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var library = $"libtorch {Versions.OfThisProgram["libtorch"]} ({Versions.TorchBackend})";
        if (process.ExitCode == 0 && double.TryParse(output, NumberStyles.Float, CultureInfo.InvariantCulture, out var speed))
            return new Finding("library", FindingState.Fine, string.Create(CultureInfo.InvariantCulture, $"{library}, {speed / 1e9:N0} GFLOP/s in fp32"));
        var why = errors.Result.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? $"it ended with exit code {process.ExitCode}";
        return new Finding("library", FindingState.Problem, $"{library} cannot be loaded: {why}", "publish tlpipe for this machine: dotnet publish src/Tlpipe --output bin");
    }

    private static Finding Threads()
    {
        var cores = Machine.This.Cores;
        var set = (string[])[.. new[] { "OMP_NUM_THREADS", "MKL_NUM_THREADS" }.Where(name => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name)))];
        return set.Length == 0
            ? new Finding("threads", FindingState.Fine, Format.Count(cores, "core"))
            : new Finding("threads", FindingState.Warning, $"{Format.Count(cores, "core")}, and {string.Join(", ", set.Select(name => $"{name}={Environment.GetEnvironmentVariable(name)}"))}", "tlpipe sets threads by itself; say 'runtime: { cores: N }' rather than these");
    }

    private static Finding Memory()
    {
        var memory = Machine.This.Memory;
        return memory >= 4L << 30
            ? new Finding("memory", FindingState.Fine, ByteSize.Text(memory))
            : new Finding("memory", FindingState.Warning, ByteSize.Text(memory), "enough for configs/quickstart.yaml; a BERT of 110 million weights takes about 4 GB to train");
    }

    private static Finding Gpu()
    {
        var there = ThisMachine.GpusOfThisMachine();
        return (there.Count, Versions.TorchBackend) switch
        {
            (0, _) => new Finding("GPU", FindingState.Fine, "none; trainings run on the CPU"),
            ( > 0, "cuda") => new Finding("GPU", FindingState.Fine, $"{Format.Count(there.Count, "GPU")}, which 'runtime: {{ device: auto }}' takes"),
            _ => new Finding("GPU", FindingState.Warning, $"{Format.Count(there.Count, "GPU")}, and this tlpipe was built for the CPU alone", "dotnet publish src/Tlpipe --output bin -p:TorchBackend=cuda"),
        };
    }

    private IEnumerable<Finding> Store()
    {
        var path = Path.GetFullPath(givenStore ?? (Environment.GetEnvironmentVariable("TLPIPE_STORE") is { Length: > 0 } named ? named : Path.Combine(".tlpipe", "store")));
        var there = Path.GetFullPath(path);
        while (!Path.Exists(there))
            there = Path.GetDirectoryName(there)!;
        if (!Directory.Exists(there))
        {
            yield return new Finding("store", FindingState.Problem, $"{path}: {there} is not a folder", "name another with --store or TLPIPE_STORE");
            yield break;
        }
        var drive = new DriveInfo(there);
        yield return new Finding(
            "disk", drive.AvailableFreeSpace < LittleRoom ? FindingState.Warning : FindingState.Fine, $"{ByteSize.Text(drive.AvailableFreeSpace)} free of {ByteSize.Text(drive.TotalSize)} where the store is",
            drive.AvailableFreeSpace < LittleRoom ? "'tlpipe cache gc' shows what can go; or name a store elsewhere with --store or TLPIPE_STORE" : null);
        if (!Directory.Exists(path))
        {
            yield return new Finding("store", FindingState.Fine, $"{path}: none yet; the first run makes it");
            yield break;
        }
        Finding found;
        try
        {
            var store = ResultStore.Open(path);
            using var scratch = store.CreateScratch();
            found = new Finding("store", FindingState.Fine, $"{store.Root}: can be read and written");
        }
        catch (PipelineException e)
        {
            found = new Finding("store", FindingState.Problem, e.Diagnostics[0].Message, "check its permissions, or name another with --store or TLPIPE_STORE");
        }
        yield return found;
    }

    private Finding Hub()
    {
        try
        {
            var settings = HubSettings.FromEnvironment();
            var cache = $"cache {settings.Cache}";
            if (offline || settings.Offline)
                return new Finding("hub", FindingState.Fine, $"{settings.Endpoint.Host} is not asked (offline); {cache}");
            using var client = new HttpClient { Timeout = HubTimeout };
            using var request = new HttpRequestMessage(HttpMethod.Head, settings.Endpoint);
            using var answer = client.Send(request, HttpCompletionOption.ResponseHeadersRead);
            return new Finding("hub", FindingState.Fine, $"{settings.Endpoint.Host} answers; {cache}");
        }
        catch (PipelineException e)
        {
            return new Finding("hub", FindingState.Problem, e.Diagnostics[0].Message);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return new Finding("hub", FindingState.Warning, "the hub does not answer", "what is in the store or the cache needs no network; only fetch-model and fetch-file of what is new do");
        }
    }
}
