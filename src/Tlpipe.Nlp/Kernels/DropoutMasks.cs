// Dropout whose masks depend only on the seed, the step and the place.
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// The source of a training run's dropout masks. On the CPU a mask is a function of (seed, micro step, call within the step,
/// element), whatever the number of threads, so a resumed run needs no generator's state; it is drawn in parallel, which
/// libtorch's own dropout is not. On a GPU it is torch's dropout, its generator seeded from the same numbers.
/// </summary>
public sealed class DropoutMasks
{
    // With fewer, another thread costs more than it saves.
    private const int LeastElementsOfTask = 1 << 15;
    private readonly ComputeDevice device;
    private readonly ulong seed;
    private ulong step;
    private uint call;

    public DropoutMasks(ComputeDevice device, long seed)
    {
        this.device = device;
        this.seed = (ulong)seed;
    }

    /// <summary>Begins a forward pass; two passes with one number draw the same masks.</summary>
    public void BeginStep(long microStep) => (step, call) = ((ulong)microStep, 0);

    /// <summary>A part of a forward pass that can be computed again later, each time with its first masks.</summary>
    internal Func<Tensor, Tensor> Repeatable(Func<Tensor, Tensor> part)
    {
        var begin = (step, call);
        var first = true;
        return x =>
        {
            if (first)
            {
                first = false;
                return part(x);
            }
            var now = (step, call);
            (step, call) = begin;
            var result = part(x);
            (step, call) = now;
            return result;
        };
    }

    /// <summary>Sets elements to zero with probability <paramref name="p"/> and multiplies the others by 1 / (1 - p).</summary>
    public Tensor Apply(Tensor x, double p) => p == 0 ? x : Apply(x, p, call++, 0);

    /// <summary>
    /// As the other overload for rows that are computed in parts: each part has its elements of the whole's mask.
    /// </summary>
    /// <param name="x">A part.</param>
    /// <param name="p">The rate, not 0.</param>
    /// <param name="call">From <see cref="NextCall"/>, one for all parts.</param>
    /// <param name="first">The part's first element in the whole; a multiple of <see cref="Philox.Run"/>.</param>
    internal Tensor Apply(Tensor x, double p, uint call, long first)
    {
        if (device.IsCuda)
        {
            // From its own seed, so that it is the same when it is computed again.
            cuda.manual_seed_all((long)Philox.Mix(Philox.Mix(seed, step), Philox.Mix(call, (ulong)first)));
            return nn.functional.dropout(x, p, training: true);
        }
        return MaskFunction.On(x, new Mask(new Philox(seed, step, call), first, p, device.Threads));
    }

    /// <summary>The generator of the next mask, for a kernel that applies the mask itself on a CPU.</summary>
    internal Philox Stream() => new(seed, step, call++);

    /// <summary>The number of the next mask, for a kernel that applies it in parts.</summary>
    internal uint NextCall() => call++;

    /// <summary>A part of a mask.</summary>
    private sealed record Mask(Philox Stream, long First, double Rate, int Threads)
    {
        /// <returns>x times the mask, of x's type.</returns>
        public Tensor Times(Tensor x)
        {
            using var scope = NewDisposeScope();
            // Multiplied in float32: 1 / (1 - p) rounded to x's type would make every mean a little too small.
            var values = x.to(ScalarType.Float32).contiguous();
            var result = empty_like(values, requires_grad: false);
            var count = checked((int)values.NumberOfElements);
            var tasks = Math.Clamp(count / LeastElementsOfTask, 1, Threads);
            if (tasks == 1)
                Part(0);
            else
                Parallel.For(0, tasks, new ParallelOptions { MaxDegreeOfParallelism = Threads }, Part);
            return result.to(x.dtype).MoveToOuterDisposeScope();

            void Part(int task)
            {
                var range = Begin(task)..Begin(task + 1);
                Stream.TimesMask(values.Floats()[range], result.Floats()[range], First + range.Start.Value, Rate);
            }

            // A part begins with a run of the generator.
            int Begin(int task) => task == tasks ? count : (int)((long)count * task / tasks / Philox.Run * Philox.Run);
        }
    }

    /// <summary>Dropout that keeps nothing for its gradient: the mask is drawn again.</summary>
    private sealed class MaskFunction : CustomGradient<MaskFunction>
    {
        protected override int Arguments => 2;

        public static Tensor On(Tensor x, Mask mask)
        {
            if (!is_grad_enabled() || !x.requires_grad)
                return mask.Times(x);
            using var scope = NewDisposeScope();
            return apply(x, mask).MoveToOuterDisposeScope();
        }

        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            ctx.save_data(nameof(Mask), vars[1]);
            return ((Mask)vars[1]).Times((Tensor)vars[0]);
        }

        protected override Tensor?[] Backward(autograd.AutogradContext ctx, Tensor gradient) => [((Mask)ctx.get_data(nameof(Mask))).Times(gradient), null];
    }
}
