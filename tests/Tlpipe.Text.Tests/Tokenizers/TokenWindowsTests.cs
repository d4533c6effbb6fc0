// Cutting rows into windows, against the reference's values.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class TokenWindowsTests
{
    [Fact]
    public void Windows_and_word_ids_are_those_of_group_texts()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden("group_texts.json")));
        var texts = golden.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()).ToList();
        var tokenizer = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"));
        var rows = RowTokenizer.Tokenize(texts, null, null, tokenizer, maxLength: null, threads: 2, cancellation: TestContext.Current.CancellationToken);

        var cutter = new TokenWindows(new WindowRules(32, 100));
        var windows = TokenRows.Concat([cutter.Add(rows), cutter.Finish()]);

        var ids = golden.RootElement.GetProperty("windows").EnumerateArray().Select(Ints).ToList();
        var wordIds = golden.RootElement.GetProperty("word_ids").EnumerateArray().SelectMany(Ints);
        Assert.Equal(ids.Count, windows.Count);
        Assert.All(ids, (window, i) => Assert.Equal(window, windows.Row(i).ToArray()));
        Assert.Equal(wordIds, windows.WordIds);
        Assert.Null(windows.Labels);
        Assert.Equal((ids.Count, rows.InputIds.Length - (ids.Count * 32)), (cutter.Windows, cutter.TokensDropped));
    }

    // The definition: slices of batch_size rows, each laid end to end and cut; or each row on its own.
    [Fact]
    public void However_a_corpus_is_cut_into_parts_its_windows_are_those_of_the_definition()
    {
        var row = Gen.Select(Gen.Int[5, 99].Array[0, 9], words => (int[])[2, .. words, 3]);
        var rules = Gen.Select(Gen.Int[1, 12], Gen.Int[1, 7], Gen.Enum<WindowBoundaries>(), Gen.Bool).Select((chunk, batch, boundaries, keep) => new WindowRules(chunk, batch, boundaries, keep));
        Gen.Select(row.Array[1, 40], rules, Gen.Int[1, 9]).Sample((rows, rule, partRows) =>
        {
            var slices = rule.Boundaries == WindowBoundaries.Document ? rows.Select(r => r) : rows.Chunk(rule.BatchSize).Select(slice => slice.SelectMany(r => r).ToArray());
            var expected = slices.SelectMany(slice => slice.Chunk(rule.ChunkSize)).Where(window => window.Length == rule.ChunkSize || rule.KeepRemainder)
                // Words have ids from 5 on here.
                .Where(window => rule.Boundaries == WindowBoundaries.Hf || window.Any(id => id >= 5)).ToList();
            if (expected.Count == 0)
                return;

            var cutter = new TokenWindows(rule);
            var windows = TokenRows.Concat([.. rows.Chunk(partRows).Select(part => cutter.Add(Rows(part))), cutter.Finish()]);

            Assert.Equal(expected, Enumerable.Range(0, windows.Count).Select(i => windows.Row(i).ToArray()));
            Assert.Equal(windows.InputIds.Select(id => id >= 5), windows.WordIds.Select(word => word >= 0));
            Assert.Equal(rows.Sum(r => r.Length) - windows.InputIds.Length, cutter.TokensDropped);
        });

        static TokenRows Rows(int[][] rows) => new(
            [.. rows.SelectMany(r => r)],
            [0, .. rows.Select((_, i) => rows[..(i + 1)].Sum(r => r.Length))],
            [.. rows.SelectMany(r => r.Select((id, i) => id >= 5 ? i - 1 : -1))],
            null);
    }

    [Fact]
    public void Shards_hold_the_rows_in_order_and_whole()
    {
        var texts = Enumerable.Range(0, 500).Select(i => $"bom {new string('a', i % 7)} ruim").ToList();
        var rows = RowTokenizer.Tokenize(texts, null, [.. Enumerable.Range(0, 500)], BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm")), null, 2, cancellation: TestContext.Current.CancellationToken);
        using var folder = new TemporaryFolder();
        using var shards = new TokenShards(folder.Path, tokensPerShard: 600);

        for (var first = 0; first < 500; first += 50)
            shards.Add(rows.Slice(first, 50));
        shards.Finish();

        var files = Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order().ToList();
        Assert.InRange(files.Count, 3, 10);
        Assert.Equal($"tokens-00001-of-{files.Count:d5}.safetensors", files[0]);
        var read = TokenRows.Load(folder.Path);
        Assert.Equal(rows.InputIds, read.InputIds);
        Assert.Equal(rows.RowOffsets, read.RowOffsets);
        Assert.Equal(rows.WordIds, read.WordIds);
        Assert.Equal(rows.Joined, read.Joined);
        Assert.Equal(rows.Labels, read.Labels);
    }

    [Theory]
    [InlineData("train,128")]
    [InlineData("train,512")]
    [InlineData("test,128")]
    [InlineData("test,512")]
    public async Task Windows_of_the_real_reviews_are_those_of_group_texts(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Shared("goldens", "real", "group_texts.json")));
        var expected = golden.RootElement.GetProperty(name);
        var (train, test) = ReviewTexts.Split(await ReviewTexts.ReadTexts());
        var texts = name.StartsWith("train", StringComparison.Ordinal) ? train : test;
        var rows = RowTokenizer.Tokenize(texts, null, null, BertTokenizerTests.Bertimbau(), maxLength: null, threads: 2, cancellation: TestContext.Current.CancellationToken);

        var windows = Cut(rows, new WindowRules(int.Parse(name.Split(',')[1])));

        Assert.Equal(expected.GetProperty("chunks").GetInt32(), windows.Count);
        Assert.Equal(Ints(expected.GetProperty("first_chunk_ids")), windows.Row(0).ToArray());
        Assert.Equal(Ints(expected.GetProperty("last_chunk_ids")), windows.Row(windows.Count - 1).ToArray());
        Assert.Equal(Ints(expected.GetProperty("first_chunk_word_ids")), windows.WordIds[..windows.Length(0)]);
        var bytes = new byte[windows.InputIds.Length * 8];
        for (var i = 0; i < windows.InputIds.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(i * 8), windows.InputIds[i]);
        Assert.Equal(expected.GetProperty("sha256_of_int64_le_all_ids").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public void A_corpus_shorter_than_a_window_is_refused()
    {
        var rows = new TokenRows([2, 5, 3, 2, 6, 3], [0, 3, 6], [-1, 0, -1, -1, 0, -1], null);

        var error = Assert.Throws<InputException>(() => Cut(rows, new WindowRules(7)));

        Assert.Equal("the corpus has 6 tokens, fewer than one window of 7; lower chunk_size or give more text", error.Message);
    }

    [Fact]
    public void A_corpus_of_which_no_slice_fills_a_window_is_refused()
    {
        var rows = new TokenRows([2, 5, 3, 2, 6, 3], [0, 3, 6], [-1, 0, -1, -1, 0, -1], null);

        var error = Assert.Throws<InputException>(() => Cut(rows, new WindowRules(4, 1)));

        Assert.Contains("no 1 rows of the corpus (6 tokens in all) fill one window of 4; lower chunk_size", error.Message, StringComparison.Ordinal);
    }

    private static TokenRows Cut(TokenRows corpus, WindowRules rules)
    {
        var cutter = new TokenWindows(rules);
        return TokenRows.Concat([cutter.Add(corpus), cutter.Finish()]);
    }

    private static int[] Ints(JsonElement list) =>
        [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? -1 : item.GetInt32())];
}
