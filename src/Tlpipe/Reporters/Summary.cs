// What a person sees when a run has ended well: the comparison, and where the models are.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Running;
using Tlpipe.Engine.Store;
using Tlpipe.Engine.Units;

namespace Tlpipe.Reporters;

/// <summary>The end of <c>tlpipe run</c>.</summary>
internal static class Summary
{
    /// <summary>Prints comparisons, models, and the folder with everything else.</summary>
    public static void Print(Pipeline pipeline, IReadOnlyDictionary<string, StoredResult> results, RunWishes wishes, RemoteTraffic? traffic = null)
    {
        var shown = pipeline.Stages.Where(s => results.ContainsKey(s.Name)).ToList();
        foreach (var stage in shown.Where(s => s.Kind.Kind == "compare" && IsHere(s, "table")))
        {
            var comparison = Comparison.FromJson(File.ReadAllText(Path.Combine(wishes.OutputFolder, stage.Name, "table", "results.json")));
            Console.WriteLine();
            Console.WriteLine(ComparisonTable.Text(comparison, Terminal.Columns));
            foreach (var sentence in comparison.Sentences.Concat(comparison.Notes))
                Terminal.Print(sentence);
        }

        var models = shown.Where(s => s.Kind.UsesTensors && s.Kind.Outputs[0].Name == "model" && IsHere(s, "model")).ToList();
        Console.WriteLine();
        foreach (var model in models)
            Console.WriteLine($"model {model.Name}: {Shown(wishes.OutputFolder, model.Name, "model")}");
        Console.WriteLine($"everything: {Shown(wishes.OutputFolder)}");
        if (traffic is { Found: > 0 } or { Sent: > 0 })
            Console.WriteLine($"shared store: {Format.Count(traffic.Found, "result")} from it, {ByteSize.Text(traffic.Bytes)} downloaded; {Format.Count(traffic.Sent, "result")} sent, {ByteSize.Text(traffic.SentBytes)}");

        // What only a shared store has is not shown unless it was asked for.
        bool IsHere(StageInstance stage, string output) => Directory.Exists(Path.Combine(wishes.OutputFolder, stage.Name, output));
    }

    private static string Shown(string folder, params string[] below)
    {
        var path = Path.Combine([folder, .. below]);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
