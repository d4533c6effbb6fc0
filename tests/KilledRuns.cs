// Runs of tlpipe that are killed, and what has to hold of a store afterwards; compiled into the tests and the soak.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Tlpipe.Engine.Store;

namespace Tlpipe.TestSupport;

/// <summary>A small pipeline of fast stages and a training with a checkpoint after each update, in a folder of its own.</summary>
internal sealed class KilledRuns : IDisposable
{
    private const int Kill = 9;
    private const string Config = """
        name: killed
        root: ..
        stages:
          general:   { uses: synthesize-sentences, with: { rows: 120, seed: 7 } }
          tokenizer: { uses: train-tokenizer, with: { table: general, vocab_size: 300 } }
          base:      { uses: bert-config, with: { tokenizer: tokenizer, hidden_size: 16, num_hidden_layers: 1, num_attention_heads: 2, max_position_embeddings: 64 } }
          reviews:   { uses: synthesize-reviews, with: { rows: 120, seed: 7 } }
          labelled:  { uses: select, with: { table: reviews, where: split == "train", sample: 32, random_state: 7 } }
          tokens:    { uses: tokenize, with: { table: labelled, tokenizer: base, truncation: true, max_length: 64 } }
          trained:
            uses: classify
            with: { model: { config_of: base, weights: random }, train: tokens, eval: tokens, num_train_epochs: 3, per_device_train_batch_size: 8, allow_overlap: rows, seed: 7 }
        runtime: { device: cpu, checkpoint_every: 0s, threads: 1 }
        """;

    /// <summary>The program that is run.</summary>
    public static string Executable { get; set; } = TlpipeProgram.Find();

    private readonly string folder = Directory.CreateTempSubdirectory("tlpipe-killed-").FullName;

    public KilledRuns()
    {
        Directory.CreateDirectory(Path.Combine(folder, "configs"));
        File.WriteAllText(Path.Combine(folder, "configs", "killed.yaml"), Config);
    }

    /// <summary>The folder that tlpipe runs in.</summary>
    public string Folder => folder;

    /// <summary>Whether a training has written a checkpoint and not published yet.</summary>
    public bool HasCheckpoint => Directory.Exists(Path.Combine(StorePath, "partial"))
        && Directory.EnumerateDirectories(Path.Combine(StorePath, "partial"), "step-*", SearchOption.AllDirectories).Any();

    private string ReleasePath => Path.Combine(folder, "released");

    private string StorePath => Path.Combine(folder, ".tlpipe", "store");

    /// <summary>Writes another config, of five fast stages.</summary>
    public void WriteTexts(string name, int seed) => File.WriteAllText(Path.Combine(folder, "configs", $"{name}.yaml"), $$"""
        name: {{name}}
        root: ..
        stages:
          general:   { uses: synthesize-sentences, with: { rows: 300, seed: {{seed}} } }
          reviews:   { uses: synthesize-reviews, with: { rows: 300, seed: {{seed}} } }
          labelled:  { uses: select, with: { table: reviews, where: split == "train", sample: 32, random_state: {{seed}} } }
          corpus:    { uses: split, with: { table: reviews, test_size: 0.2, random_state: {{seed}} } }
          tokenizer: { uses: train-tokenizer, with: { table: general, vocab_size: 300 } }
        """);

    /// <summary>Runs the pipeline to whatever end it comes to.</summary>
    /// <param name="crashAt">The crash point at which the process, or the one that computes a stage, dies; null for none.</param>
    /// <returns>Its exit code, and all that it wrote.</returns>
    public (int ExitCode, string Output) Run(string? crashAt = null)
    {
        using var process = Start(crashAt);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    /// <summary>Runs the pipeline, and kills it and all its processes after some time.</summary>
    /// <returns>Whether it was killed; else it had ended by itself, with exit code 0.</returns>
    public bool RunUntilKilled(TimeSpan after)
    {
        using var process = Start(crashAt: null);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(after))
        {
            _ = SendSignal(-process.Id, Kill);
            process.WaitForExit();
            return true;
        }
        process.WaitForExit();
        return process.ExitCode == 0 ? false : throw new InvalidOperationException($"exit code {process.ExitCode}\n{output.Result}\n{errors.Result}");
    }

    /// <summary>
    /// The digests of all outputs of all results, after a look at every byte: a record is whole or not there, whatever it names is there and
    /// hashes to its name, and nothing was ever found damaged.
    /// </summary>
    /// <exception cref="InvalidOperationException">One of these does not hold.</exception>
    public IReadOnlyList<string> Results()
    {
        if (!File.Exists(Path.Combine(StorePath, "FORMAT")))
            return [];
        var store = ResultStore.Open(StorePath);
        var digests = new List<string>();
        foreach (var key in Files("results").Select(Path.GetFileNameWithoutExtension))
        {
            var result = store.Find(key!) ?? throw new InvalidOperationException($"the record of {key} is there, but the result is not");
            foreach (var (name, output) in result.Outputs)
            {
                foreach (var file in output.Files)
                    store.Verify(result.Key, name, file);
                digests.Add($"{result.Document.Stage} {key} {name} {output.Digest}");
            }
        }
        foreach (var blob in Files("cas"))
            if (Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(blob))) != Path.GetFileName(blob))
                throw new InvalidOperationException($"{blob} has other bytes than its name says");
        if (Files("quarantine").FirstOrDefault() is { } damaged)
            throw new InvalidOperationException($"{damaged} was found damaged");
        return [.. digests.Order(StringComparer.Ordinal)];
    }

    /// <summary>What a run that was never killed stores, and how long it took.</summary>
    public static (IReadOnlyList<string> Results, TimeSpan Took) Undisturbed()
    {
        using var runs = new KilledRuns();
        var clock = Stopwatch.StartNew();
        var (exitCode, output) = runs.Run();
        return exitCode == 0 ? (runs.Results(), clock.Elapsed) : throw new InvalidOperationException($"exit code {exitCode}\n{output}");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private IEnumerable<string> Files(string part) => !Directory.Exists(Path.Combine(StorePath, part)) ? [] : Directory.EnumerateFiles(Path.Combine(StorePath, part), "*", SearchOption.AllDirectories);

    /// <summary>Starts a run whose training waits behind its second checkpoint until <see cref="Release"/>.</summary>
    public Process StartHeld(string leases) => Start(crashAt: null, leases, heldAt: $"2:{ReleasePath}");

    /// <summary>Lets that training go on.</summary>
    public void Release() => File.WriteAllText(ReleasePath, "");

    /// <summary>Starts tlpipe, by itself to run the pipeline, in a process group of its own.</summary>
    public Process Start(string? crashAt, string? leases = null, string? heldAt = null, params string[] arguments)
    {
        // One signal then reaches the processes of its stages, too.
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Executable, .. arguments.Length > 0 ? arguments : ["run", "configs/killed.yaml"]])
            start.ArgumentList.Add(argument);
        start.Environment.Remove("TLPIPE_STORE");
        start.Environment["XDG_CACHE_HOME"] = Path.Combine(folder, "cache");
        if (leases is not null)
            start.Environment["TLPIPE_LEASES"] = leases;
        if (crashAt is not null)
            start.Environment[TlpipeProgram.CrashAt] = crashAt;
        if (heldAt is not null)
            start.Environment[TlpipeProgram.HoldAt] = heldAt;
        return Process.Start(start) ?? throw new InvalidOperationException("tlpipe did not start");
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}

/// <summary>Kills runs at random moments, over and over, and looks at the store after each.</summary>
internal static class Soak
{
    /// <summary>Kills so many times; ends at the first store that is not as it has to be.</summary>
    /// <param name="kills">How many times.</param>
    /// <param name="seed">Of the moments.</param>
    /// <param name="tell">Told after each run that came to its end: kills so far, and runs that ended.</param>
    /// <param name="workers">How many runs there are at a time, each in a folder of its own.</param>
    /// <returns>How many runs came to their end, each with the results of an undisturbed one.</returns>
    /// <exception cref="InvalidOperationException">Something was lost or wrong.</exception>
    public static int Run(int kills, int seed, Action<int, int> tell, int workers = 1)
    {
        var undisturbed = InParallel(workers, _ => KilledRuns.Undisturbed());
        var expected = undisturbed[0].Results;
        if (undisturbed.Any(u => !u.Results.SequenceEqual(expected)))
            throw new InvalidOperationException("two undisturbed runs have other results");
        var took = undisturbed.Max(u => u.Took);
        var (killed, ended) = (0, 0);
        var telling = new Lock();
        InParallel(workers, worker =>
        {
            var chance = new Random(seed + worker);
            do
            {
                using var runs = new KilledRuns();
                var known = new HashSet<string>();
                while (runs.RunUntilKilled(Volatile.Read(ref killed) >= kills ? Timeout.InfiniteTimeSpan : took * chance.NextDouble()))
                {
                    Interlocked.Increment(ref killed);
                    Check(runs.Results(), known, expected);
                }
                if (!runs.Results().SequenceEqual(expected))
                    throw new InvalidOperationException("a run that was killed and went on has other results than an undisturbed one");
                lock (telling)
                    tell(killed, ++ended);
            }
            while (Volatile.Read(ref killed) < kills);
            return 0;
        });
        return ended;
    }

    private static void Check(IReadOnlyList<string> results, HashSet<string> known, IReadOnlyList<string> expected)
    {
        if (known.Except(results).FirstOrDefault() is { } lost)
            throw new InvalidOperationException($"lost: {lost}");
        if (results.Except(expected).FirstOrDefault() is { } wrong)
            throw new InvalidOperationException($"not what an undisturbed run gives: {wrong}");
        known.UnionWith(results);
    }

    private static T[] InParallel<T>(int workers, Func<int, T> work)
    {
        // The first failure ends the process or the test; the others' runs end by themselves.
        var tasks = Enumerable.Range(0, workers).Select(worker => Task.Factory.StartNew(() => work(worker), TaskCreationOptions.LongRunning)).ToList();
        var waiting = tasks.ToList();
        while (waiting.Count > 0)
        {
            var done = Task.WhenAny(waiting).Result;
            waiting.Remove(done);
            _ = done.GetAwaiter().GetResult();
        }
        return [.. tasks.Select(t => t.Result)];
    }
}
