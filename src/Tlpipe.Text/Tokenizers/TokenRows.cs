// Tokenized rows.
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>
/// Rows of token ids laid end to end. Row i is <c>InputIds[RowOffsets[i] .. RowOffsets[i + 1]]</c>.
/// </summary>
/// <param name="InputIds">All ids, <c>[tokens]</c>, special tokens included.</param>
/// <param name="RowOffsets">Where rows begin, and where the last one ends, <c>[rows + 1]</c>.</param>
/// <param name="WordIds">For each token the index of its word within its text, -1 for special tokens, <c>[tokens]</c>.</param>
/// <param name="Labels">A class for each row, <c>[rows]</c>; null where the rows have none.</param>
public sealed record TokenRows(int[] InputIds, int[] RowOffsets, int[] WordIds, int[]? Labels)
{
    /// <summary>
    /// For each token whether it begins in the text where the token before it ends, <c>[tokens]</c>: false after a gap, at a
    /// text's beginning, and for special tokens. Null where that was not recorded.
    /// </summary>
    public bool[]? Joined { get; init; }

    /// <summary>For each token 0 in a row's first text and 1 in its second, <c>[tokens]</c>; null where rows have one text.</summary>
    public byte[]? TokenTypes { get; init; }

    /// <summary>Numbers to be learnt for each row, <c>[rows, <see cref="ValueColumns"/>]</c> row by row; null where there are none.</summary>
    public float[]? Values { get; init; }

    /// <summary>The numbers of a row in <see cref="Values"/>.</summary>
    public int ValueColumns => Values is null ? 0 : Values.Length / Math.Max(1, Count);

    /// <summary>The number of rows.</summary>
    public int Count => RowOffsets.Length - 1;

    /// <summary>The ids of one row.</summary>
    public ReadOnlySpan<int> Row(int index) => InputIds.AsSpan(RowOffsets[index]..RowOffsets[index + 1]);

    /// <summary>The length of one row in tokens.</summary>
    public int Length(int index) => RowOffsets[index + 1] - RowOffsets[index];

    /// <summary><see cref="Joined"/> of one row.</summary>
    /// <exception cref="InputException">It was not recorded.</exception>
    public ReadOnlySpan<bool> RowJoined(int index) => Joined is null
        ? throw new InputException("these tokens do not say which of them stand together without a gap; tokenize the texts again")
        : Joined.AsSpan(RowOffsets[index]..RowOffsets[index + 1]);

    /// <summary>The token types of one row; null where rows have one text.</summary>
    public int[]? RowTokenTypes(int index) => TokenTypes is null ? null : Array.ConvertAll(TokenTypes[RowOffsets[index]..RowOffsets[index + 1]], type => (int)type);

    /// <summary>Some consecutive rows.</summary>
    public TokenRows Slice(int first, int count)
    {
        var (start, end) = (RowOffsets[first], RowOffsets[first + count]);
        return new TokenRows(InputIds[start..end], [.. RowOffsets[first..(first + count + 1)].Select(offset => offset - start)], WordIds[start..end], Labels?[first..(first + count)])
        {
            Joined = Joined?[start..end],
            TokenTypes = TokenTypes?[start..end],
            Values = Values?[(first * ValueColumns)..((first + count) * ValueColumns)],
        };
    }

    /// <summary>The rows of several parts, one after another. Either all of them have labels, or values, or none.</summary>
    /// <exception cref="InputException">There are more tokens than an array holds.</exception>
    public static TokenRows Concat(IReadOnlyList<TokenRows> parts)
    {
        if (parts.Count == 1)
            return parts[0];
        var tokens = parts.Sum(part => (long)part.InputIds.Length);
        if (tokens > Array.MaxLength)
            throw new InputException($"the texts give {tokens} tokens, more than the {Array.MaxLength} that one set of rows holds; split them");
        var offsets = new int[parts.Sum(part => part.Count) + 1];
        var (row, start) = (0, 0);
        foreach (var part in parts)
        {
            for (var i = 1; i <= part.Count; i++)
                offsets[row + i] = start + part.RowOffsets[i];
            (row, start) = (row + part.Count, start + part.InputIds.Length);
        }
        return new TokenRows(All(parts, part => part.InputIds)!, offsets, All(parts, part => part.WordIds)!, All(parts, part => part.Labels))
        {
            Joined = All(parts, part => part.Joined),
            TokenTypes = All(parts, part => part.TokenTypes),
            Values = All(parts, part => part.Values),
        };
    }

    /// <summary>Reads the rows of a folder that <see cref="TokenShards"/> wrote.</summary>
    public static TokenRows Load(string folder) => Concat([.. TokenShards.Read(folder)]);

    private static T[]? All<T>(IReadOnlyList<TokenRows> parts, Func<TokenRows, T[]?> values)
    {
        if (values(parts[0]) is null)
            return null;
        var all = new T[parts.Sum(part => values(part)!.LongLength)];
        var start = 0;
        foreach (var part in parts)
        {
            values(part)!.CopyTo(all, start);
            start += values(part)!.Length;
        }
        return all;
    }
}
