// Finds the recorded run that a word on a command line means.
using System.Globalization;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Runs;

/// <summary>Finds recorded runs.</summary>
public static class RunSelection
{
    private const string Last = "last";

    /// <summary>The nearest folder with recorded runs, from a folder upwards.</summary>
    /// <exception cref="PipelineException">No run is recorded there.</exception>
    public static string Root(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
            if (Directory.Exists(RunFolder.Below(at)))
                return at;
        throw new PipelineException(null, ErrorCode.UnknownRun, $"no run is recorded in {folder} or above it; go to the folder of the config's root, or name it with --root");
    }

    /// <summary>A run by its number, <c>last</c>, <c>last~1</c> (the one before it), or the path of its folder.</summary>
    /// <exception cref="PipelineException">There is no such run.</exception>
    public static RunFolder Find(string root, string word)
    {
        var runs = RunFolder.All(root);
        if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return runs.FirstOrDefault(run => run.Request.Number == number) ?? throw Unknown($"there is no run {number}", runs);
        if (word == Last || word.StartsWith(Last + "~", StringComparison.Ordinal))
        {
            var back = 0;
            if (word != Last && !int.TryParse(word.AsSpan(Last.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out back))
                throw Unknown($"'{word}' names no run", runs);
            return runs.Reverse().ElementAtOrDefault(back) ?? throw Unknown(runs.Count == 1 ? "there is only 1 run" : $"there are only {runs.Count} runs", runs);
        }
        return (Path.Exists(word) ? RunFolder.Open(word) : null) ?? throw Unknown($"'{word}' names no run", runs);
    }

    /// <summary>The newest run of a config; null if none is recorded.</summary>
    public static RunFolder? LastOf(Pipeline pipeline)
    {
        var config = Path.GetFullPath(pipeline.ConfigPath);
        return RunFolder.All(pipeline.Root).LastOrDefault(run => run.Request.Config == config);
    }

    private static PipelineException Unknown(string what, IReadOnlyList<RunFolder> runs) => new(
        null, ErrorCode.UnknownRun,
        runs.Count == 0 ? $"{what}; no run is recorded yet" : $"{what}; 'tlpipe runs' lists them, the last is {runs[^1].Request.Number}");
}
