// How long plan and a fully cached run take on a large pipeline, with the start of the process.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Tlpipe.Benchmarks;

/// <summary>
/// Makes a pipeline of 1,000 stages that read 10,000 files (500 model folders of 20 files, and 500 selections from a table in chains of ten), runs it once with
/// the published tool, and then times <c>plan</c> and <c>run</c>, each from the start of the process to its end. With
/// <c>--config</c> a config that has run before is timed in the same way.
/// </summary>
/// <remarks>
/// What others report of theirs, on machines of theirs, to see the order of magnitude:
/// Snakemake 9.22, 220 rules, nothing to do: 1.5 to 1.8 s for the graph alone, 2.5 s a dry run (github.com/snakemake/snakemake/issues/4220);
/// Snakemake 5.22, 6,000 jobs over 3,000 files: about 4 h until the first job starts (github.com/snakemake/snakemake/issues/598);
/// DVC 2.x, 6 stages, nothing changed: 3.0 s a repro by its own log (github.com/treeverse/dvc/issues/8809);
/// DVC, 17 imported files of 2 GB: about a minute a status (github.com/treeverse/dvc/issues/9304).
/// </remarks>
internal static class PipelineBenchmark
{
    private const int ChainLength = 10;
    private static readonly string[] ModelFiles =
        ["config.json", "model.safetensors.index.json", "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"];

    public static Command Create()
    {
        var tool = new Option<string>("--tlpipe") { Description = "The published tlpipe", Required = true };
        var folder = new Option<string?>("--folder") { Description = "Where to make the pipeline; kept. Default: a temporary folder" };
        var stages = new Option<int>("--stages") { Description = "Stages", DefaultValueFactory = _ => 1000 };
        var files = new Option<int>("--files") { Description = "Input files", DefaultValueFactory = _ => 10_000 };
        var runs = new Option<int>("--runs") { Description = "Times each is measured", DefaultValueFactory = _ => 7 };
        var config = new Option<string?>("--config") { Description = "Times this config, too; it has to have run" };
        var command = new Command("pipeline", "plan and a fully cached run of a large pipeline") { tool, folder, stages, files, runs, config };
        command.SetAction(parsed =>
        {
            var root = parsed.GetValue(folder) ?? Directory.CreateTempSubdirectory("tlpipe-benchmark-").FullName;
            var path = Make(root, parsed.GetValue(stages), parsed.GetValue(files));
            var executable = Path.GetFullPath(parsed.GetRequiredValue(tool));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{{\"what\": \"first run\", \"seconds\": {Time(executable, root, "run", path):0.000}}}"));
            foreach (var verb in (string[])["plan", "run"])
                Print(verb, path, [.. Enumerable.Range(0, parsed.GetValue(runs)).Select(_ => Time(executable, root, verb, path))]);
            if (parsed.GetValue(config) is { } own)
                foreach (var verb in (string[])["plan", "run"])
                    Print(verb, own, [.. Enumerable.Range(0, parsed.GetValue(runs)).Select(_ => Time(executable, Environment.CurrentDirectory, verb, own))]);
            return 0;
        });
        return command;
    }

    /// <summary>Writes the pipeline, unless it is there.</summary>
    private static string Make(string root, int stages, int files)
    {
        var path = Path.Combine(root, "large.yaml");
        if (File.Exists(path))
            return path;
        var models = stages / 2;
        var filesEach = files / models;
        var text = new StringBuilder("name: large\nstages:\n  reviews: { uses: synthesize-reviews, with: { rows: 200, seed: 1 } }\n");
        for (var i = 0; i < models; i++)
        {
            MakeModel(Path.Combine(root, "models", $"m{i}"), filesEach, i);
            text.Append(CultureInfo.InvariantCulture, $"  model{i}: {{ uses: fetch-model, with: {{ model: models/m{i} }} }}\n");
        }
        for (var i = 0; i < stages - models - 1; i++)
            text.Append(CultureInfo.InvariantCulture, $"  rows{i}: {{ uses: select, with: {{ table: {(i % ChainLength == 0 ? "reviews" : $"rows{i - 1}")}, where: review_id != \"{i}\", sample: {150 - (i % ChainLength)}, random_state: {i} }} }}\n");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static void MakeModel(string folder, int files, int seed)
    {
        Directory.CreateDirectory(folder);
        var shards = files - ModelFiles.Length;
        foreach (var name in ModelFiles)
            File.WriteAllText(Path.Combine(folder, name), name == "config.json" ? Config : string.Create(CultureInfo.InvariantCulture, $"{name} {seed}"));
        for (var shard = 1; shard <= shards; shard++)
            File.WriteAllText(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"model-{shard:d5}-of-{shards:d5}.safetensors")), string.Create(CultureInfo.InvariantCulture, $"{shard} {seed}"));
    }

    private const string Config = """
        { "model_type": "bert", "vocab_size": 100, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32,
          "max_position_embeddings": 64, "type_vocab_size": 2, "hidden_act": "gelu", "layer_norm_eps": 1e-12 }
        """;

    private static double Time(string executable, string folder, string verb, string config)
    {
        var start = new ProcessStartInfo(executable, [verb, config]) { WorkingDirectory = folder, RedirectStandardOutput = true };
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode == 0 ? seconds : throw new InvalidOperationException($"tlpipe {verb} {config} ended with {process.ExitCode}");
    }

    private static void Print(string verb, string config, List<double> seconds)
    {
        seconds.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"what\": \"{verb} {Path.GetFileName(config)}\", \"median_s\": {seconds[seconds.Count / 2]:0.000}, \"least_s\": {seconds[0]:0.000}, \"most_s\": {seconds[^1]:0.000}, \"runs\": {seconds.Count}}}"));
    }
}
