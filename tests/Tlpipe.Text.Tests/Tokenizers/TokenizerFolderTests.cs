// The settings that are read from a model's folder, and those that are refused.
using System.Text.Json.Nodes;
using Tlpipe.Formats;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Text.Tests.Tokenizers;

public sealed class TokenizerFolderTests
{
    private const string Vocabulary = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nBom\nbom\n##s\n";

    [Fact]
    public void Tokenizer_json_alone_gives_the_tokens_of_the_reference()
    {
        using var folder = new TemporaryFolder();
        File.Copy(TestFiles.Golden("model", "tiny-mlm", "tokenizer.json"), folder["tokenizer.json"]);

        GoldenLine.AssertAll(TestFiles.Golden("tokenizer", "tiny.jsonl"), _ => BertTokenizer.Load(folder.Path));
    }

    [Fact]
    public void Vocab_txt_with_its_configuration_gives_the_tokens_of_the_reference()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "vocab.txt", "tokenizer_config.json", "special_tokens_map.json" })
            File.Copy(TestFiles.Golden("model", "tiny-mlm", name), folder[name]);

        GoldenLine.AssertAll(TestFiles.Golden("tokenizer", "tiny.jsonl"), _ => BertTokenizer.Load(folder.Path));
    }

    [Fact]
    public void Special_tokens_and_the_longest_row_are_those_of_the_folder()
    {
        var tokenizer = BertTokenizer.Load(TestFiles.Golden("model", "tiny-mlm"));

        Assert.Equal(64, tokenizer.ModelMaxLength);
        Assert.Equal(
            (0, 1, 2, 3, 4),
            (tokenizer.SpecialTokens.PadId, tokenizer.SpecialTokens.UnkId, tokenizer.SpecialTokens.ClsId, tokenizer.SpecialTokens.SepId, tokenizer.SpecialTokens.MaskId));
        Assert.Equal([0, 1, 2, 3, 4], tokenizer.SpecialTokens.AllSpecialIds);
        Assert.Equal(360, tokenizer.Count);
    }

    [Theory]
    [InlineData(null, "bom")]
    [InlineData("{}", "bom")]
    [InlineData("""{"do_lower_case": true}""", "bom")]
    [InlineData("""{"do_lower_case": false}""", "Bom")]
    public void Case_is_kept_only_where_the_configuration_says_so(string? configuration, string token)
    {
        using var folder = Folder(configuration);

        var tokenizer = BertTokenizer.Load(folder.Path);

        Assert.Equal(["[CLS]", token, "##s", "[SEP]"], tokenizer.Encode("Boms").Tokens);
    }

    [Fact]
    public void A_bare_vocabulary_is_cased_and_what_is_asked_for_wins()
    {
        using var folder = Folder("""{"do_lower_case": true}""");

        Assert.Equal("Bom", BertTokenizer.Load(folder["vocab.txt"]).Encode("Bom").Tokens[1]);
        Assert.Equal("bom", BertTokenizer.Load(folder["vocab.txt"], lowercase: true).Encode("Bóm").Tokens[1]);
        Assert.Equal("[UNK]", BertTokenizer.Load(folder["vocab.txt"], lowercase: true, stripAccents: false).Encode("Bóm").Tokens[1]);
        Assert.Equal("Bom", BertTokenizer.Load(folder.Path, lowercase: false).Encode("Bom").Tokens[1]);
    }

    [Theory]
    [InlineData("1000000000000000019884624838656", null)]
    [InlineData("1e30", null)]
    [InlineData("512", 512)]
    public void A_huge_longest_row_means_none(string value, int? expected)
    {
        using var folder = Folder($$"""{"model_max_length": {{value}}}""");

        Assert.Equal(expected, BertTokenizer.Load(folder.Path).ModelMaxLength);
    }

    [Theory]
    [InlineData("""{"never_split": ["kkk"]}""", """tokenizer_config.json has never_split: ["kkk"]; supported: null or []""")]
    [InlineData("""{"tokenizer_class": "BertJapaneseTokenizer"}""", """has tokenizer_class: "BertJapaneseTokenizer"; supported: BertTokenizer or BertTokenizerFast""")]
    [InlineData("""{"truncation_side": "left"}""", """has truncation_side: "left"; supported: right""")]
    [InlineData("""{"do_lower_case": "no"}""", """has do_lower_case: "no"; supported: true or false""")]
    [InlineData("""{"model_max_length": 1}""", "has model_max_length: 1; supported: a number of tokens from 2 on")]
    [InlineData("""{"additional_special_tokens": ["<x>"]}""", """has additional_special_tokens: "<x>"; supported: tokens of the vocabulary""")]
    [InlineData("""{"added_tokens_decoder": {"4": {"content": "[MASK]", "lstrip": true, "special": true}}}""", "an added token with lstrip")]
    [InlineData("""{"added_tokens_decoder": {"5": {"content": "<x>"}}}""", "the id 5, which the vocabulary has for Bom")]
    [InlineData("""{"added_tokens_decoder": {"9": {"content": "<x>"}}}""", "but the next free one is 8")]
    [InlineData("[]", "is not a JSON object")]
    [InlineData("{\n\n,", "is not JSON (line 3)")]
    public void A_configuration_that_cannot_be_honoured_is_refused_by_name(string configuration, string message)
    {
        using var folder = Folder(configuration);

        var error = Assert.Throws<InputException>(() => BertTokenizer.Load(folder.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"type\": \"WordPiece\",\n    \"unk", "\"type\": \"BPE\",\n    \"unk", """has a model of type: "BPE"; supported: WordPiece""")]
    [InlineData("BertNormalizer", "NFC", """has a normalizer of type: "NFC"; supported: BertNormalizer""")]
    [InlineData("BertPreTokenizer", "Whitespace", """has a pre_tokenizer of type: "Whitespace"; supported: BertPreTokenizer""")]
    [InlineData("_per_word\": 100", "_per_word\": 200", "has max_input_chars_per_word: 200; supported: 100")]
    [InlineData("\"quebrado\": 341", "\"quebrado\": 340", "has model.vocab.quebrado: 340; supported: ids from 0 to 719, each once")]
    [InlineData("\"version\": \"1.0\"", "\"version\": \"2.0\"", "has version: \"2.0\"; supported: 1.0")]
    [InlineData("\"version\": \"1.0\"", "\"version\": \"1.0\", \"dropout\": 0.1", "has dropout: 0.1; supported: version, truncation, padding, ")]
    [InlineData("\"type\": \"WordPiece\",\n    \"unk", "\"type\": \"WordPiece\", \"dropout\": 0.1,\n    \"unk", "has model.dropout: 0.1; supported: type, unk_token, ")]
    [InlineData("\"BertNormalizer\"", "\"BertNormalizer\", \"form\": \"NFC\"", "has normalizer.form: \"NFC\"; supported: type, clean_text, ")]
    [InlineData("\"BertPreTokenizer\"", "\"BertPreTokenizer\", \"behavior\": \"Isolated\"", "has pre_tokenizer.behavior: \"Isolated\"; supported: type")]
    [InlineData("\"Right\",\n    \"max_length\"", "\"Left\",\n    \"max_length\"", "has truncation.direction: \"Left\"; supported: Right")]
    [InlineData("\"Right\",\n    \"pad_to", "\"Left\",\n    \"pad_to", "has padding.direction: \"Left\"; supported: Right")]
    [InlineData("\"id\": \"B\",\n          \"type_id\": 1", "\"id\": \"B\",\n          \"type_id\": 0", "has post_processor.pair: ")]
    [InlineData("\"id\": \"A\",\n          \"type_id\": 0", "\"id\": \"A\",\n          \"type_id\": 2", "has post_processor.single: ")]
    [InlineData("\"ids\": [\n          2\n", "\"ids\": [\n          4\n", "has post_processor.special_tokens.[CLS]: 4; supported: 2, the id of [CLS] in the vocabulary")]
    [InlineData("\"special_tokens\"", "\"trim_offsets\": true, \"special_tokens\"", "has post_processor.trim_offsets: true; supported: type, single, pair, special_tokens")]
    public void A_fast_tokenizer_of_another_kind_is_refused_by_name(string from, string to, string message)
    {
        using var folder = new TemporaryFolder();
        var json = File.ReadAllText(TestFiles.Golden("model", "tiny-mlm", "tokenizer.json"));
        Assert.Contains(from, json, StringComparison.Ordinal);
        File.WriteAllText(folder["tokenizer.json"], json.Replace(from, to, StringComparison.Ordinal));

        var error = Assert.Throws<InputException>(() => BertTokenizer.Load(folder.Path));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, null)]
    [InlineData(2, """has post_processor.sep: 2; supported: 3, the id of [SEP] in the vocabulary""")]
    public void BertProcessing_is_read_as_its_template_is(int sep, string? message)
    {
        using var folder = new TemporaryFolder();
        var json = JsonNode.Parse(File.ReadAllText(TestFiles.Golden("model", "tiny-mlm", "tokenizer.json")))!;
        json["post_processor"] = new JsonObject { ["type"] = "BertProcessing", ["sep"] = new JsonArray("[SEP]", sep), ["cls"] = new JsonArray("[CLS]", 2) };
        File.WriteAllText(folder["tokenizer.json"], json.ToJsonString());

        if (message is null)
            GoldenLine.AssertAll(TestFiles.Golden("tokenizer", "tiny.jsonl"), _ => BertTokenizer.Load(folder.Path));
        else
            Assert.Contains(message, Assert.Throws<InputException>(() => BertTokenizer.Load(folder.Path)).Message, StringComparison.Ordinal);
    }

    /// <summary>The result of AutoTokenizer of transformers 4.57.6 for these files beside a config.json with model_type bert.</summary>
    [Theory]
    [InlineData(null, "bom")]
    [InlineData("""{"tokenizer_class": "BertTokenizer"}""", "bom")]
    [InlineData("""{"do_lower_case": false}""", "Bom")]
    [InlineData("""{"tokenizer_class": "PreTrainedTokenizerFast"}""", "Bom")]
    [InlineData("""{"tokenizer_class": "TokenizersBackend", "do_lower_case": true, "extra_special_tokens": ["[MASK]"]}""", "Bom")]
    public void A_tokenizer_json_that_does_not_lower_case_does_as_its_class_says(string? configuration, string token)
    {
        using var folder = Folder(configuration);
        TokenizerFiles.Write(folder["fast"], BertVocabulary.Load(folder["vocab.txt"]), new TokenizerSettings());
        File.Move(Path.Combine(folder["fast"], "tokenizer.json"), folder["tokenizer.json"]);
        File.Copy(TestFiles.Golden("model", "tiny-mlm", "config.json"), folder["config.json"]);

        var tokenizer = BertTokenizer.Load(folder.Path);
        TokenizerFiles.CopyTo(folder["copy"], tokenizer);

        Assert.Equal(token, tokenizer.Encode("Bom").Tokens[1]);
        Assert.Equal(token, BertTokenizer.Load(folder["copy"]).Encode("Bom").Tokens[1]);
    }

    [Fact]
    public void A_folder_without_a_tokenizer_is_refused()
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<InputException>(() => BertTokenizer.Load(folder.Path));

        Assert.Contains("holds neither tokenizer.json nor vocab.txt; ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Added_tokens_are_found_whole_in_the_normalized_text()
    {
        using var folder = Folder("{}");
        File.WriteAllText(folder["added_tokens.json"], """{"<preço>": 8}""");

        var tokenizer = BertTokenizer.Load(folder.Path);

        var text = tokenizer.Encode("bom<PRECO>bom");
        Assert.Equal([2, 6, 8, 6, 3], text.Ids);
        Assert.Equal([-1, 0, 1, 2, -1], text.WordIds);
        Assert.Equal((3, 10), text.Offsets[2]);
        Assert.Equal(9, tokenizer.Count);
    }

    [Theory]
    [InlineData(null, null, null, null)]
    [InlineData(100, null, null, 100)]
    [InlineData(null, 64, null, 64)]
    [InlineData(null, 512, 128, 128)]
    [InlineData(100, 64, 128, 64)]
    [InlineData(32, 64, 128, 32)]
    public void The_longest_row_is_the_least_of_what_is_asked_for_and_what_tokenizer_and_model_take(int? asked, int? tokenizerLength, int? positions, int? expected)
    {
        using var folder = Folder(tokenizerLength is null ? null : $$"""{"model_max_length": {{tokenizerLength}}}""");
        Assert.Equal(expected, RowLimit.Of(asked, BertTokenizer.Load(folder.Path), positions));
    }

    private static TemporaryFolder Folder(string? configuration)
    {
        var folder = new TemporaryFolder();
        File.WriteAllText(folder["vocab.txt"], Vocabulary);
        if (configuration is not null)
            File.WriteAllText(folder["tokenizer_config.json"], configuration);
        return folder;
    }
}
