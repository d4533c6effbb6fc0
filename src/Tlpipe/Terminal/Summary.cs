// The end of a successful run: the comparison, and the folders of the models.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Remote;
using Tlpipe.Engine.Store;
using Tlpipe.Formats.Layout;
using Tlpipe.Formats.Units;
using Tlpipe.Stages.Results;

namespace Tlpipe.Terminal;

/// <summary>The end of <c>tlpipe run</c>.</summary>
internal static class Summary
{
    /// <summary>Prints comparisons, models, and the folder with everything else.</summary>
    public static void Print(Pipeline pipeline, IReadOnlyDictionary<string, StoredResult> results, RunOptions options, RemoteTraffic? traffic = null)
    {
        var shown = pipeline.Stages.Where(s => results.ContainsKey(s.Name)).ToList();
        foreach (var stage in shown.Where(s => s.Kind.Kind == "compare" && IsHere(s, "table")))
        {
            var comparison = Comparison.FromJson(File.ReadAllText(Path.Combine(options.OutputFolder, stage.Name, "table", "results.json")));
            Console.WriteLine();
            Console.WriteLine(ComparisonTable.Text(comparison, TerminalOutput.Columns));
            foreach (var sentence in comparison.Sentences.Concat(comparison.Notes))
                TerminalOutput.Print(sentence);
        }

        var models = shown.Where(s => s.Kind.UsesTensors && s.Kind.Outputs[0].Name == "model" && IsHere(s, "model")).ToList();
        Console.WriteLine();
        foreach (var model in models)
            TerminalOutput.PrintWhole($"model {model.Name}: {Shown(options.OutputFolder, model.Name, "model")}");
        TerminalOutput.PrintWhole($"everything: {Shown(options.OutputFolder)}");
        if (traffic is { Found: > 0 } or { Sent: > 0 })
            TerminalOutput.PrintWhole($"shared store: {Format.Count(traffic.Found, "result")} from it, {ByteSize.Text(traffic.Bytes)} downloaded; {Format.Count(traffic.Sent, "result")} sent, {ByteSize.Text(traffic.SentBytes)}");

        // A result that only the shared store has is not shown, unless the user asked for it.
        bool IsHere(StageInstance stage, string output) => Directory.Exists(Path.Combine(options.OutputFolder, stage.Name, output));
    }

    private static string Shown(string folder, params string[] below)
    {
        var path = Path.Combine([folder, .. below]);
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
