// Looking rows up in a large table, whose gradient is zero in nearly all rows.
using System.Runtime.InteropServices;
using Tlpipe.Nlp.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Kernels;

/// <summary>
/// <c>embedding(ids)</c> on a CPU. libtorch makes a new gradient of the whole table for every backward pass: 30 MB of zeros for a vocabulary of 30,000 and a width of 256. A
/// batch of reviews touches a few hundred of its rows. Here one gradient tensor is reused, and only the touched rows are set back to zero. A batch's sums are
/// libtorch's, in the same order; a second batch's are added row by row.
/// </summary>
internal sealed class SparseLookup(long paddingId) : IDisposable
{
    private readonly HashSet<long> touched = [];
    private Tensor? gradient;

    /// <summary>Whether a lookup in this table can be computed here.</summary>
    public static bool Takes(Tensor table) =>
        is_grad_enabled() && table.requires_grad && table.device_type == DeviceType.CPU && table.dtype == ScalarType.Float32 && table.numel() <= int.MaxValue / sizeof(float);

    /// <param name="table"><c>[rows, width]</c>; nothing else of the graph may use it.</param>
    /// <param name="ids">int64 <c>[tokens]</c></param>
    /// <returns><c>[tokens, width]</c></returns>
    public Tensor Of(Tensor table, Tensor ids)
    {
        using var scope = NewDisposeScope();
        return LookupFunction.apply(table, ids, this).MoveToOuterDisposeScope();
    }

    /// <summary>Releases the gradient; the next pass makes another.</summary>
    public void Dispose()
    {
        gradient?.Dispose();
        gradient = null;
        touched.Clear();
    }

    // Autograd gets no gradient of the table; it would add up whole tables.
    private void Add(Tensor table, Tensor ids, Tensor rows)
    {
        using var held = table.grad;
        if (held is null)
            table.grad = Cleared(table);
        using var sum = table.grad ?? throw new InvalidOperationException("a table lost its gradient");
        var width = (int)table.shape[1];
        var to = sum.Floats();
        ReadOnlySpan<float> from = rows.contiguous().Floats();
        foreach (var id in MemoryMarshal.Cast<byte, long>(ids.bytes))
        {
            if (id != paddingId)
            {
                SparseRows.AddScaled(1, from[..width], to.Slice((int)id * width, width));
                touched.Add(id);
            }
            from = from[width..];
        }
    }

    private Tensor Cleared(Tensor table)
    {
        gradient ??= zeros_like(table, requires_grad: false).DetachFromDisposeScope();
        var width = (int)table.shape[1];
        var all = gradient.Floats();
        foreach (var id in touched)
            all.Slice((int)id * width, width).Clear();
        touched.Clear();
        return gradient;
    }

    private sealed class LookupFunction : CustomGradient<LookupFunction>
    {
        private const string Lookup = "lookup";

        protected override int Arguments => 3;

        protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
        {
            var (table, ids) = ((Tensor)vars[0], (Tensor)vars[1]);
            ctx.save_for_backward([table, ids]);
            ctx.save_data(Lookup, vars[2]);
            return table.index_select(0, ids);
        }

        protected override Tensor?[] Backward(autograd.AutogradContext ctx, Tensor gradient)
        {
            var saved = ctx.get_saved_variables();
            ((SparseLookup)ctx.get_data(Lookup)).Add(saved[0], saved[1], gradient);
            return [null, null, null];
        }
    }
}
