// Rows of tokens, end to end, cut into windows of one length for masked-language modelling.
namespace Tlpipe.Nlp.Text;

/// <summary>What cutting came to.</summary>
/// <param name="Windows">Windows made.</param>
/// <param name="Slices">Slices of rows that were laid end to end.</param>
/// <param name="TokensDropped">Tokens at the ends of slices that fill no window.</param>
public sealed record WindowReport(int Windows, int Slices, int TokensDropped);

/// <summary>transformers' <c>group_texts</c> (hf-parity 3.3).</summary>
public static class TokenWindows
{
    /// <summary>
    /// Lays each slice of rows end to end, [CLS] and [SEP] and all, and cuts it into windows; what is left at the end of
    /// every slice is dropped. A window may begin and end inside a text. Word ids are kept as they are, so they start again
    /// within a window at every text; labels are not kept.
    /// </summary>
    /// <param name="rows">Tokenized texts.</param>
    /// <param name="chunkSize">Tokens in a window, at least 1.</param>
    /// <param name="batchSize">Rows in a slice, as <c>Dataset.map</c>'s batch_size.</param>
    /// <exception cref="InputException">No slice fills one window.</exception>
    public static (TokenRows Windows, WindowReport Report) Group(TokenRows rows, int chunkSize, int batchSize = 1000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunkSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var slices = Slices(rows, batchSize);
        var windows = slices.Sum(slice => slice.Length / chunkSize);
        if (windows == 0)
        {
            var tokens = rows.InputIds.Length;
            throw new InputException(slices.Count <= 1
                ? $"the corpus has {tokens} tokens, fewer than one window of {chunkSize}; lower chunk_size or give more text"
                : $"no {batchSize} rows of the corpus ({tokens} tokens in all) fill one window of {chunkSize}; lower chunk_size, raise batch_size or give more text");
        }

        var ids = new int[windows * chunkSize];
        var wordIds = new int[windows * chunkSize];
        var joined = rows.Joined is null ? null : new bool[windows * chunkSize];
        var filled = 0;
        foreach (var (start, length) in slices)
        {
            var whole = length / chunkSize * chunkSize;
            rows.InputIds.AsSpan(start, whole).CopyTo(ids.AsSpan(filled));
            rows.WordIds.AsSpan(start, whole).CopyTo(wordIds.AsSpan(filled));
            rows.Joined?.AsSpan(start, whole).CopyTo(joined.AsSpan(filled));
            filled += whole;
        }
        var offsets = new int[windows + 1];
        for (var i = 0; i < offsets.Length; i++)
            offsets[i] = i * chunkSize;
        return (new TokenRows(ids, offsets, wordIds, Labels: null) { Joined = joined }, new WindowReport(windows, slices.Count, rows.InputIds.Length - filled));
    }

    private static List<(int Start, int Length)> Slices(TokenRows rows, int batchSize)
    {
        var slices = new List<(int, int)>();
        for (var first = 0; first < rows.Count; first += batchSize)
        {
            var start = rows.RowOffsets[first];
            slices.Add((start, rows.RowOffsets[Math.Min(rows.Count, first + batchSize)] - start));
        }
        return slices;
    }
}
