// What a machine has to give to stages that run at the same time, and who has how much of it.
namespace Tlpipe.Engine.Running;

/// <summary>What all stages of a run may take together.</summary>
/// <param name="Cores">Processor cores.</param>
/// <param name="Memory">Memory in bytes.</param>
/// <param name="Gpus">The GPUs, as CUDA_VISIBLE_DEVICES names them; empty where there are none to compute with.</param>
public sealed record Machine(int Cores, long Memory, IReadOnlyList<string> Gpus)
{
    /// <summary>The cores and the memory that this process may use (a container's limits count), without GPUs.</summary>
    public static Machine This => new(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, []);
}

/// <summary>What a stage needs.</summary>
/// <param name="Cores">Cores; for an elastic stage the least.</param>
/// <param name="Elastic">Whether it makes use of however many cores are free, with the same result.</param>
/// <param name="Memory">Bytes, as far as it is known; else 0.</param>
/// <param name="Gpus">The GPUs of which it needs one; none where it needs none.</param>
/// <param name="Alone">Whether it may only run by itself.</param>
internal sealed record Demand(int Cores, bool Elastic = false, long Memory = 0, IReadOnlyList<string>? Gpus = null, bool Alone = false);

/// <summary>What a stage was given.</summary>
internal sealed class Grant(int cores, long memory, string? gpu, bool alone)
{
    public int Cores { get; } = cores;

    public long Memory { get; } = memory;

    public string? Gpu { get; } = gpu;

    public bool Alone { get; } = alone;

    /// <summary>Whether another stage ran beside it at any time.</summary>
    public bool HadCompany { get; set; }
}

/// <summary>
/// Gives out a machine. A stage that alone needs more than there is still gets what there is, once nothing else runs: waiting for more
/// would be waiting for ever.
/// </summary>
/// <param name="machine">What there is.</param>
/// <param name="mostAtOnce">At most so many stages at once; null leaves it to what they need.</param>
internal sealed class Budget(Machine machine, int? mostAtOnce)
{
    private readonly List<Grant> given = [];

    /// <summary>What a stage can have now; null where it has to wait.</summary>
    /// <param name="demand">What it needs.</param>
    /// <param name="contenders">How many stages could begin now, this one among them: an elastic one leaves them their share.</param>
    public Grant? TryTake(Demand demand, int contenders)
    {
        if (given.Count >= (mostAtOnce ?? int.MaxValue) || given.Any(g => g.Alone) || (demand.Alone && given.Count > 0))
            return null;
        var freeCores = machine.Cores - given.Sum(g => g.Cores);
        var freeMemory = machine.Memory - given.Sum(g => g.Memory);
        var gpu = demand.Gpus?.FirstOrDefault(g => given.All(other => other.Gpu != g));
        if (given.Count > 0 && (freeCores < demand.Cores || freeMemory < demand.Memory))
            return null;
        if (demand.Gpus is { Count: > 0 } && gpu is null)
            return null;

        var others = Math.Min(contenders, (mostAtOnce ?? int.MaxValue) - given.Count);
        var cores = demand.Elastic ? Math.Max(demand.Cores, freeCores / Math.Max(1, others)) : demand.Cores;
        var grant = new Grant(Math.Min(cores, machine.Cores), Math.Min(demand.Memory, machine.Memory), gpu, demand.Alone);
        given.Add(grant);
        if (given.Count > 1)
            given.ForEach(g => g.HadCompany = true);
        return grant;
    }

    /// <summary>Takes back what a stage was given.</summary>
    public void Return(Grant grant) => given.Remove(grant);
}
