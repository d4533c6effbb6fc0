// Reads tokenizer.json, the tokenizers library's own file.
using System.Text.Json;

namespace Tlpipe.Nlp.Text;

/// <summary>The vocabulary and settings of a tokenizer.json that is a BERT WordPiece tokenizer; any other is refused.</summary>
internal static class FastTokenizerFile
{
    public static (BertVocabulary Vocabulary, TokenizerSettings Settings) Read(TokenizerJsonFile file)
    {
        var model = Part(file, "model", "WordPiece");
        file.Require(model, "continuing_subword_prefix", "##");
        file.Require(model, "max_input_chars_per_word", WordPieceMatcher.LongestWord.ToString());
        var normalizer = Part(file, "normalizer", "BertNormalizer");
        Part(file, "pre_tokenizer", "BertPreTokenizer");
        var (cls, sep) = Template(file, Part(file, "post_processor", "TemplateProcessing", "BertProcessing"));
        return (Vocabulary(file, model), new TokenizerSettings
        {
            CleanText = file.Bool(normalizer, "clean_text") ?? true,
            TokenizeChineseChars = file.Bool(normalizer, "handle_chinese_chars") ?? true,
            StripAccents = file.Bool(normalizer, "strip_accents"),
            Lowercase = file.Bool(normalizer, "lowercase") ?? true,
            UnkToken = file.String(model, "unk_token") ?? "[UNK]",
            ClsToken = cls,
            SepToken = sep,
            AddedTokens = AddedTokens(file),
        });
    }

    private static JsonElement Part(TokenizerJsonFile file, string name, params string[] types)
    {
        var part = file.Member(name);
        if (part is { } found && types.Contains(file.String(found, "type")))
            return found;
        var type = part is { } other ? TokenizerJsonFile.Member(other, "type") ?? other : (JsonElement?)null;
        throw file.Refusal($"a {name} of type", type, string.Join(" or ", types));
    }

    /// <summary>The tokens around a single text.</summary>
    private static (string Cls, string Sep) Template(TokenizerJsonFile file, JsonElement processor)
    {
        if (TokenizerJsonFile.Member(processor, "single") is not { } single)
        {
            return TokenizerJsonFile.Member(processor, "cls") is { ValueKind: JsonValueKind.Array } cls
                && TokenizerJsonFile.Member(processor, "sep") is { ValueKind: JsonValueKind.Array } sep
                && cls.GetArrayLength() == 2 && sep.GetArrayLength() == 2
                    ? (cls[0].ToString(), sep[0].ToString())
                    : throw file.Refusal("post_processor", processor, "one with single, or with cls and sep");
        }
        if (single.ValueKind == JsonValueKind.Array && single.GetArrayLength() == 3
            && Special(single[0]) is { } first && TokenizerJsonFile.Member(single[1], "Sequence") is not null && Special(single[2]) is { } last)
            return (first, last);
        throw file.Refusal("post_processor.single", single, "a special token, the text and a special token");

        string? Special(JsonElement item) =>
            TokenizerJsonFile.Member(item, "SpecialToken") is { } special ? file.String(special, "id") : null;
    }

    private static BertVocabulary Vocabulary(TokenizerJsonFile file, JsonElement model)
    {
        if (TokenizerJsonFile.Member(model, "vocab") is not { ValueKind: JsonValueKind.Object } vocabulary)
            throw file.Refusal("model.vocab", TokenizerJsonFile.Member(model, "vocab"), "an object of tokens with their ids");
        var tokens = new string?[vocabulary.EnumerateObject().Count()];
        foreach (var member in vocabulary.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out var id)
                || id < 0 || id >= tokens.Length || tokens[id] is not null)
                throw file.Refusal($"model.vocab.{member.Name}", member.Value, $"ids from 0 to {tokens.Length - 1}, each once");
            tokens[id] = member.Name;
        }
        return BertVocabulary.FromTokens(tokens.OfType<string>());
    }

    private static List<AddedToken> AddedTokens(TokenizerJsonFile file)
    {
        var tokens = new List<AddedToken>();
        if (file.Member("added_tokens") is not { } list)
            return tokens;
        if (list.ValueKind != JsonValueKind.Array)
            throw file.Refusal("added_tokens", list, "a list");
        foreach (var item in list.EnumerateArray())
        {
            if (TokenizerJsonFile.Member(item, "id") is not { ValueKind: JsonValueKind.Number } number || !number.TryGetInt32(out var id) || id < 0)
                throw file.Refusal("an added token without id", item, "added tokens with an id");
            tokens.Add(file.AddedToken(item, id));
        }
        return tokens;
    }
}
