// Puts stage instances in an order in which they can run.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>An instance with the full names of all that it needs.</summary>
/// <param name="Name">Its full name.</param>
/// <param name="Location">The place of its stage's name.</param>
/// <param name="Needs">The full names of the instances that it reads from or waits for.</param>
/// <param name="Stage">The instance; null if it has a mistake.</param>
internal sealed record Candidate(string Name, SourceLocation Location, IReadOnlyList<string> Needs, StageInstance? Stage);

/// <summary>Puts stage instances in an order in which each comes after all that it needs.</summary>
internal static class StageOrder
{
    private static readonly Comparer<int> LastFirst = Comparer<int>.Create((one, other) => other.CompareTo(one));

    /// <summary>The instances in order; if there is a choice, the earlier one in the config. Each cycle is reported once.</summary>
    /// <param name="stages">In the config's order.</param>
    /// <param name="mistakes">Receives the cycles.</param>
    public static IReadOnlyList<Candidate> Sort(IReadOnlyList<Candidate> stages, Mistakes mistakes)
    {
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var at = 0; at < stages.Count; at++)
            index.TryAdd(stages[at].Name, at);
        var edges = stages.Select(stage => stage.Needs.Where(index.ContainsKey).Select(need => index[need]).Distinct().ToArray()).ToArray();
        var waiting = edges.Select(needed => needed.Length).ToArray();
        var users = new List<int>[stages.Count];
        for (var at = 0; at < stages.Count; at++)
            users[at] = [];
        for (var at = 0; at < stages.Count; at++)
            foreach (var need in edges[at])
                users[need].Add(at);

        // The last first, so that the first is taken from the end.
        var ready = new List<int>();
        for (var at = stages.Count - 1; at >= 0; at--)
            if (waiting[at] == 0)
                ready.Add(at);
        var order = new List<Candidate>();
        while (ready.Count > 0)
        {
            var at = ready[^1];
            ready.RemoveAt(ready.Count - 1);
            order.Add(stages[at]);
            foreach (var user in users[at])
                if (--waiting[user] == 0)
                    ready.Insert(~ready.BinarySearch(user, LastFirst), user);
        }
        if (order.Count < stages.Count)
            ReportCycles(stages, edges, mistakes);
        return order;
    }

    private static void ReportCycles(IReadOnlyList<Candidate> stages, int[][] edges, Mistakes mistakes)
    {
        var done = new bool[stages.Count];
        var reported = new HashSet<string>(StringComparer.Ordinal);
        for (var start = 0; start < stages.Count; start++)
        {
            if (done[start] || ShortestCycle(start, edges) is not { } cycle)
                continue;
            foreach (var at in cycle)
                done[at] = true;
            // The instances of a matrix go round in circles of their own that are one and the same mistake.
            if (reported.Add(string.Join(' ', cycle.Select(at => stages[at].Name.Split('.')[0]).Order(StringComparer.Ordinal))))
                mistakes.Add(
                    stages[start].Location,
                    ErrorCode.Cycle,
                    cycle.Count == 1
                        ? $"'{stages[start].Name}' needs itself"
                        : $"stages need each other: {string.Join(" needs ", cycle.Append(start).Select(at => $"'{stages[at].Name}'"))}");
        }
    }

    /// <summary>The shortest cycle from a stage through its needs back to itself, or null.</summary>
    private static List<int>? ShortestCycle(int start, int[][] edges)
    {
        var from = new Dictionary<int, int>();
        var queue = new Queue<int>([start]);
        while (queue.TryDequeue(out var at))
            foreach (var need in edges[at])
            {
                if (need == start)
                {
                    var cycle = new List<int> { at };
                    while (at != start)
                        cycle.Add(at = from[at]);
                    cycle.Reverse();
                    return cycle;
                }
                if (from.TryAdd(need, at))
                    queue.Enqueue(need);
            }
        return null;
    }
}
