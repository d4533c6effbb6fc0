// The cores, memory and GPUs of a machine, shared among stages that run at the same time.
namespace Tlpipe.Engine.Execution;

/// <summary>The resources that all stages of a run may take together.</summary>
/// <param name="Cores">Processor cores.</param>
/// <param name="Memory">Memory in bytes.</param>
/// <param name="Gpus">The GPUs, as CUDA_VISIBLE_DEVICES names them; empty if there are none to compute with.</param>
public sealed record Machine(int Cores, long Memory, IReadOnlyList<string> Gpus)
{
    /// <summary>The cores and the memory that this process may use, within the limits of its container. GPUs are left out.</summary>
    public static Machine This => new(Environment.ProcessorCount, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, []);
}

/// <summary>The resources that a stage needs.</summary>
/// <param name="Cores">Cores; for an elastic stage the minimum.</param>
/// <param name="Elastic">Whether it uses any number of free cores, with the same result.</param>
/// <param name="Memory">Bytes; 0 if they are unknown.</param>
/// <param name="Gpus">The GPUs that it can use; it needs one of them. Null or empty if it needs no GPU.</param>
/// <param name="Alone">Whether no other stage may run beside it.</param>
internal sealed record Demand(int Cores, bool Elastic = false, long Memory = 0, IReadOnlyList<string>? Gpus = null, bool Alone = false);

/// <summary>The resources that a stage was given.</summary>
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
/// Gives a machine's resources to stages. A stage that needs more than the machine has gets the whole machine once nothing else runs:
/// otherwise it would wait forever.
/// </summary>
/// <param name="machine">The machine.</param>
/// <param name="mostAtOnce">The most stages at once; null if only their needs limit them.</param>
internal sealed class Budget(Machine machine, int? mostAtOnce)
{
    private readonly List<Grant> given = [];

    /// <summary>The resources that a stage can have now; null if it has to wait.</summary>
    /// <param name="demand">Its needs.</param>
    /// <param name="contenders">How many stages could begin now, including this one. An elastic stage leaves the others their share.</param>
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

    /// <summary>Takes a stage's resources back.</summary>
    public void Return(Grant grant) => given.Remove(grant);
}
