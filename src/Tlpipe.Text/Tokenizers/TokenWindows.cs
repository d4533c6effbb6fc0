// Rows of tokens, end to end, cut into windows for masked-language modelling.
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Where a window must end.</summary>
public enum WindowBoundaries
{
    /// <summary>A window may begin and end inside a text and hold parts of several, as Hugging Face's.</summary>
    Hf,

    /// <summary>A window holds one text, or a part of it.</summary>
    Document,
}

/// <summary>How windows are cut.</summary>
/// <param name="ChunkSize">Tokens in a window, at least 1.</param>
/// <param name="BatchSize">Rows that are laid end to end at a time, as <c>Dataset.map</c>'s batch_size.</param>
/// <param name="Boundaries">Whether a window may continue in the next text.</param>
/// <param name="KeepRemainder">Whether the rest of a slice or text becomes a shorter window or is dropped.</param>
public sealed record WindowRules(int ChunkSize, int BatchSize = 1000, WindowBoundaries Boundaries = WindowBoundaries.Hf, bool KeepRemainder = false);

/// <summary>transformers' <c>group_texts</c> (docs/hf-parity.md 3.3), and windows that end where texts do.</summary>
/// <param name="rules">How to cut.</param>
public sealed class TokenWindows(WindowRules rules)
{
    private TokenRows? rest;

    /// <summary>Windows made.</summary>
    public long Windows { get; private set; }

    /// <summary>Tokens of all rows.</summary>
    public long Tokens { get; private set; }

    /// <summary>Tokens that are in no window.</summary>
    public long TokensDropped { get; private set; }

    /// <summary>Rows of the corpus.</summary>
    public long Rows { get; private set; }

    /// <summary>
    /// Takes the next rows of a corpus and gives the windows of all whole slices so far: texts are laid end to
    /// end, with their [CLS] and [SEP], and cut. Word ids are kept as they are, so they start again within a window at every text; labels are not kept.
    /// </summary>
    public TokenRows Add(TokenRows rows)
    {
        Rows += rows.Count;
        Tokens += rows.InputIds.Length;
        var all = rest is null ? rows : TokenRows.Concat([rest, rows]);
        var whole = all.Count / rules.BatchSize * rules.BatchSize;
        rest = all.Slice(whole, all.Count - whole);
        return Cut(all, whole);
    }

    /// <summary>The windows of the last, short slice.</summary>
    /// <exception cref="InputException">The corpus gave no window.</exception>
    public TokenRows Finish()
    {
        var last = rest is null ? new TokenRows([], [0], [], Labels: null) : Cut(rest, rest.Count);
        if (Windows == 0)
            throw new InputException(Rows <= rules.BatchSize
                ? $"the corpus has {Tokens} tokens, fewer than one window of {rules.ChunkSize}; lower chunk_size or give more text"
                : $"no {rules.BatchSize} rows of the corpus ({Tokens} tokens in all) fill one window of {rules.ChunkSize}; lower chunk_size, raise batch_size or give more text");
        return last;
    }

    private TokenRows Cut(TokenRows rows, int count)
    {
        var spans = (rules.Boundaries == WindowBoundaries.Hf ? OfSlices(rows, count) : OfTexts(rows, count)).ToList();
        var tokens = spans.Sum(span => span.Length);
        var ids = new int[tokens];
        var wordIds = new int[tokens];
        var joined = rows.Joined is null ? null : new bool[tokens];
        var types = rows.TokenTypes is null ? null : new byte[tokens];
        var offsets = new int[spans.Count + 1];
        var filled = 0;
        for (var i = 0; i < spans.Count; i++)
        {
            var (start, length) = spans[i];
            rows.InputIds.AsSpan(start, length).CopyTo(ids.AsSpan(filled));
            rows.WordIds.AsSpan(start, length).CopyTo(wordIds.AsSpan(filled));
            rows.Joined?.AsSpan(start, length).CopyTo(joined.AsSpan(filled));
            rows.TokenTypes?.AsSpan(start, length).CopyTo(types.AsSpan(filled));
            offsets[i + 1] = filled += length;
        }
        Windows += spans.Count;
        TokensDropped += rows.RowOffsets[count] - tokens;
        return new TokenRows(ids, offsets, wordIds, Labels: null) { Joined = joined, TokenTypes = types };
    }

    private IEnumerable<(int Start, int Length)> OfSlices(TokenRows rows, int count)
    {
        for (var first = 0; first < count; first += rules.BatchSize)
            foreach (var window in Windowed(rows.RowOffsets[first], rows.RowOffsets[Math.Min(count, first + rules.BatchSize)]))
                yield return window;
    }

    /// <summary>Skips windows without a word, such as those of empty texts: there is nothing to learn from them.</summary>
    private IEnumerable<(int Start, int Length)> OfTexts(TokenRows rows, int count)
    {
        for (var row = 0; row < count; row++)
            foreach (var (start, length) in Windowed(rows.RowOffsets[row], rows.RowOffsets[row + 1]))
                if (rows.WordIds.AsSpan(start, length).ContainsAnyExcept(-1))
                    yield return (start, length);
    }

    private IEnumerable<(int Start, int Length)> Windowed(int start, int end)
    {
        for (; end - start >= rules.ChunkSize; start += rules.ChunkSize)
            yield return (start, rules.ChunkSize);
        if (rules.KeepRemainder && end > start)
            yield return (start, end - start);
    }
}
