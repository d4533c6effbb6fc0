// How fast a checkpoint is loaded beside reading its bytes, and in how much memory.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Weights;

namespace Tlpipe.Benchmarks;

/// <summary>
/// Loads a folder's masked language model once from a disk whose cache was emptied of the file, then some times more, each beside a plain reading of
/// the file, into one buffer again and again and into memory that the system gives anew, which is what any loading has to do at least. The first load comes
/// first of all, so that the process's peak is that of one load.
/// </summary>
internal static class LoadBenchmark
{
    private const int DontNeed = 4;

    public static Command Create()
    {
        var folder = new Option<string>("--folder") { Description = "A model's folder with one weight file", Required = true };
        var runs = new Option<int>("--runs") { Description = "Pairs of readings", DefaultValueFactory = _ => 5 };
        var command = new Command("load-model", "A checkpoint to a model") { folder, runs };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(folder);
            var weights = Directory.GetFiles(path).MaxBy(file => new FileInfo(file).Length)!;
            var bytes = new FileInfo(weights).Length;
            var device = ComputeDevice.Open("cpu", Environment.ProcessorCount);
            // torch itself is in memory from here on.
            device.Zeros(1).Dispose();
            var before = Process.GetCurrentProcess().WorkingSet64;
            foreach (var cold in new[] { true, false })
            {
                var ratios = new List<double>();
                var freshRatios = new List<double>();
                for (var run = 0; run < parsed.GetValue(runs); run++)
                {
                    if (cold)
                        Forget(weights);
                    var load = Seconds(() => ModelFolder.LoadMaskedLM(path, 0, device, ComputeType.Fp32).Model.Dispose());
                    if (cold && run == 0)
                        PrintMemory(bytes, before);
                    if (cold)
                        Forget(weights);
                    var read = Seconds(() => ReadPlainly(weights));
                    if (cold)
                        Forget(weights);
                    var fresh = Seconds(() => ReadIntoFreshMemory(weights, bytes, device));
                    ratios.Add(load / read);
                    freshRatios.Add(load / fresh);
                    Print($"\"cache\": \"{(cold ? "empty" : "full")}\", \"load_s\": {load:0.000}, \"read_s\": {read:0.000}, \"read_into_fresh_memory_s\": {fresh:0.000}, \"load_mb_per_s\": {bytes / load / 1e6:0}");
                }
                Print($"\"cache\": \"{(cold ? "empty" : "full")}\", \"median_over_read\": {Median(ratios):0.00}, \"median_over_read_into_fresh_memory\": {Median(freshRatios):0.00}");
            }
            return 0;
        });
        return command;
    }

    private static void PrintMemory(long bytes, long before)
    {
        var peak = Process.GetCurrentProcess().PeakWorkingSet64;
        var libraries = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssFile:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1];
        Print($"\"file_mb\": {bytes / 1e6:0}, \"libraries_mb\": {long.Parse(libraries, CultureInfo.InvariantCulture) * 1024 / 1e6:0}, \"peak_rss_mb\": {peak / 1e6:0}, \"before_mb\": {before / 1e6:0}, \"peak_over_file\": {(double)peak / bytes:0.000}, \"growth_over_file\": {(double)(peak - before) / bytes:0.000}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Seconds(Action action)
    {
        var watch = Stopwatch.StartNew();
        action();
        var seconds = watch.Elapsed.TotalSeconds;
        // What is freed goes back to the system: the next load begins with as little as the first.
        _ = Trim(0);
        return seconds;
    }

    private static void ReadPlainly(string path)
    {
        using var file = File.OpenHandle(path);
        var buffer = new byte[1 << 20];
        for (var at = 0L; RandomAccess.Read(file, buffer, at) is > 0 and var count;)
            at += count;
    }

    private static void ReadIntoFreshMemory(string path, long bytes, ComputeDevice device)
    {
        using var file = File.OpenHandle(path);
        using var memory = device.Empty((bytes + 3) / 4);
        for (var at = 0; RandomAccess.Read(file, memory.bytes[at..], at) is > 0 and var count;)
            at += count;
    }

    /// <summary>Asks the kernel to drop the file's pages, so that they come from the disk again.</summary>
    private static void Forget(string path)
    {
        using var file = File.OpenHandle(path);
        if (Advise(file.DangerousGetHandle().ToInt32(), 0, 0, DontNeed) != 0)
            throw new InvalidOperationException("the kernel does not take posix_fadvise");
    }

    private static void Print(FormattableString members) => Console.WriteLine($"{{\"what\": \"load-model\", {members.ToString(CultureInfo.InvariantCulture)}}}");

    [DllImport("libc", EntryPoint = "posix_fadvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(int file, long offset, long length, int advice);

    [DllImport("libc", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Trim(nuint keep);
}
