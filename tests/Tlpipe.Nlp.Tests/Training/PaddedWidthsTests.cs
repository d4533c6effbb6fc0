// The widths to which Hugging Face pads, by batch and in map slices.
using System.Text.Json;
using Tlpipe.Nlp.Training;
using Tlpipe.Tables;
using Tlpipe.Text.Sampling;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Tests.Training;

public sealed class PaddedWidthsTests
{
    [Fact]
    public void Slices_of_the_real_reviews_have_the_reference_s_widths()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Shared("goldens", "real", "padding.json")));
        var reviews = ParquetTables.Read(TestFiles.Shared("data", "dataset_reviews.parquet"), ["text", "split"]);
        var splits = reviews.Texts("split");
        var valid = Rows(reviews.Take([.. Enumerable.Range(0, reviews.RowCount).Where(i => splits[i] == "valid")]));
        int[] train = [.. Enumerable.Range(0, reviews.RowCount).Where(i => splits[i] == "train")];
        var labelled = Rows(reviews.Take([.. RowSampling.Sample(train.Length, 600, 271828).Select(i => train[i])]));

        Assert.Equal(golden.RootElement.GetProperty("padded_width_of_the_600").GetInt32(), Widths(labelled).Distinct().Single());
        Assert.Equal(
            golden.RootElement.GetProperty("slice_widths_valid_1000").EnumerateArray().Select(width => width.GetInt32()),
            Widths(valid).Chunk(1000).Select(slice => slice.Distinct().Single()));
    }

    [Fact]
    public void A_batch_is_as_wide_as_its_longest_row_or_slice_rounded_up()
    {
        var rows = TrainerGolden.TokenRowsOf([new int[3], new int[5], new int[2], new int[9]]);

        int[] widths =
        [
            Width(new TrainingArguments(), 0, 2),
            Width(new TrainingArguments { PadToMultipleOf = 4 }, 0, 1),
            Width(new TrainingArguments { Padding = Padding.MapSlices, MapBatchSize = 2 }, 0),
            Width(new TrainingArguments { Padding = Padding.MapSlices, MapBatchSize = 2, PadToMultipleOf = 8 }, 0, 2),
        ];

        Assert.Equal([3, 8, 5, 16], widths);

        int Width(TrainingArguments arguments, params int[] batch) => new PaddedWidths(rows, arguments).Of(batch);
    }

    private static IEnumerable<int> Widths(TokenRows rows)
    {
        var widths = new PaddedWidths(rows, new TrainingArguments { Padding = Padding.MapSlices });
        return Enumerable.Range(0, rows.Count).Select(row => widths.Of([row]));
    }

    private static TokenRows Rows(Table table) =>
        RowTokenizer.Tokenize(table.PresentTexts("text"), null, null, BertTokenizer.Load(TestFiles.Shared("vocab", "bert-base-portuguese-cased.txt")), 512, 2, cancellation: TestContext.Current.CancellationToken);
}
