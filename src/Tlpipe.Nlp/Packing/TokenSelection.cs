// The tokens of a batch for which the end of a model is computed.
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Packing;

/// <summary>Chosen tokens of packed rows, and how they ask as queries in each bucket of attention.</summary>
public sealed class TokenSelection : IDisposable
{
    internal TokenSelection(long[] positions, PackedRows rows, ComputeDevice device)
    {
        foreach (var position in positions)
            if (position < 0 || position >= rows.Tokens)
                throw new ArgumentOutOfRangeException(nameof(positions), $"token {position} of {rows.Tokens}");
        Count = positions.Length;
        Index = device.From(positions);
        var ofRow = Enumerable.Range(0, rows.Count).Select(_ => new List<int>()).ToArray();
        for (var i = 0; i < positions.Length; i++)
            ofRow[RowOf(positions[i], rows.RowStarts)].Add(i);

        IsAscending = positions.Zip(positions.Skip(1)).All(pair => pair.First < pair.Second);
        var starts = new int[rows.Count + 1];
        for (var row = 0; row < rows.Count; row++)
            starts[row + 1] = starts[row] + ofRow[row].Count;
        RowStarts = starts;

        var restore = new long[positions.Length];
        var gather = new List<long>();
        var widths = new List<int>();
        foreach (var bucket in rows.Buckets)
        {
            var width = bucket.Rows.Max(row => ofRow[row].Count);
            widths.Add(width);
            foreach (var row in bucket.Rows)
            {
                foreach (var chosen in ofRow[row].Index())
                    restore[chosen.Item] = gather.Count + chosen.Index;
                gather.AddRange(ofRow[row].Select(chosen => (long)chosen));
                gather.AddRange(Enumerable.Repeat(0L, width - ofRow[row].Count));
            }
        }
        Widths = widths;
        Gather = device.From(gather.ToArray());
        Restore = device.From(restore);
    }

    /// <summary>The number of chosen tokens.</summary>
    public int Count { get; }

    /// <summary>Their indices among the packed tokens, int64 <c>[count]</c>.</summary>
    public Tensor Index { get; }

    /// <summary>Whether they stand in their order among the packed tokens.</summary>
    internal bool IsAscending { get; }

    /// <summary>Where each row's chosen tokens begin in such an order, and where the last one's end, <c>[rows + 1]</c>.</summary>
    internal IReadOnlyList<int> RowStarts { get; }

    /// <summary>For each bucket how many queries each of its rows has at most; 0 where nothing in the bucket is chosen.</summary>
    internal IReadOnlyList<int> Widths { get; }

    /// <summary>The chosen token at each place of the buckets' padded queries laid end to end, int64 <c>[places]</c>; 0 in place of padding.</summary>
    internal Tensor Gather { get; }

    /// <summary>Where each chosen token stands in the buckets' padded queries laid end to end, int64 <c>[count]</c>.</summary>
    internal Tensor Restore { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Dispose();
        Gather.Dispose();
        Restore.Dispose();
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
}
