// The tokenizer's files beside a saved model.
using System.Text.Json.Nodes;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class TokenizerFilesTests
{
    private static readonly string Tiny = TestFiles.Golden("model", "tiny-mlm");

    [Theory]
    [InlineData("vocab.txt")]
    [InlineData("tokenizer_config.json")]
    [InlineData("special_tokens_map.json")]
    public void Written_files_are_those_of_the_reference_to_the_byte(string name)
    {
        using var folder = new TemporaryFolder();

        TokenizerFiles.Write(folder.Path, BertVocabulary.Load(Path.Combine(Tiny, "vocab.txt")), new TokenizerSettings { ModelMaxLength = 64 });

        Assert.Equal(File.ReadAllText(Path.Combine(Tiny, name)), File.ReadAllText(folder[name]));
    }

    [Fact]
    public void Written_tokenizer_json_is_that_of_the_reference_but_for_the_padding_it_was_last_used_with()
    {
        using var folder = new TemporaryFolder();

        TokenizerFiles.Write(folder.Path, BertVocabulary.Load(Path.Combine(Tiny, "vocab.txt")), new TokenizerSettings { ModelMaxLength = 64 });

        var expected = JsonNode.Parse(File.ReadAllText(Path.Combine(Tiny, "tokenizer.json")))!;
        expected["truncation"] = null;
        expected["padding"] = null;
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(File.ReadAllText(folder["tokenizer.json"]))));
    }

    [Fact]
    public void A_tokenizer_from_a_folder_is_copied_byte_for_byte()
    {
        using var folder = new TemporaryFolder();

        TokenizerFiles.CopyTo(folder["model"], BertTokenizer.Load(Tiny));

        foreach (var name in new[] { "vocab.txt", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json" })
            Assert.Equal(File.ReadAllBytes(Path.Combine(Tiny, name)), File.ReadAllBytes(Path.Combine(folder["model"], name)));
        Assert.False(File.Exists(Path.Combine(folder["model"], "added_tokens.json")));
    }

    [Fact]
    public void A_tokenizer_read_with_other_settings_is_written_with_these()
    {
        using var folder = new TemporaryFolder();

        TokenizerFiles.CopyTo(folder["model"], BertTokenizer.Load(Tiny, lowercase: true));

        GoldenLine.AssertAll(TestFiles.Golden("tokenizer", "tiny-uncased.jsonl"), _ => BertTokenizer.Load(folder["model"]));
    }

    [Fact]
    public void Tokens_beyond_the_vocabulary_survive_writing_and_reading()
    {
        using var folder = new TemporaryFolder();
        var vocabulary = BertVocabulary.FromTokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "bom"]);
        var settings = new TokenizerSettings { AddedTokens = [new AddedToken("<x>", 6, Normalized: false, Special: true)] };

        TokenizerFiles.Write(folder.Path, vocabulary, settings);

        var tokenizer = BertTokenizer.Load(folder.Path);
        Assert.Equal([2, 5, 6, 3], tokenizer.Encode("bom<x>").Ids);
        Assert.Equal([0, 1, 2, 3, 4, 6], tokenizer.SpecialTokens.AllSpecialIds);
        Assert.Null(tokenizer.ModelMaxLength);
        Assert.True(File.Exists(folder["added_tokens.json"]));
    }
}
