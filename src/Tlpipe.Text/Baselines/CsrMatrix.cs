// Feature values of texts, most of them zero.
namespace Tlpipe.Text.Baselines;

/// <summary>A matrix by rows: row i has the values <c>Values[RowOffsets[i] .. RowOffsets[i + 1]]</c> in those columns, ascending.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="RowOffsets">Where rows begin, and where the last one ends, <c>[rows + 1]</c>.</param>
/// <param name="Indices">The column of each value.</param>
/// <param name="Values">The values.</param>
public sealed record CsrMatrix(int Columns, int[] RowOffsets, int[] Indices, double[] Values)
{
    /// <summary>Its rows.</summary>
    public int Rows => RowOffsets.Length - 1;

    /// <summary>A row times a vector.</summary>
    internal double Dot(int row, ReadOnlySpan<double> vector)
    {
        var sum = 0.0;
        for (var i = RowOffsets[row]; i < RowOffsets[row + 1]; i++)
            sum += Values[i] * vector[Indices[i]];
        return sum;
    }

    /// <summary>Adds a multiple of a row to a vector.</summary>
    internal void AddTo(Span<double> vector, int row, double scale)
    {
        for (var i = RowOffsets[row]; i < RowOffsets[row + 1]; i++)
            vector[Indices[i]] += scale * Values[i];
    }
}
