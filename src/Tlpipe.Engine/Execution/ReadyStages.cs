// The stages that can begin: those whose inputs are done.
using Tlpipe.Engine.Config;

namespace Tlpipe.Engine.Execution;

/// <summary>Tracks which of a run's instances wait for which.</summary>
internal sealed class ReadyStages
{
    private readonly Dictionary<string, int> missing = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<StageInstance>> users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> order = new(StringComparer.Ordinal);
    private readonly PriorityQueue<StageInstance, int> ready = new();

    /// <param name="wanted">The instances, with all that they need among them.</param>
    public ReadyStages(IReadOnlyList<StageInstance> wanted)
    {
        foreach (var stage in wanted)
            order[stage.Name] = order.Count;
        foreach (var stage in wanted)
        {
            var needs = stage.Needs.ToList();
            missing[stage.Name] = needs.Count;
            foreach (var need in needs)
            {
                if (!users.TryGetValue(need, out var list))
                    users[need] = list = [];
                list.Add(stage);
            }
            if (needs.Count == 0)
                Add(stage);
        }
    }

    /// <summary>Takes the first one in the pipeline's order.</summary>
    public bool TryTake(out StageInstance? stage) => ready.TryDequeue(out stage, out _);

    /// <summary>Puts back a stage that could not start yet or that must be looked up again.</summary>
    public void Add(StageInstance stage) => ready.Enqueue(stage, order[stage.Name]);

    /// <summary>Marks an instance as done. Instances that waited only for it can begin.</summary>
    public void Done(StageInstance stage)
    {
        foreach (var user in users.GetValueOrDefault(stage.Name, []))
            if (--missing[user.Name] == 0)
                Add(user);
    }

    /// <summary>All instances that cannot begin because an instance failed, in the pipeline's order.</summary>
    public IReadOnlyList<StageInstance> Behind(StageInstance failed)
    {
        var behind = new Dictionary<string, StageInstance>(StringComparer.Ordinal);
        var queue = new Queue<StageInstance>([failed]);
        while (queue.TryDequeue(out var stage))
            foreach (var user in users.GetValueOrDefault(stage.Name, []))
                if (behind.TryAdd(user.Name, user))
                    queue.Enqueue(user);
        return [.. behind.Values.OrderBy(s => order[s.Name])];
    }
}
