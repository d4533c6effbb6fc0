// The parts of a batch without padding, and the rows that it refuses.
using Tlpipe.Formats;
using Tlpipe.Nlp.Config;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Packing;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Tests.Packing;

public sealed class PackedRowsTests
{
    private static readonly ComputeDevice Cpu = ComputeDevice.Open("cpu", 2);
    private static readonly BertConfig Config = new()
    {
        VocabSize = 100,
        HiddenSize = 8,
        NumHiddenLayers = 1,
        NumAttentionHeads = 2,
        IntermediateSize = 16,
        MaxPositionEmbeddings = 6,
    };

    [Fact]
    public void Rows_lie_end_to_end_in_the_order_given()
    {
        var table = new TokenRows([1, 2, 3, 4, 5, 6], [0, 1, 3, 6], [-1, -1, -1, -1, -1, -1], null);

        using var rows = PackedRows.From(table, [2, 0], Config, Cpu);

        Assert.Equal([4, 5, 6, 1], rows.InputIds.data<long>().ToArray());
        Assert.Equal([0, 1, 2, 0], rows.Positions.data<long>().ToArray());
        Assert.Equal([0, 0, 0, 0], rows.TokenTypeIds.data<long>().ToArray());
        Assert.Equal([3, 1], rows.Lengths);
        Assert.Equal([0, 3, 4], rows.RowStarts);
        Assert.Equal((2, 4), (rows.Count, rows.Tokens));
    }

    [Fact]
    public void Token_types_are_packed_as_the_rows_are()
    {
        using var rows = PackedRows.From([[1, 2], [3]], Config, Cpu, [[0, 1], [1]]);

        Assert.Equal([0, 1, 1], rows.TokenTypeIds.data<long>().ToArray());
    }

    [Fact]
    public void Windows_of_one_length_need_neither_mask_nor_copy()
    {
        using var rows = PackedRows.From([[1, 2, 3], [4, 5, 6], [7, 8, 9]], Config, Cpu);

        var bucket = Assert.Single(rows.Buckets);
        Assert.Null(bucket.Mask);
        Assert.Null(rows.Gather);
        Assert.Null(rows.Restore);
    }

    [Fact]
    public void Rows_of_equal_length_that_do_not_lie_together_need_no_mask()
    {
        using var rows = PackedRows.From([[1, 2, 3, 4, 5], [1], [1, 2, 3, 4, 5], [2]], Config, Cpu);

        Assert.Equal([5, 1], rows.Buckets.Select(b => b.Length));
        Assert.All(rows.Buckets, bucket => Assert.Null(bucket.Mask));
        Assert.Equal([0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 5, 11], rows.Gather!.data<long>().ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 10, 5, 6, 7, 8, 9, 11], rows.Restore!.data<long>().ToArray());
    }

    [Fact]
    public void In_place_of_padding_stands_the_row_s_first_token()
    {
        using var rows = PackedRows.From([[1, 2, 3, 4], [1, 2, 3, 4, 5], [1, 2, 3, 4]], Config, Cpu);

        var infinity = float.NegativeInfinity;
        Assert.Equal([0, 1, 2, 3, 0, 4, 5, 6, 7, 8, 9, 10, 11, 12, 9], rows.Gather!.data<long>().ToArray());
        Assert.Equal([0, 0, 0, 0, infinity, 0, 0, 0, 0, 0, 0, 0, 0, 0, infinity], Assert.Single(rows.Buckets).Mask!.data<float>().ToArray());
        Assert.Equal([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13], rows.Restore!.data<long>().ToArray());
    }

    [Fact]
    public void Padding_within_a_bucket_stays_below_a_fifth_of_its_longest_row()
    {
        var random = new System.Random(1);
        var rows = Enumerable.Range(0, 64).Select(_ => new int[random.Next(1, 400)]).ToArray();

        using var packed = PackedRows.From(rows, Config with { MaxPositionEmbeddings = 512 }, Cpu);

        Assert.Equal(Enumerable.Range(0, 64), packed.Buckets.SelectMany(b => b.Rows).Order());
        Assert.All(packed.Buckets, bucket => Assert.All(bucket.Rows, row => Assert.True(packed.Lengths[row] >= 0.8 * bucket.Length)));
    }

    [Fact]
    public void A_row_longer_than_the_model_s_positions_is_refused()
    {
        var error = Assert.Throws<InputException>(() => PackedRows.From([[1, 2, 3, 4, 5, 6, 7]], Config, Cpu));

        Assert.Contains("7 tokens where the model takes at most 6 (max_position_embeddings)", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-1)]
    public void A_token_outside_the_vocabulary_is_refused(int id)
    {
        var error = Assert.Throws<InputException>(() => PackedRows.From([[1, id]], Config, Cpu));

        Assert.Contains($"token id {id} where the model's vocabulary has 100 entries", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_row_is_refused()
    {
        var error = Assert.Throws<InputException>(() => PackedRows.From([[1], []], Config, Cpu));

        Assert.Contains("row 1 has no tokens", error.Message, StringComparison.Ordinal);
    }
}
