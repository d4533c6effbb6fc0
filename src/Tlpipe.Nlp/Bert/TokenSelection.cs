// Some tokens of a batch, for which alone the end of a model is computed.
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Bert;

/// <summary>Chosen tokens of packed rows, and how they ask as queries in each bucket of attention.</summary>
public sealed class TokenSelection : IDisposable
{
    internal TokenSelection(long[] positions, PackedRows rows, Device device)
    {
        foreach (var position in positions)
            if (position < 0 || position >= rows.Tokens)
                throw new ArgumentOutOfRangeException(nameof(positions), $"token {position} of {rows.Tokens}");
        Count = positions.Length;
        Index = device.From(positions);
        var ofRow = Enumerable.Range(0, rows.Count).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < positions.Length; i++)
            ofRow[RowOf(positions[i], rows.RowStarts)].Add(i);

        var restore = new long[positions.Length];
        var offset = 0L;
        var queries = new List<BucketQueries>();
        foreach (var bucket in rows.Buckets)
        {
            var width = bucket.Rows.Max(row => ofRow[row].Count);
            var gather = new long[bucket.Rows.Length * width];
            for (var i = 0; i < bucket.Rows.Length && width > 0; i++)
            {
                var chosen = ofRow[bucket.Rows[i]];
                for (var j = 0; j < chosen.Count; j++)
                {
                    gather[(i * width) + j] = chosen[j];
                    restore[chosen[j]] = offset + (i * width) + j;
                }
            }
            offset += gather.Length;
            queries.Add(new BucketQueries(width, device.From(gather)));
        }
        Queries = queries;
        Restore = device.From(restore);
    }

    /// <summary>The number of chosen tokens.</summary>
    public int Count { get; }

    /// <summary>Their indices among the packed tokens, int64 <c>[count]</c>.</summary>
    public Tensor Index { get; }

    /// <summary>For each bucket the queries of its rows.</summary>
    internal IReadOnlyList<BucketQueries> Queries { get; }

    /// <summary>Where each chosen token stands in the buckets' padded queries laid end to end, int64 <c>[count]</c>.</summary>
    internal Tensor Restore { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Dispose();
        Restore.Dispose();
        foreach (var queries in Queries)
            queries.Gather.Dispose();
    }

    private static int RowOf(long position, IReadOnlyList<int> rowStarts)
    {
        var (low, high) = (0, rowStarts.Count - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (rowStarts[middle] <= position)
                low = middle;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The queries of a bucket's rows.</summary>
    /// <param name="Width">How many each row has at most; 0 where nothing in the bucket is chosen.</param>
    /// <param name="Gather">Indices among the chosen tokens, <c>[rows * width]</c>; 0 in place of padding.</param>
    internal sealed record BucketQueries(int Width, Tensor Gather);
}
