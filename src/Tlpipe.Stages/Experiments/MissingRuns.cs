// Which runs of a comparison are still missing.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Plan;
using Tlpipe.Stages.Comparisons;

namespace Tlpipe.Stages.Experiments;

/// <summary>Counts the runs of comparisons over seeds.</summary>
internal static class MissingRuns
{
    /// <summary>A line for each comparison over several runs: how many are there, and which are missing, by option.</summary>
    public static IEnumerable<string> Of(Pipeline pipeline, IReadOnlyList<StageStatus> stages)
    {
        var there = stages.Where(status => status.State == StageState.Reused).Select(status => status.Stage.Name).ToHashSet();
        var shown = stages.Select(status => status.Stage.Name).ToHashSet();
        foreach (var stage in pipeline.Stages.Where(stage => shown.Contains(stage.Name)))
        {
            if (stage.Options is not CompareOptions { Runs: { } runs, Labels: { } labels } compare)
                continue;
            var missing = Enumerable.Range(0, runs.Count).Where(i => !there.Contains(compare.Results[i].Stage)).GroupBy(i => labels[i], i => runs[i]).ToList();
            yield return missing.Count == 0
                ? $"{stage.Name}: all {runs.Count} runs are there"
                : $"{stage.Name}: {runs.Count - missing.Sum(group => group.Count())} of {runs.Count} runs are there; missing: {string.Join(", ", missing.Select(group => group.All(run => run.Length == 0) ? group.Key : $"{group.Key} ({string.Join(", ", group)})"))}";
        }
    }
}
