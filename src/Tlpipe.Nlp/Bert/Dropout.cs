// Dropout whose masks depend on the seed, the step and the place alone.
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Bert;

/// <summary>
/// The source of a training run's dropout masks. On the CPU a mask is a function of (seed, micro step, call within the step,
/// element), whatever the number of threads, so a resumed run needs no generator's state; it is drawn in parallel, which
/// libtorch's own dropout is not. On a GPU it is torch's dropout, its generator seeded from (seed, micro step).
/// </summary>
public sealed class Dropout
{
    // Below this a second thread costs more than it saves.
    private const int ElementsForEachTask = 1 << 18;
    private readonly Device device;
    private readonly ulong seed;
    private ulong step;
    private uint call;

    public Dropout(Device device, long seed)
    {
        this.device = device;
        this.seed = (ulong)seed;
    }

    /// <summary>Begins a forward pass; two passes with one number draw the same masks.</summary>
    public void BeginStep(long microStep)
    {
        step = (ulong)microStep;
        call = 0;
        if (device.IsCuda)
            cuda.manual_seed_all((long)Philox.Mix(seed, step));
    }

    /// <summary>Sets elements to zero with probability <paramref name="p"/> and multiplies the others by 1 / (1 - p).</summary>
    public Tensor Apply(Tensor x, double p)
    {
        if (p == 0)
            return x;
        if (device.IsCuda)
            return nn.functional.dropout(x, p, training: true);
        using var mask = Mask(x.shape, p);
        // Multiplied in float32: 1 / (1 - p) rounded to x's type would make every mean a little too small.
        return (x * mask).to(x.dtype);
    }

    private Tensor Mask(long[] shape, double p)
    {
        var mask = device.Empty(shape);
        var count = checked((int)mask.NumberOfElements);
        var stream = new Philox(seed, step, call++);
        var tasks = (count + ElementsForEachTask - 1) / ElementsForEachTask;
        if (tasks <= 1)
            Fill(0);
        else
            Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = device.Threads }, Fill);
        return mask;

        void Fill(int task)
        {
            var first = task * ElementsForEachTask;
            var part = MemoryMarshal.Cast<byte, float>(mask.bytes)[first..Math.Min(count, first + ElementsForEachTask)];
            stream.FillMask(part, first, p);
        }
    }
}
