// Pairs of texts in one row, against the reference's values.
using System.Text.Json;
using CsCheck;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class TextPairTests
{
    private static readonly BertTokenizer Tiny = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"));

    // Made with transformers' call for a list of pairs, as Dataset.map(batched=True) calls it.
    [Fact]
    public void Every_pair_gives_the_row_of_the_reference()
    {
        var lines = Lines(TestFiles.Golden("tokenizer", "tiny-pairs.jsonl"));

        Assert.NotEmpty(lines);
        Assert.All(lines, line =>
        {
            var (text, pair) = (line.GetProperty("text").GetString()!, line.GetProperty("text_pair").GetString()!);
            var limit = line.TryGetProperty("options", out var options) ? options.GetProperty("max_length").GetInt32() : (int?)null;

            var rows = RowTokenizer.Tokenize([text], [pair], null, Tiny, limit, threads: 1, cancellation: TestContext.Current.CancellationToken);

            Assert.Equal(Ints(line, "ids"), rows.InputIds);
            Assert.Equal(Ints(line, "word_ids"), rows.WordIds);
            Assert.Equal(Ints(line, "token_type_ids"), rows.TokenTypes!.Select(type => (int)type));
            var single = Tiny.Encode(text, pair, limit);
            Assert.Equal(Ints(line, "ids"), single.Ids);
            Assert.Equal(line.GetProperty("tokens").EnumerateArray().Select(token => token.GetString()), single.Tokens);
            Assert.Equal(Ints(line, "word_ids"), single.WordIds);
            Assert.Equal(line.GetProperty("offsets").EnumerateArray().Select(o => (o[0].GetInt32(), o[1].GetInt32())), single.Offsets);
            Assert.Equal(Ints(line, "special_tokens_mask"), single.SpecialTokensMask);
            Assert.Equal(Ints(line, "token_type_ids"), single.TokenTypeIds);
        });
    }

    [Fact]
    public void A_pair_is_both_texts_and_a_limit_keeps_the_beginning_of_each()
    {
        Gen.Select(TextGenerator.Texts, TextGenerator.Texts, Gen.Int[3, 40]).Sample((first, second, limit) =>
        {
            var (a, b) = (Tiny.Encode(first).Ids[1..^1], Tiny.Encode(second).Ids[1..^1]);

            var whole = Tiny.Encode(first, second);
            var cut = Tiny.Encode(first, second, limit);

            Assert.Equal([2, .. a, 3, .. b, 3], whole.Ids);
            Assert.Equal(Math.Min(limit, whole.Ids.Length), cut.Ids.Length);
            var keptFirst = cut.TokenTypeIds.Count(type => type == 0) - 2;
            var keptSecond = cut.Ids.Length - keptFirst - 3;
            Assert.Equal([2, .. a[..keptFirst], 3, .. b[..keptSecond], 3], cut.Ids);
            // A text that is cut is never left shorter than the other.
            Assert.True(keptFirst == a.Length || keptFirst >= keptSecond - 1);
            Assert.True(keptSecond == b.Length || keptSecond >= keptFirst - 1);
        });
    }

    [Fact]
    public void Words_that_were_cut_from_either_text_are_not_counted()
    {
        var report = new TokenizeReport();

        var rows = RowTokenizer.Tokenize(
            ["bom Ω é", "bom"], ["ñ bom bom Ω", "Ω"], null, Tiny, maxLength: 7, threads: 2, report, cancellation: TestContext.Current.CancellationToken);

        // 4 tokens for both texts: bom Ω | ñ bom.
        Assert.Equal([7, 5], [rows.Length(0), rows.Length(1)]);
        Assert.Equal((2, 1, 12L, 6L, 3L), (report.Rows, report.Truncated, report.Tokens, report.Words, report.UnknownWords));
        Assert.Equal([new UnknownWord("Ω", 2), new UnknownWord("ñ", 1)], report.CommonestUnknown);
    }

    private static List<JsonElement> Lines(string path) => [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line).RootElement)];

    private static int[] Ints(JsonElement line, string name) =>
        [.. line.GetProperty(name).EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? -1 : item.GetInt32())];
}
