// Rows of similar length, which attention computes together.
using Tlpipe.Nlp.Devices;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Packing;

/// <summary>Some rows of a batch, padded to the longest of them.</summary>
internal sealed class AttentionBucket : IDisposable
{
    // On a CPU a few more small operations cost nothing beside the padding they avoid; on a GPU each launch costs more.
    private const double ShortestOnCpu = 0.8, ShortestOnGpu = 0.5;

    private AttentionBucket(int[] rows, int[] rowStarts, ComputeDevice device)
    {
        Rows = rows;
        Length = rows.Max(row => LengthOf(row, rowStarts));
        if (rows.All(row => LengthOf(row, rowStarts) == Length))
            return;

        var mask = new float[Places];
        foreach (var (i, row) in rows.Index())
            mask.AsSpan((i * Length) + LengthOf(row, rowStarts), Length - LengthOf(row, rowStarts)).Fill(float.NegativeInfinity);
        Mask = device.From(mask, rows.Length, 1, 1, Length);
    }

    /// <summary>The rows' indices in the batch, ascending.</summary>
    public int[] Rows { get; }

    /// <summary>The length of the longest row.</summary>
    public int Length { get; }

    /// <summary>The number of places in the padded rows, padding included.</summary>
    public int Places => Rows.Length * Length;

    /// <summary>What is added to attention scores, 0 for tokens and -inf for padding, <c>[rows, 1, 1, length]</c>; null without padding.</summary>
    public Tensor? Mask { get; }

    /// <summary>Puts each row into a bucket with rows of nearly its length, longest first.</summary>
    public static IReadOnlyList<AttentionBucket> Divide(int[] rowStarts, ComputeDevice device)
    {
        var shortest = device.IsCuda ? ShortestOnGpu : ShortestOnCpu;
        var byLength = Enumerable.Range(0, rowStarts.Length - 1).OrderByDescending(row => LengthOf(row, rowStarts)).ToArray();
        var buckets = new List<AttentionBucket>();
        for (int start = 0, end; start < byLength.Length; start = end)
        {
            end = start + 1;
            while (end < byLength.Length && LengthOf(byLength[end], rowStarts) >= shortest * LengthOf(byLength[start], rowStarts))
                end++;
            buckets.Add(new AttentionBucket([.. byLength[start..end].Order()], rowStarts, device));
        }
        return buckets;
    }

    /// <summary>See <see cref="PackedRows.Gather"/> and <see cref="PackedRows.Restore"/>.</summary>
    public static (Tensor? Gather, Tensor? Restore) Layout(IReadOnlyList<AttentionBucket> buckets, int[] rowStarts, ComputeDevice device)
    {
        if (buckets is [{ Mask: null }])
            return (null, null);
        var gather = new long[buckets.Sum(bucket => bucket.Places)];
        var restore = new long[rowStarts[^1]];
        var place = 0;
        foreach (var bucket in buckets)
        {
            foreach (var row in bucket.Rows)
            {
                var length = LengthOf(row, rowStarts);
                for (var i = 0; i < length; i++)
                    (gather[place + i], restore[rowStarts[row] + i]) = (rowStarts[row] + i, place + i);
                gather.AsSpan(place + length, bucket.Length - length).Fill(rowStarts[row]);
                place += bucket.Length;
            }
        }
        return (device.From(gather), device.From(restore));
    }

    /// <inheritdoc/>
    public void Dispose() => Mask?.Dispose();

    private static int LengthOf(int row, int[] rowStarts) => rowStarts[row + 1] - rowStarts[row];
}
