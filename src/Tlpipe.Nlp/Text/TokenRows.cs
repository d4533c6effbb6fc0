// Tokenized rows, and the files in which they pass from stage to stage.
using System.Runtime.InteropServices;
using Tlpipe.Nlp.Safetensors;

namespace Tlpipe.Nlp.Text;

/// <summary>
/// Rows of token ids laid end to end. Row i is <c>InputIds[RowOffsets[i] .. RowOffsets[i + 1]]</c>.
/// </summary>
/// <param name="InputIds">All ids, <c>[tokens]</c>, special tokens included.</param>
/// <param name="RowOffsets">Where rows begin, and where the last one ends, <c>[rows + 1]</c>.</param>
/// <param name="WordIds">For each token the index of its word within its text, -1 for special tokens, <c>[tokens]</c>.</param>
/// <param name="Labels">A class for each row, <c>[rows]</c>; null where the rows have none.</param>
public sealed record TokenRows(int[] InputIds, int[] RowOffsets, int[] WordIds, int[]? Labels)
{
    private const string FileName = "tokens.safetensors";

    /// <summary>
    /// For each token whether it begins in the text where the token before it ends, <c>[tokens]</c>: false after a gap, at a
    /// text's beginning, and for special tokens. Null where that was not recorded.
    /// </summary>
    public bool[]? Joined { get; init; }

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

    /// <summary>Writes the rows into a folder.</summary>
    /// <returns>Their digest.</returns>
    public string Save(string folder)
    {
        var tensors = new List<SafetensorsTensor>
        {
            SafetensorsTensor.Int32("input_ids", InputIds),
            SafetensorsTensor.Int32("row_offsets", RowOffsets),
            SafetensorsTensor.Int32("word_ids", WordIds),
        };
        if (Joined is { } joined)
            tensors.Add(new SafetensorsTensor("joined", SafetensorsType.Bool, [joined.Length], () => MemoryMarshal.AsBytes(joined.AsSpan()).ToArray()));
        if (Labels is not null)
            tensors.Add(SafetensorsTensor.Int32("labels", Labels));
        if (Values is { } values)
            tensors.Add(new SafetensorsTensor("values", SafetensorsType.F32, [Count, ValueColumns], () => MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));
        return SafetensorsWriter.Write(Path.Combine(folder, FileName), tensors);
    }

    /// <summary>Reads the rows of a folder that <see cref="Save"/> wrote.</summary>
    public static TokenRows Load(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, FileName));
        return new TokenRows(
            file.ReadInt32("input_ids"),
            file.ReadInt32("row_offsets"),
            file.ReadInt32("word_ids"),
            file.Entries.ContainsKey("labels") ? file.ReadInt32("labels") : null)
        {
            Joined = file.Entries.ContainsKey("joined") ? MemoryMarshal.Cast<byte, bool>(file.ReadBytes("joined")).ToArray() : null,
            Values = file.Entries.ContainsKey("values") ? MemoryMarshal.Cast<byte, float>(file.ReadBytes("values")).ToArray() : null,
        };
    }
}
