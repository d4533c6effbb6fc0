// Many texts at once.
using System.Text.Json;
using CsCheck;
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class RowTokenizerTests
{
    private static readonly BertTokenizer Tiny = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"));

    [Fact]
    public void Rows_on_many_threads_are_those_of_one_text_at_a_time()
    {
        Gen.Select(TextGenerator.Texts.Array[0, 700], Gen.Int[2, 20].Nullable(), Gen.Int[1, 4]).Sample((texts, maxLength, threads) =>
        {
            var report = new TokenizeReport();
            var rows = RowTokenizer.Tokenize(texts, null, null, Tiny, maxLength, threads, report, cancellation: TestContext.Current.CancellationToken);

            var single = Array.ConvertAll(texts, text => Tiny.Encode(text, maxLength));
            var whole = Array.ConvertAll(texts, text => Tiny.Encode(text));
            Assert.Equal(texts.Length, rows.Count);
            Assert.All(single, (text, i) => Assert.Equal(text.Ids, rows.Row(i).ToArray()));
            Assert.Equal(single.SelectMany(text => text.WordIds), rows.WordIds);
            Assert.Equal(single.Zip(whole).Count(pair => pair.First.Ids.Length < pair.Second.Ids.Length), report.Truncated);
            Assert.Equal(single.Sum(text => text.WordIds.Max() + 1), report.Words);
        }, iter: 30);
    }

    [Fact]
    public void Tokens_are_joined_where_the_reference_s_offsets_meet()
    {
        var lines = File.ReadLines(TestFiles.Golden("tokenizer", "tiny.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();

        var rows = RowTokenizer.Tokenize(
            [.. lines.Select(line => line.GetProperty("text").GetString())], null, null, Tiny, maxLength: null, threads: 2, cancellation: TestContext.Current.CancellationToken);

        var joined = 0;
        for (var row = 0; row < lines.Count; row++)
        {
            var offsets = lines[row].GetProperty("offsets").EnumerateArray().Select(o => (Start: o[0].GetInt32(), End: o[1].GetInt32())).ToList();
            var special = lines[row].GetProperty("special_tokens_mask").EnumerateArray().Select(m => m.GetInt32() == 1).ToList();
            var expected = offsets.Select((token, i) => i > 0 && !special[i] && !special[i - 1] && token.Start == offsets[i - 1].End).ToArray();
            Assert.Equal(expected, rows.RowJoined(row).ToArray());
            joined += expected.Count(j => j);
        }
        Assert.InRange(joined, 100, int.MaxValue);
    }

    [Fact]
    public void Pairs_in_a_table_are_pairs_one_at_a_time()
    {
        Gen.Select(Gen.Select(TextGenerator.Texts, TextGenerator.Texts).Array[0, 400], Gen.Int[3, 20].Nullable()).Sample((pairs, maxLength) =>
        {
            var report = new TokenizeReport();
            var rows = RowTokenizer.Tokenize(
                [.. pairs.Select(p => p.Item1)], [.. pairs.Select(p => p.Item2)], null, Tiny, maxLength, 2, report, cancellation: TestContext.Current.CancellationToken);

            var single = Array.ConvertAll(pairs, pair => Tiny.Encode(pair.Item1, pair.Item2, maxLength));
            Assert.All(single, (text, i) => Assert.Equal(text.Ids, rows.Row(i).ToArray()));
            Assert.Equal(single.SelectMany(text => text.WordIds), rows.WordIds);
            Assert.Equal(single.SelectMany(text => text.TokenTypeIds), rows.TokenTypes!.Select(type => (int)type));
            Assert.Equal(single.Zip(pairs).Count(s => s.First.Ids.Length < Tiny.Encode(s.Second.Item1, s.Second.Item2).Ids.Length), report.Truncated);
        }, iter: 20);
    }

    [Fact]
    public void The_report_counts_what_was_cut_and_what_is_unknown()
    {
        var progress = new List<int>();

        var report = new TokenizeReport();
        var rows = RowTokenizer.Tokenize(
            ["bom bom bom bom", "Ω é bom", "Ω", ""], null, [1, 0, 1, 0], Tiny, maxLength: 5, threads: 1, report, progress.Add, TestContext.Current.CancellationToken);

        Assert.Equal([1, 0, 1, 0], rows.Labels!);
        Assert.Equal([5, 5, 3, 2], Enumerable.Range(0, 4).Select(rows.Length));
        Assert.Equal((4, 1, 15L, 7L, 3L), (report.Rows, report.Truncated, report.Tokens, report.Words, report.UnknownWords));
        Assert.Equal([new UnknownWord("Ω", 2), new UnknownWord("é", 1)], report.CommonestUnknown);
        Assert.Equal([4], progress);
    }

    [Fact]
    public void An_unknown_word_that_was_cut_away_is_not_counted()
    {
        var report = new TokenizeReport();

        RowTokenizer.Tokenize(["bom Ω Ω"], null, null, Tiny, maxLength: 4, threads: 1, report, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal(1, report.UnknownWords);
    }

    [Fact]
    public void The_literal_unknown_token_is_not_an_unknown_word()
    {
        var report = new TokenizeReport();

        var rows = RowTokenizer.Tokenize(["[UNK]"], null, null, Tiny, maxLength: null, threads: 1, report, cancellation: TestContext.Current.CancellationToken);

        Assert.Equal([2, 1, 3], rows.InputIds);
        Assert.Equal(0, report.UnknownWords);
    }

    [Fact]
    public void A_missing_text_is_refused_with_its_row()
    {
        var texts = Enumerable.Repeat<string?>("bom", 17).Append(null).ToList();

        var error = Assert.Throws<InputException>(
            () => RowTokenizer.Tokenize(texts, null, null, Tiny, null, threads: 2, cancellation: TestContext.Current.CancellationToken));

        Assert.StartsWith("the text of row 17 is missing; ", error.Message, StringComparison.Ordinal);
    }
}
