// Results that are named more than once.
using Tlpipe.Engine.Options;

namespace Tlpipe.Stages.Comparisons;

/// <summary>Finds results that would count twice.</summary>
internal static class Repeats
{
    /// <summary>A mistake for each reference that is in the list before.</summary>
    public static IEnumerable<OptionMistake> In(IReadOnlyList<Input> results, string option = "results")
    {
        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < results.Count; i++)
            if (!seen.Add((results[i].Stage, results[i].Output)))
                yield return new OptionMistake($"{option}[{i}]", $"'{results[i].Stage}' is in the list already and would count twice; name it once");
    }
}
