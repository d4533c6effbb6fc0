// Rows of similar length, which attention computes together.
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Bert;

/// <summary>Some rows of a batch, padded to the longest of them.</summary>
internal sealed class AttentionBucket : IDisposable
{
    // On a CPU a few more small operations cost nothing beside the padding they avoid; on a GPU the launches are what counts.
    private const double ShortestOnCpu = 0.8, ShortestOnGpu = 0.5;

    private AttentionBucket(int[] rows, int[] rowStarts, Device device)
    {
        Rows = rows;
        Length = rows.Max(row => rowStarts[row + 1] - rowStarts[row]);
        var even = rows.All(row => rowStarts[row + 1] - rowStarts[row] == Length);
        var adjacent = rows.Zip(rows.Skip(1)).All(pair => pair.Second == pair.First + 1);
        Start = rowStarts[rows[0]];
        if (even && adjacent)
            return;

        var gather = new long[rows.Length * Length];
        var mask = new float[gather.Length];
        for (var i = 0; i < gather.Length; i++)
        {
            var (row, place) = (rows[i / Length], i % Length);
            var real = place < rowStarts[row + 1] - rowStarts[row];
            gather[i] = rowStarts[row] + (real ? place : 0);
            mask[i] = real ? 0 : float.NegativeInfinity;
        }
        Gather = device.From(gather);
        Mask = even ? null : device.From(mask, rows.Length, 1, 1, Length);
    }

    /// <summary>The rows' indices in the batch, ascending.</summary>
    public int[] Rows { get; }

    /// <summary>The length of the longest row.</summary>
    public int Length { get; }

    /// <summary>The first row's first token.</summary>
    public int Start { get; }

    /// <summary>
    /// For each token of the padded rows its index among the packed tokens, <c>[rows * length]</c>; in place of padding
    /// stands the row's first token. Null where the rows lie side by side with equal lengths.
    /// </summary>
    public Tensor? Gather { get; }

    /// <summary>What is added to attention scores, 0 for tokens and -inf for padding, <c>[rows, 1, 1, length]</c>; null without padding.</summary>
    public Tensor? Mask { get; }

    /// <summary>Puts each row into a bucket with rows of nearly its length, longest first.</summary>
    public static IReadOnlyList<AttentionBucket> Divide(int[] rowStarts, Device device)
    {
        int LengthOf(int row) => rowStarts[row + 1] - rowStarts[row];
        var shortest = device.IsCuda ? ShortestOnGpu : ShortestOnCpu;
        var byLength = Enumerable.Range(0, rowStarts.Length - 1).OrderByDescending(LengthOf).ToArray();
        var buckets = new List<AttentionBucket>();
        for (int start = 0, end; start < byLength.Length; start = end)
        {
            end = start + 1;
            while (end < byLength.Length && LengthOf(byLength[end]) >= shortest * LengthOf(byLength[start]))
                end++;
            buckets.Add(new AttentionBucket([.. byLength[start..end].Order()], rowStarts, device));
        }
        return buckets;
    }

    /// <summary>See <see cref="PackedRows.Restore"/>.</summary>
    public static Tensor? Restore(IReadOnlyList<AttentionBucket> buckets, int[] rowStarts, Device device)
    {
        if (buckets is [{ Gather: null }])
            return null;
        var restore = new long[rowStarts[^1]];
        var offset = 0L;
        foreach (var bucket in buckets)
        {
            foreach (var row in bucket.Rows)
            {
                for (var token = rowStarts[row]; token < rowStarts[row + 1]; token++)
                    restore[token] = offset + token - rowStarts[row];
                offset += bucket.Length;
            }
        }
        return device.From(restore);
    }

    /// <summary>The bucket's part of packed values, <c>[tokens, width]</c> to <c>[rows * length, width]</c>.</summary>
    public Tensor Pad(Tensor packed) =>
        Gather is null ? packed.narrow(0, Start, (long)Rows.Length * Length) : packed.index_select(0, Gather);

    /// <inheritdoc/>
    public void Dispose()
    {
        Gather?.Dispose();
        Mask?.Dispose();
    }
}
