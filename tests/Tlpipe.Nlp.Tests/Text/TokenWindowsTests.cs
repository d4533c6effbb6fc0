// Cutting rows into windows, against the reference's values.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Tlpipe.Nlp.Text;

namespace Tlpipe.Nlp.Tests.Text;

public sealed class TokenWindowsTests
{
    [Fact]
    public void Windows_and_word_ids_are_those_of_group_texts()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Golden("group_texts.json")));
        var texts = golden.RootElement.GetProperty("texts").EnumerateArray().Select(text => text.GetString()).ToList();
        var tokenizer = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"));
        var (rows, _) = RowTokenizer.Tokenize(texts, null, tokenizer, maxLength: null, threads: 2, cancellation: TestContext.Current.CancellationToken);

        var (windows, report) = TokenWindows.Group(rows, chunkSize: 32, batchSize: 100);

        var ids = golden.RootElement.GetProperty("windows").EnumerateArray().Select(Ints).ToList();
        var wordIds = golden.RootElement.GetProperty("word_ids").EnumerateArray().SelectMany(Ints);
        Assert.Equal(ids.Count, windows.Count);
        Assert.All(ids, (window, i) => Assert.Equal(window, windows.Row(i).ToArray()));
        Assert.Equal(wordIds, windows.WordIds);
        Assert.Null(windows.Labels);
        Assert.Equal(new WindowReport(ids.Count, 3, rows.InputIds.Length - (ids.Count * 32)), report);
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
        var (train, test) = Reviews.Split(await Reviews.ReadTexts());
        var texts = name.StartsWith("train", StringComparison.Ordinal) ? train : test;
        var (rows, _) = RowTokenizer.Tokenize(texts, null, BertTokenizerTests.Bertimbau(), maxLength: null, threads: 2, cancellation: TestContext.Current.CancellationToken);

        var (windows, _) = TokenWindows.Group(rows, int.Parse(name.Split(',')[1]));

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

        var error = Assert.Throws<InputException>(() => TokenWindows.Group(rows, chunkSize: 7));

        Assert.Equal("the corpus has 6 tokens, fewer than one window of 7; lower chunk_size or give more text", error.Message);
    }

    [Fact]
    public void A_corpus_of_which_no_slice_fills_a_window_is_refused()
    {
        var rows = new TokenRows([2, 5, 3, 2, 6, 3], [0, 3, 6], [-1, 0, -1, -1, 0, -1], null);

        var error = Assert.Throws<InputException>(() => TokenWindows.Group(rows, chunkSize: 4, batchSize: 1));

        Assert.Contains("no 1 rows of the corpus (6 tokens in all) fill one window of 4; lower chunk_size", error.Message, StringComparison.Ordinal);
    }

    private static int[] Ints(JsonElement list) =>
        [.. list.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Null ? -1 : item.GetInt32())];
}
