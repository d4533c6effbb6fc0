// Broken model files by the million: each is read or refused in one line, at once and in little memory.
using System.CommandLine;
using System.Diagnostics;
using System.IO.Compression;
using System.Text.RegularExpressions;
using Tlpipe.Formats;
using Tlpipe.Formats.Safetensors;
using Tlpipe.Nlp.Model;
using Tlpipe.Nlp.Pickle;
using Tlpipe.Nlp.Weights;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Benchmarks;

/// <summary>
/// Mutates every container that a model's folder can have: safetensors, the zip and the legacy stream of torch.save, an index with its shards,
/// config.json, and a tokenizer's files. What is accepted is read to its end. An input that crashes the process is left in the work folder;
/// one that hangs ends it after <see cref="MostSeconds"/>.
/// </summary>
internal sealed partial class ModelFuzz
{
    private const int BlockInputs = 2000;
    private const int MostShown = 10;
    private const long MostBytes = 64 << 20;
    private const int MostSeconds = 20;
    private const int LongestMessage = 4096;

    private static readonly string[] TokenizerNames = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "added_tokens.json"];

    private readonly FuzzSeeds seeds;
    private readonly Dictionary<string, (long Read, long Refused)> outcomes = [];
    private readonly HashSet<string> reasons = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly string work;
    private long mostAllocated;
    private double mostMilliseconds;
    private int wrong;

    private ModelFuzz(string models, string work) => (seeds, this.work) = (new FuzzSeeds(models), work);

    public static Command Create()
    {
        var models = new Option<string>("--models") { Description = "tests/Goldens/model, whose files are mutated", Required = true };
        var count = new Option<int>("--inputs") { Description = "How many", DefaultValueFactory = _ => 1_000_000 };
        var seed = new Option<int>("--seed") { Description = "Seeds them", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "Threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var command = new Command("fuzz-models", "Mutated model files through every reader") { models, count, seed, threads };
        command.SetAction(parsed =>
        {
            var work = Directory.CreateDirectory(Path.Combine(Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"tlpipe-fuzz-{Environment.ProcessId}")).FullName;
            Console.Error.WriteLine($"inputs are written to {work}");
            var fuzz = new ModelFuzz(parsed.GetRequiredValue(models), work);
            fuzz.Run(parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(threads));
            return fuzz.Conclude(parsed.GetValue(count));
        });
        return command;
    }

    private void Run(int inputs, int seed, int threads) =>
        Parallel.For(0, (inputs + BlockInputs - 1) / BlockInputs, new ParallelOptions { MaxDegreeOfParallelism = threads }, block =>
        {
            var random = new System.Random(seed ^ (block * 7919));
            var mutation = new Mutation(random);
            var folder = Directory.CreateDirectory(Path.Combine(work, $"{block}")).FullName;
            foreach (var (name, bytes) in seeds.FolderFiles)
                File.WriteAllBytes(Path.Combine(folder, name), bytes);
            // Counted in ticks and not by the clock, which goes on while the process is stopped.
            var seconds = 0;
            using var watchdog = new Timer(
                _ =>
                {
                    if (Interlocked.Increment(ref seconds) > MostSeconds)
                        Environment.FailFast($"an input in {folder} takes more than {MostSeconds} s");
                },
                null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
            for (var i = block * BlockInputs; i < Math.Min(inputs, (block + 1) * BlockInputs); i++)
            {
                Interlocked.Exchange(ref seconds, 0);
                Try(random, mutation, folder);
            }
            Directory.Delete(folder, recursive: true);
        });

    private void Try(System.Random random, Mutation mutation, string folder)
    {
        switch (random.Next(20))
        {
            case < 6:
                var tensors = seeds.Safetensors[random.Next(seeds.Safetensors.Count)];
                Read("safetensors", Write(folder, "input", random.Next(2) == 0 ? mutation.Bytes(tensors, 1024, 0) : FuzzSeeds.WithHeader(tensors, mutation.Json)), ReadSafetensors);
                break;
            case < 11:
                var zip = seeds.Zips[random.Next(seeds.Zips.Count)];
                Read("zip", Write(folder, "input", random.Next(2) == 0 ? mutation.Bytes(zip.File, 6000, 8000) : FuzzSeeds.WithPickle(zip, mutation.Pickle)), ReadPickled);
                break;
            case < 16:
                var legacy = seeds.Legacies[random.Next(seeds.Legacies.Count)];
                Read("legacy", Write(folder, "input", random.Next(2) == 0 ? mutation.Bytes(legacy, 7000, 0) : FuzzSeeds.WithHead(legacy, 7000, mutation.Pickle)), ReadPickled);
                break;
            case 16:
                Restored(folder, "model.safetensors.index.json", mutation, () => ModelFolder.Report(folder, nameof(BertForMaskedLM)), "index");
                break;
            case < 19:
                Restored(folder, "config.json", mutation, () => ModelFolder.Report(folder, nameof(BertForMaskedLM)), "config");
                break;
            default:
                Restored(folder, TokenizerNames[random.Next(TokenizerNames.Length)], mutation, () => BertTokenizer.Load(folder).Encode("muito bom, <x> não [MASK]", 16), "tokenizer");
                break;
        }
    }

    /// <summary>Mutates one file of a whole folder, and puts it right again.</summary>
    private void Restored(string folder, string name, Mutation mutation, Action read, string kind)
    {
        var original = seeds.FolderFiles[name];
        Write(folder, name, name == "vocab.txt" ? mutation.Bytes(original, 200, 0) : mutation.Json(original));
        Read(kind, folder, _ => read());
        Write(folder, name, original);
    }

    private static string Write(string folder, string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private static void ReadSafetensors(string path)
    {
        using var file = SafetensorsFile.Open(path);
        foreach (var name in file.Entries.Keys)
            file.ReadBytes(name);
    }

    private static void ReadPickled(string path)
    {
        using var file = PickledTensors.Open(path);
        foreach (var name in file.Names)
            file.Read(name);
    }

    private void Read(string kind, string path, Action<string> read)
    {
        string? mistake = null, reason = null;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        try
        {
            read(path);
        }
        catch (InputException e)
        {
            reason = e.Message;
            if (e.Message.Length > LongestMessage || e.Message.Any(char.IsControl))
                mistake = "its refusal is no line";
            else if (!e.Message.Contains(Path.GetDirectoryName(path) ?? path, StringComparison.Ordinal) && kind != "tokenizer" && kind != "config" && kind != "index")
                mistake = "its refusal names no file";
        }
        catch (Exception e)
        {
            mistake = $"{e.GetType().Name}: {e.Message}\n{e.StackTrace}";
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > MostBytes)
            mistake ??= $"{allocated} bytes are allocated";
        Count(kind, path, reason, mistake, allocated, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }

    private void Count(string kind, string path, string? reason, string? mistake, long allocated, double milliseconds)
    {
        lock (gate)
        {
            var (read, refused) = outcomes.GetValueOrDefault(kind);
            outcomes[kind] = reason is null ? (read + 1, refused) : (read, refused + 1);
            if (reason is not null)
                reasons.Add($"{kind}: {Variable().Replace(reason, "*")}");
            mostAllocated = Math.Max(mostAllocated, allocated);
            mostMilliseconds = Math.Max(mostMilliseconds, milliseconds);
            if (mistake is null || ++wrong > MostShown)
                return;
        }
        Console.Error.WriteLine($"{kind}, {reason}: {mistake}");
        if (File.Exists(path))
            File.Copy(path, Path.Combine(work, $"wrong-{wrong}"), overwrite: true);
        else
            foreach (var name in Directory.GetFiles(path))
                File.Copy(name, Path.Combine(Directory.CreateDirectory(Path.Combine(work, $"wrong-{wrong}")).FullName, Path.GetFileName(name)), overwrite: true);
    }

    private int Conclude(int inputs)
    {
        foreach (var (kind, (read, refused)) in outcomes.OrderBy(outcome => outcome.Key, StringComparer.Ordinal))
            Console.WriteLine($"{{\"what\": \"{kind}\", \"read\": {read}, \"refused\": {refused}}}");
        Console.WriteLine($"{{\"what\": \"fuzz-models\", \"inputs\": {inputs}, \"reasons\": {reasons.Count}, \"most_allocated_mb\": {mostAllocated >> 20}, \"slowest_ms\": {mostMilliseconds:0}, \"peak_rss_mb\": {Process.GetCurrentProcess().PeakWorkingSet64 >> 20}, \"wrong\": {wrong}}}");
        if (wrong == 0)
            Directory.Delete(work, recursive: true);
        return wrong == 0 ? 0 : 1;
    }

    [GeneratedRegex("/[^ ]*|'[^']*'|-?[0-9]+|0x[0-9a-f]+|: .*")]
    private static partial Regex Variable();
}

/// <summary>Valid files to begin with.</summary>
internal sealed class FuzzSeeds
{
    public FuzzSeeds(string models)
    {
        foreach (var name in new[] { "tiny-pretraining/pytorch_model.bin", "mixed-dtypes.bin" })
            Zips.Add(Zip(File.ReadAllBytes(Path.Combine(models, name))));
        foreach (var name in new[] { "tiny-pretraining.legacy.bin", "tiny-pretraining.gamma-beta.legacy.bin" })
            Legacies.Add(File.ReadAllBytes(Path.Combine(models, name)));
        var tiny = Path.Combine(models, "tiny-mlm");
        foreach (var name in new[] { "config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt" })
            FolderFiles[name] = File.ReadAllBytes(Path.Combine(tiny, name));
        FolderFiles["added_tokens.json"] = """{"<x>": 360, "<y>": 361}"""u8.ToArray();
        FolderFiles["model.safetensors.index.json"] = Index(tiny);
        FolderFiles["one.safetensors"] = File.ReadAllBytes(Path.Combine(tiny, "model.safetensors"));
        Safetensors.Add(Small());
        Safetensors.Add(FolderFiles["one.safetensors"]);
    }

    public List<byte[]> Safetensors { get; } = [];

    public List<(byte[] File, List<(string Name, byte[] Bytes)> Entries)> Zips { get; } = [];

    public List<byte[]> Legacies { get; } = [];

    /// <summary>A model's folder, its weights behind an index.</summary>
    public Dictionary<string, byte[]> FolderFiles { get; } = new(StringComparer.Ordinal);

    /// <summary>A safetensors file with another header, whose length is told rightly.</summary>
    public static byte[] WithHeader(byte[] file, Func<byte[], byte[]> change)
    {
        var length = (int)BitConverter.ToInt64(file);
        var header = change(file[8..(8 + length)]);
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. file.AsSpan(8 + length)];
    }

    /// <summary>A zip archive with another pickle, rightly packed.</summary>
    public static byte[] WithPickle((byte[] File, List<(string Name, byte[] Bytes)> Entries) zip, Func<byte[], byte[]> change)
    {
        using var file = new MemoryStream();
        using (var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in zip.Entries)
            {
                using var entry = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
                entry.Write(name.EndsWith("data.pkl", StringComparison.Ordinal) ? change(bytes) : bytes);
            }
        return file.ToArray();
    }

    /// <summary>A file with another beginning.</summary>
    public static byte[] WithHead(byte[] file, int length, Func<byte[], byte[]> change) => [.. change(file[..length]), .. file.AsSpan(length)];

    private static (byte[] File, List<(string Name, byte[] Bytes)> Entries) Zip(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return (file, [.. archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            return (entry.FullName, bytes);
        })]);
    }

    private static byte[] Index(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        return System.Text.Encoding.UTF8.GetBytes($"{{\"metadata\": {{}}, \"weight_map\": {{{string.Join(", ", file.Entries.Keys.Select(name => $"\"{name}\": \"one.safetensors\""))}}}}}");
    }

    /// <summary>All element types, a scalar and an empty tensor, in a kilobyte.</summary>
    private static byte[] Small()
    {
        var path = Path.GetTempFileName();
        var tensors = Enum.GetValues<SafetensorsType>().Select((type, i) => new SafetensorsTensor($"tensor.{i}", type, i == 0 ? [] : [i % 3, 2], () => new byte[(i == 0 ? 1 : i % 3 * 2) * type.Size()]));
        SafetensorsWriter.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt" });
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }
}
