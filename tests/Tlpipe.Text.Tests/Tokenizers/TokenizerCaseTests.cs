// Folders whose tokenizer files contradict each other. The ids are transformers 4.57.6's (AutoTokenizer, fast): those of the cases stand in their
// expected.txt, those of the variants were computed with it for the same texts.
using System.Text.Json;
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class TokenizerCaseTests : IDisposable
{
    private static readonly string[] Texts = ["bom [SEP] ruim", "CLS bom.CLS xCLSx", "não [CLS].[UNK] xyz.", "produto produtos [PRE] [PRE]x", "[MASK]CLS[SEP]bom"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("added-word-of-vocabulary")]
    [InlineData("cls-differs")]
    [InlineData("unk-differs")]
    [InlineData("split-special-fast")]
    [InlineData("token-twice-fast")]
    public void Texts_have_the_ids_of_transformers(string name)
    {
        var tokenizer = BertTokenizer.Load(TestFiles.Golden("cases", "reading", name, "model"));
        var texts = File.ReadLines(TestFiles.Golden("cases", "reading", name, "texts.jsonl")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString()!);

        var ids = texts.Select(text => $"[{string.Join(", ", tokenizer.Encode(text).Ids)}]");

        Assert.Equal(File.ReadLines(TestFiles.Golden("cases", "reading", name, "expected.txt")).Where(line => line.StartsWith("  [", StringComparison.Ordinal)).Select(line => line[2..(line.IndexOf(']') + 1)]), ids);
    }

    [Theory]
    [InlineData("added-word-of-vocabulary", "", "2 7 3 8 3|2 22 7 23 22 1 3|2 9 2 23 1 1 23 3|2 10 10 1 5 1 6 5 1 6 1 3|2 4 22 3 7 3")]
    [InlineData("cls-differs", "", "2 7 3 8 3|2 22 7 23 22 1 22 1 3|2 9 2 23 1 1 23 3|2 10 1 5 1 6 5 1 6 1 3|2 4 22 3 7 3")]
    [InlineData("cls-differs", "without tokenizer.json", "22 7 3 8 3|22 22 7 23 22 1 22 1 3|22 9 5 22 6 23 1 1 23 3|22 10 1 5 1 6 5 1 6 1 3|22 4 22 3 7 3")]
    [InlineData("unk-differs", "", "2 7 3 8 3|2 22 7 23 22 1 3|2 9 2 23 1 1 23 3|2 10 1 5 1 6 5 1 6 1 3|2 4 22 3 7 3")]
    [InlineData("unk-differs", "without tokenizer.json", "2 7 3 8 3|2 22 7 23 22 23 3|2 9 2 23 5 23 6 23 23 3|2 10 23 5 23 6 5 23 6 23 3|2 4 22 3 7 3")]
    [InlineData("split-special-fast", "", "2 7 5 21 6 8 3|2 22 7 23 22 1 3|2 9 5 22 6 23 5 1 6 1 23 3|2 10 1 5 1 6 5 1 6 1 3|2 5 19 20 6 22 5 21 6 7 3")]
    [InlineData("split-special-fast", "without tokenizer.json", "2 7 5 21 6 8 3|2 22 7 23 22 1 3|2 9 5 22 6 23 5 1 6 1 23 3|2 10 1 5 1 6 5 1 6 1 3|2 5 19 20 6 22 5 21 6 7 3")]
    [InlineData("token-twice-fast", "", "2 12 3 8 3|2 23 12 24 23 1 3|2 9 2 24 1 1 24 3|2 10 1 5 1 6 5 1 6 1 3|2 4 23 3 12 3")]
    [InlineData("token-twice-fast", "without tokenizer.json", "2 12 3 8 3|2 23 12 24 23 1 3|2 9 2 24 1 1 24 3|2 10 1 5 1 6 5 1 6 1 3|2 4 23 3 12 3")]
    public void Other_texts_have_the_ids_of_transformers(string name, string how, string expected)
    {
        Copy(name, how.Length == 0 ? null : "tokenizer.json");

        Assert.Equal(expected, Ids(BertTokenizer.Load(folder.Path)));
    }

    [Fact]
    public void Padding_and_masks_follow_the_names_beside_tokenizer_json()
    {
        Copy("cls-differs", null);
        var path = folder["tokenizer_config.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"CLS\"", "\"[CLS]\"", StringComparison.Ordinal).Replace("\"sep_token\": \"[SEP]\"", "\"sep_token\": \".\"", StringComparison.Ordinal)
            .Replace("\"pad_token\": \"[PAD]\"", "\"pad_token\": \"bom\"", StringComparison.Ordinal).Replace("\"mask_token\": \"[MASK]\"", "\"mask_token\": \"ruim\"", StringComparison.Ordinal));

        var tokenizer = BertTokenizer.Load(folder.Path);

        Assert.Equal((7, 8, 3), (tokenizer.SpecialTokens.PadId, tokenizer.SpecialTokens.MaskId, tokenizer.SpecialTokens.SepId));
        Assert.Equal("2 7 3 8 3|2 22 7 23 22 1 3|2 9 2 23 1 1 23 3|2 10 1 5 1 6 5 1 6 1 3|2 4 22 3 7 3", Ids(tokenizer));
    }

    [Theory]
    [InlineData("true", "false")]
    [InlineData("false", "true")]
    public void A_token_that_one_file_calls_special_is_split_with_the_others(string inTokenizer, string inConfig)
    {
        Copy("split-special-fast", null);
        var token = $$"""{"content": "produto", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": """;
        var (tokenizer, config) = (folder["tokenizer.json"], folder["tokenizer_config.json"]);
        var text = File.ReadAllText(tokenizer);
        var list = text.IndexOf('[', text.IndexOf("\"added_tokens\"", StringComparison.Ordinal)) + 1;
        File.WriteAllText(tokenizer, text.Insert(list, token + inTokenizer + ", \"id\": 10}, "));
        text = File.ReadAllText(config);
        File.WriteAllText(config, text.Insert(text.IndexOf('{') + 1, $"\"added_tokens_decoder\": {{\"10\": {token}{inConfig}}}}}, "));

        Assert.Equal("2 7 5 21 6 8 3|2 22 7 23 22 1 3|2 9 5 22 6 23 5 1 6 1 23 3|2 10 1 5 1 6 5 1 6 1 3|2 5 19 20 6 22 5 21 6 7 3", Ids(BertTokenizer.Load(folder.Path)));
    }

    [Theory]
    [InlineData("added-word-of-vocabulary")]
    [InlineData("cls-differs")]
    [InlineData("unk-differs")]
    [InlineData("split-special-fast")]
    [InlineData("token-twice-fast")]
    public void Files_that_are_written_again_mean_the_same(string name)
    {
        var tokenizer = BertTokenizer.Load(TestFiles.Golden("cases", "reading", name, "model"));

        TokenizerFiles.Write(folder.Path, tokenizer.Vocabulary, tokenizer.Settings);

        Assert.Equal(Ids(tokenizer), Ids(BertTokenizer.Load(folder.Path)));
        File.Delete(folder["tokenizer.json"]);
        Assert.Equal(Ids(tokenizer), Ids(BertTokenizer.Load(folder.Path)));
    }

    // Nothing reaches across a space, so the words of a text have the ids that they have alone.
    [Fact]
    public void A_long_text_has_the_ids_of_its_words()
    {
        var tokenizer = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"), lowercase: true, stripAccents: true);
        var random = new Random(7);
        string[] words = ["bom", "Não", "e\u0301", "\u0301x", "ruim!", "中文", "[SEP]", "a\u0327\u0301", "😀", "xyz"];
        var chosen = Enumerable.Range(0, 60_000).Select(_ => words[random.Next(words.Length)]).ToArray();
        var text = string.Join(' ', chosen);

        var whole = tokenizer.Encode(text);

        Assert.Equal(chosen.SelectMany(word => tokenizer.Encode(word).Ids[1..^1]), whole.Ids[1..^1]);
        Assert.Equal(text.EnumerateRunes().Count(), whole.Offsets[^2].End);
        Assert.Equal(tokenizer.Encode(text, 64).Ids[..^1], whole.Ids[..63]);
    }

    [Fact]
    public void What_is_cut_away_of_a_long_text_needs_no_memory()
    {
        var tokenizer = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"));
        var text = string.Concat(Enumerable.Repeat("bom ", 4 << 20));
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var row = tokenizer.Encode(text, 64);

        Assert.Equal(64, row.Ids.Length);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 20 << 20);
    }

    [Fact]
    public void A_piece_that_no_vocabulary_has_is_refused_in_little_memory()
    {
        Copy("cls-differs", "tokenizer.json");
        File.AppendAllText(folder["vocab.txt"], new string('a', 40_000_000));
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var mistake = Assert.Throws<InputException>(() => BertTokenizer.Load(folder.Path));

        Assert.Contains("vocab.txt:26: this token has more than 1000 characters", mistake.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 150 << 20);
    }

    [Theory]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer.json")]
    public void A_file_larger_than_any_vocabulary_is_not_read(string name)
    {
        Copy("cls-differs", name);
        using (var file = File.Create(folder[name]))
            file.SetLength(100 << 20);
        if (name == "vocab.txt")
            File.Delete(folder["tokenizer.json"]);
        var allocated = GC.GetAllocatedBytesForCurrentThread();

        var mistake = Assert.Throws<InputException>(() => BertTokenizer.Load(folder.Path));

        Assert.Contains($"{name} has more than 64 MiB", mistake.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, 1 << 20);
    }

    [Fact]
    public void A_long_piece_of_tokenizer_json_is_refused()
    {
        Copy("cls-differs", null);
        var path = folder["tokenizer.json"];
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"chegou\"", $"\"{new string('a', 1_000_000)}\"", StringComparison.Ordinal));

        var mistake = Assert.Throws<InputException>(() => BertTokenizer.Load(folder.Path));

        Assert.Contains("a token of 1,000,000 characters in model.vocab", mistake.Message, StringComparison.Ordinal);
    }

    private static string Ids(BertTokenizer tokenizer) => string.Join('|', Texts.Select(text => string.Join(' ', tokenizer.Encode(text).Ids)));

    private void Copy(string name, string? without)
    {
        foreach (var file in Directory.GetFiles(TestFiles.Golden("cases", "reading", name, "model")).Where(file => Path.GetFileName(file) != without))
            File.Copy(file, folder[Path.GetFileName(file)]);
    }
}
