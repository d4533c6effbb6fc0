// How long it takes to read a config: without mistakes, and with a mistake in every stage.
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Stages;
using Tlpipe.Stages;

namespace Tlpipe.Benchmarks;

/// <summary>
/// Makes a config of 1,000 stages with the options of the published experiment and reads it: parsed, expanded, bound, checked and ordered. The first
/// reading has the compiler's work in it; the others show what the reading itself takes. Then the same with a wrong option in every stage.
/// </summary>
internal static class ConfigBenchmark
{
    public static Command Create()
    {
        var stages = new Option<int>("--stages") { Description = "Stages", DefaultValueFactory = _ => 1000 };
        var runs = new Option<int>("--runs") { Description = "Times each is measured", DefaultValueFactory = _ => 15 };
        var command = new Command("config", "Reading a large config") { stages, runs };
        command.SetAction(parsed =>
        {
            var folder = Directory.CreateTempSubdirectory("tlpipe-benchmark-").FullName;
            var catalog = StageKinds.Catalog;
            foreach (var (name, option) in new[] { ("whole", "learning_rate"), ("wrong", "learning_rte") })
            {
                var path = Path.Combine(folder, name + ".yaml");
                File.WriteAllText(path, Text(parsed.GetValue(stages), option));
                Print(name, [.. Enumerable.Range(0, parsed.GetValue(runs)).Select(_ => Time(path, catalog, folder))]);
            }
            Directory.Delete(folder, recursive: true);
            return 0;
        });
        return command;
    }

    private static string Text(int stages, string option)
    {
        var text = new StringBuilder("name: large\nproperties: { seed: 7, epochs: 5 }\nstages:\n  base: { uses: fetch-model, with: { model: base } }\n  rows: { uses: read-table, with: { path: rows.parquet } }\n  tokens: { uses: tokenize, with: { table: rows, tokenizer: base } }\n");
        for (var i = 3; i < stages; i++)
            text.Append(CultureInfo.InvariantCulture, $$"""
                  stage{{i}}:
                    uses: classify
                    with:
                      model: {{(i < 6 ? "base" : $"stage{i - 3}")}}
                      train: tokens
                      eval: tokens
                      {{option}}: 2e-5
                      weight_decay: 0.01
                      num_train_epochs: $(epochs)
                      per_device_train_batch_size: 32
                      per_device_eval_batch_size: 256
                      logging_steps: 10
                      lr_scheduler_type: cosine
                      seed: $(seed){{i}}

                """);
        return text.ToString();
    }

    private static double Time(string path, StageCatalog catalog, string folder)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            Pipeline.Load(path, [], catalog, folder);
        }
        catch (PipelineException problem) when (problem.Diagnostics.Count > 1)
        {
            // What is measured.
        }
        return watch.Elapsed.TotalMilliseconds;
    }

    private static void Print(string what, double[] times)
    {
        var warm = times.Skip(times.Length / 2).Order().ToArray();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{{\"what\": \"reading a {what} config\", \"first_ms\": {times[0]:0.0}, \"second_ms\": {times[1]:0.0}, \"warm_median_ms\": {warm[warm.Length / 2]:0.0}}}"));
    }
}
