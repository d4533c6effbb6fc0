// Masking, draw for draw against Hugging Face's collator.
using System.Text.Json;
using Tlpipe.Nlp.Training;
using Tlpipe.Text.RandomNumbers;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Nlp.Tests.Training;

public sealed class MlmCollatorTests
{
    private static readonly MlmCollator Collator = new(MaskId: 4, VocabularySize: 360, new HashSet<int> { 0, 1, 2, 3, 4 });

    public static TheoryData<int> Cases => [0, 1, 2, 3, 4, 5, 6, 7];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Masks_are_the_reference_collators(int index)
    {
        using var golden = Json("masking.json");
        AssertMasks(golden.RootElement.GetProperty("mlm")[index], Collator, Windows());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whole_words_are_the_reference_collators(int index)
    {
        using var golden = Json("masking.json");
        AssertWholeWords(golden.RootElement.GetProperty("whole_word")[index], Collator, Windows(), BertTokenizer.Load(TrainerGolden.TinyModel));
    }

    [Fact]
    public void Masks_of_real_windows_are_the_reference_collators()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestFiles.Shared("goldens", "real", "masking.json")));
        var tokenizer = BertTokenizer.Load(TestFiles.Shared("vocab", "bert-base-portuguese-cased.txt"));
        var collator = new MlmCollator(tokenizer.SpecialTokens.MaskId, tokenizer.Count, tokenizer.SpecialTokens.AllSpecialIds.ToHashSet());
        var windows = Rows(golden.RootElement.GetProperty("chunks"));

        foreach (var masked in golden.RootElement.GetProperty("mlm").EnumerateArray())
            AssertMasks(masked, collator, windows);
        foreach (var masked in golden.RootElement.GetProperty("whole_word").EnumerateArray())
            AssertWholeWords(masked, collator, windows, tokenizer);
    }

    private static void AssertMasks(JsonElement masked, MlmCollator collator, TokenRows windows)
    {
        var special = masked.TryGetProperty("special", out var text) ? text.GetString()! : "";
        collator = collator with { MlmProbability = masked.TryGetProperty("probability", out var p) ? p.GetDouble() : 0.15 };
        if (special.StartsWith("mask_replace_prob .6", StringComparison.Ordinal))
            collator = collator with { MaskReplaceProb = 0.6, RandomReplaceProb = 0.4 };
        var stream = new TorchGenerator(masked.TryGetProperty("seed", out var seed) ? seed.GetUInt64() : 5);
        for (var i = masked.TryGetProperty("random64_draws_before", out var draws) ? draws.GetInt32() : 0; i > 0; i--)
            stream.NextUInt64();
        var source = masked.TryGetProperty("rows", out var own) ? Rows(own) : windows;
        var next = 0;
        foreach (var batch in masked.GetProperty("batches").EnumerateArray())
        {
            var expected = Numbers(batch.GetProperty("input_ids"));
            var indices = Enumerable.Range(next, expected.Length).ToArray();
            next += indices.Length;

            var answer = collator.Collate(source, indices, expected[0].Length, new RandomStreams(stream, new PythonRandom(0)));

            Assert.Equal(expected.Select((row, i) => row[..source.Length(indices[i])]), answer.Rows);
            Assert.Equal(Numbers(batch.GetProperty("labels")).SelectMany((row, i) => row[..source.Length(indices[i])]).Select(x => (long)x), Labels(answer));
        }
    }

    private static void AssertWholeWords(JsonElement masked, MlmCollator collator, TokenRows windows, BertTokenizer tokenizer)
    {
        var byOffsets = masked.GetProperty("variant").GetString()!.StartsWith("offsets", StringComparison.Ordinal);
        var expected = Numbers(masked.GetProperty("batch").GetProperty("input_ids"));
        // The reference's own rows are padded with 0 already.
        var rows = masked.TryGetProperty("rows", out var own) ? Rows(own) : windows;
        if (byOffsets)
            rows = rows with { Joined = Joined(masked.GetProperty("offsets")) };
        collator = collator with
        {
            MlmProbability = masked.GetProperty("probability").GetDouble(),
            Words = byOffsets ? new OffsetWords() : WordPieceWords.Of(tokenizer),
        };

        var answer = collator.Collate(rows, [.. Enumerable.Range(0, expected.Length)], expected[0].Length, new RandomStreams(masked.GetProperty("seed").GetInt64()));

        Assert.Equal(expected, answer.Rows);
        Assert.Equal(Numbers(masked.GetProperty("batch").GetProperty("labels")).SelectMany(row => row).Select(x => (long)x), Labels(answer));
    }

    /// <summary>The reference's labels: the token to guess, -100 elsewhere.</summary>
    private static long[] Labels(MicroBatch batch)
    {
        var labels = batch.Rows.SelectMany(row => row.Select(_ => -100L)).ToArray();
        foreach (var (position, target) in batch.Positions!.Zip(batch.Targets))
            labels[position] = target;
        return labels;
    }

    [Fact]
    public void The_source_rows_stay_as_they_are()
    {
        var rows = Windows();
        var before = rows.InputIds.ToArray();

        (Collator with { MlmProbability = 1 }).Collate(rows, [0, 1], 32, new RandomStreams(1));

        Assert.Equal(before, rows.InputIds);
    }

    [Fact]
    public void Special_tokens_are_never_chosen()
    {
        var rows = TokenRowsOf([2, 1, 3, 4, 0]);

        var batch = (Collator with { MlmProbability = 1 }).Collate(rows, [0], 5, new RandomStreams(1));

        Assert.Empty(batch.Positions!);
        Assert.Equal([2, 1, 3, 4, 0], batch.Rows[0]);
    }

    private static bool[] Joined(JsonElement offsets) =>
        [.. offsets.EnumerateArray().SelectMany(row => Numbers(row).Select((token, i) => i > 0 && token[0] == row[i - 1][1].GetInt32()))];

    private static TokenRows Windows()
    {
        using var windows = Json("group_texts.json");
        return Rows(windows.RootElement.GetProperty("windows"));
    }

    private static TokenRows Rows(JsonElement rows) => TokenRowsOf(Numbers(rows));

    private static TokenRows TokenRowsOf(params int[][] rows) => TrainerGolden.TokenRowsOf(rows);

    private static int[][] Numbers(JsonElement rows) =>
        rows.EnumerateArray().Select(row => row.EnumerateArray().Select(x => x.GetInt32()).ToArray()).ToArray();

    private static JsonDocument Json(string name) => JsonDocument.Parse(File.ReadAllText(TestFiles.Golden(name)));
}
