// A square matrix whose elements are mostly zero.
using System.Numerics;

namespace Tlpipe.Nlp.Kernels;

/// <summary>A square matrix by rows, each with the columns of its elements that are not zero.</summary>
internal sealed class SparseRows
{
    private readonly List<(int[] Columns, float[] Values)> rows = [];

    /// <summary>Its rows.</summary>
    public int Count => rows.Count;

    /// <summary>Adds a row.</summary>
    public void Add(int[] columns, float[] values) => rows.Add((columns, values));

    /// <summary>The columns and values of a row.</summary>
    public (IReadOnlyList<int> Columns, IReadOnlyList<float> Values) Row(int index) => rows[index];

    /// <summary>Its product with a dense matrix. Each element is summed in one order, however many threads there are.</summary>
    /// <param name="dense"><c>[count, width]</c>, row by row.</param>
    /// <param name="width">The dense matrix's columns.</param>
    /// <param name="threads">Threads to compute with.</param>
    /// <returns><c>[count, width]</c>, row by row</returns>
    public float[] Times(float[] dense, int width, int threads)
    {
        var product = new float[Count * width];
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, row =>
        {
            var (columns, values) = rows[row];
            var sum = product.AsSpan(row * width, width);
            for (var i = 0; i < columns.Length; i++)
                AddScaled(values[i], dense.AsSpan(columns[i] * width, width), sum);
        });
        return product;
    }

    /// <summary><c>sum += scale * x</c></summary>
    internal static void AddScaled(float scale, ReadOnlySpan<float> x, Span<float> sum)
    {
        var step = Vector<float>.Count;
        var i = 0;
        for (; i <= x.Length - step; i += step)
            (new Vector<float>(sum[i..]) + (new Vector<float>(x[i..]) * scale)).CopyTo(sum[i..]);
        for (; i < x.Length; i++)
            sum[i] += x[i] * scale;
    }
}
