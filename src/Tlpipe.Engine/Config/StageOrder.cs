// Puts instances into an order in which they can run.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Config;

/// <summary>Sorts instances so that each comes after those it needs, and otherwise as they stand in the config.</summary>
internal static class StageOrder
{
    /// <summary>The sorted instances; where they wait for each other, the circle is reported and the order is incomplete.</summary>
    public static IReadOnlyList<StageInstance> Sort(IReadOnlyList<StageInstance> instances, List<Diagnostic> mistakes)
    {
        var byName = instances.GroupBy(i => i.Name).ToDictionary(g => g.Key, g => g.First());
        var ordered = new List<StageInstance>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        var path = new List<string>();
        var reported = false;

        void Visit(StageInstance instance)
        {
            if (done.Contains(instance.Name) || reported)
                return;
            if (path.Contains(instance.Name))
            {
                var circle = path.SkipWhile(n => n != instance.Name).Append(instance.Name);
                mistakes.Add(new Diagnostic(instance.Location, ErrorCode.Cycle, $"these stages wait for each other: {string.Join(" -> ", circle)}; remove one of the references"));
                reported = true;
                return;
            }
            path.Add(instance.Name);
            foreach (var needed in instance.Needs.Where(byName.ContainsKey))
                Visit(byName[needed]);
            path.RemoveAt(path.Count - 1);
            if (done.Add(instance.Name))
                ordered.Add(instance);
        }

        foreach (var instance in instances)
            Visit(instance);
        return ordered;
    }
}
