// How wide Hugging Face would have padded batches.
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Training;

/// <summary>The padded width of batches: nothing is computed for padding here, but masking draws for it, and Trainer counts it.</summary>
internal sealed class PaddedWidths
{
    private readonly TokenRows rows;
    private readonly int multiple;
    private readonly int sliceRows;
    private readonly int[]? longestOfSlice;

    public PaddedWidths(TokenRows rows, TrainingArguments arguments)
    {
        (this.rows, multiple, sliceRows) = (rows, arguments.PadToMultipleOf, arguments.MapBatchSize);
        if (arguments.Padding == Padding.MapSlices)
            longestOfSlice = [.. Enumerable.Range(0, rows.Count).Chunk(sliceRows).Select(slice => slice.Max(rows.Length))];
    }

    /// <summary>The width of a batch of these rows.</summary>
    public int Of(ReadOnlySpan<int> batch)
    {
        var width = 0;
        foreach (var row in batch)
            width = Math.Max(width, longestOfSlice is null ? rows.Length(row) : longestOfSlice[row / sliceRows]);
        return (width + multiple - 1) / multiple * multiple;
    }
}
