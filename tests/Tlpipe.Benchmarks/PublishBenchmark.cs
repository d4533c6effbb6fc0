// What it costs to store a checkpoint, beside reading and writing it.
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Store;

namespace Tlpipe.Benchmarks;

/// <summary>
/// <c>publish</c>: in turn, a file of that size is read and written (with a sync at the end), and one just written and synced by a stage is published.
/// Prints both and their ratio for each round, and the median ratio.
/// </summary>
internal static class PublishBenchmark
{
    public static Command Create()
    {
        var megabytes = new Option<int>("--megabytes") { Description = "The file's size. Default: 440, the weights of BERT base", DefaultValueFactory = _ => 440 };
        var rounds = new Option<int>("--rounds") { Description = "Default: 5", DefaultValueFactory = _ => 5 };
        var folder = new Option<string>("--folder") { Description = "Where. Default: the folder for temporary files", DefaultValueFactory = _ => Path.GetTempPath() };
        var command = new Command("publish", "Publishing a checkpoint, hash included, against reading it and writing it") { megabytes, rounds, folder };
        command.SetAction(parsed =>
        {
            var place = Directory.CreateDirectory(Path.Combine(parsed.GetRequiredValue(folder), $"tlpipe-publish-{Guid.NewGuid():n}")).FullName;
            try
            {
                Measure(place, parsed.GetValue(megabytes) * 1_000_000L, parsed.GetValue(rounds));
                return 0;
            }
            finally
            {
                Directory.Delete(place, recursive: true);
            }
        });
        return command;
    }

    private static void Measure(string place, long bytes, int rounds)
    {
        var store = ResultStore.Open(Path.Combine(place, "store"));
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            using var scratch = store.CreateScratch();
            var source = Path.Combine(scratch.Path, "source");
            Write(source, bytes, round);
            var readAndWrite = Time(() => Copy(source, Path.Combine(scratch.Path, "copy")));
            File.Delete(Path.Combine(scratch.Path, "copy"));

            var output = Directory.CreateDirectory(Path.Combine(scratch.Path, "model")).FullName;
            var publish = Time(() =>
            {
                // What a stage does: it writes its output, from memory. Then the store takes it.
                Write(Path.Combine(output, "model.safetensors"), bytes, round, sync: false);
                Publish(store, output, round);
            });
            ratios.Add(publish / readAndWrite);
            Console.WriteLine(JsonSerializer.Serialize(new { read_and_write_s = readAndWrite, write_hash_and_publish_s = publish, ratio = ratios[^1] }));
        }
        Console.WriteLine(JsonSerializer.Serialize(new { megabytes = bytes / 1_000_000, median_ratio = ratios.Order().ElementAt(rounds / 2) }));
    }

    private static void Publish(ResultStore store, string output, int seed)
    {
        var document = new KeyDocument { Stage = "split", Version = 1, Options = new JsonObject { ["seed"] = seed }, Inputs = new Dictionary<string, string>() };
        store.Publish(
            document.Key,
            document,
            [new ProducedOutput("model", output, null, new Dictionary<string, double>())],
            new Dictionary<string, double>(),
            new Provenance(DateTimeOffset.UtcNow, 0, "", "", 1, "cpu", new Dictionary<string, string>()));
    }

    private static void Write(string path, long bytes, int seed, bool sync = true)
    {
        var block = new byte[1 << 20];
        new Random(seed).NextBytes(block);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var left = bytes; left > 0; left -= block.Length)
            file.Write(block.AsSpan(0, (int)Math.Min(left, block.Length)));
        if (sync)
            file.Flush(flushToDisk: true);
    }

    private static void Copy(string from, string to)
    {
        var buffer = new byte[1 << 20];
        using var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var target = new FileStream(to, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int read; (read = source.Read(buffer)) > 0;)
            target.Write(buffer, 0, read);
        target.Flush(flushToDisk: true);
    }

    private static double Time(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }
}
