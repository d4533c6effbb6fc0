// Reads tokenizer.json, the tokenizers library's own file.
using System.Text.Json;

namespace Tlpipe.Text.Tokenizers;

/// <summary>The vocabulary and settings of a tokenizer.json that is a BERT WordPiece tokenizer; any other is refused.</summary>
internal static class FastTokenizerFile
{
    private static readonly string[] Members =
        ["version", "truncation", "padding", "added_tokens", "normalizer", "pre_tokenizer", "post_processor", "decoder", "model"];

    public static (BertVocabulary Vocabulary, TokenizerSettings Settings) Read(TokenizerJsonFile file)
    {
        file.RequireKnown(file.Root, "", Members);
        file.Require(file.Root, "version", "1.0");
        RefuseLeft(file, "truncation");
        RefuseLeft(file, "padding");
        var model = Part(file, "model", "WordPiece");
        file.RequireKnown(model, "model", "type", "unk_token", "continuing_subword_prefix", "max_input_chars_per_word", "vocab");
        file.Require(model, "continuing_subword_prefix", "##");
        file.Require(model, "max_input_chars_per_word", WordPieceMatcher.LongestWord.ToString());
        var normalizer = Part(file, "normalizer", "BertNormalizer");
        file.RequireKnown(normalizer, "normalizer", "type", "clean_text", "handle_chinese_chars", "strip_accents", "lowercase");
        file.RequireKnown(Part(file, "pre_tokenizer", "BertPreTokenizer"), "pre_tokenizer", "type");
        var vocabulary = Vocabulary(file, model);
        var (cls, sep) = FastTokenizerTemplate.Read(file, Part(file, "post_processor", "TemplateProcessing", "BertProcessing"), vocabulary);
        return (vocabulary, new TokenizerSettings
        {
            CleanText = file.Bool(normalizer, "clean_text") ?? true,
            TokenizeChineseChars = file.Bool(normalizer, "handle_chinese_chars") ?? true,
            StripAccents = file.Bool(normalizer, "strip_accents"),
            Lowercase = file.Bool(normalizer, "lowercase") ?? true,
            UnkToken = file.String(model, "unk_token") ?? "[UNK]",
            ClsToken = cls,
            SepToken = sep,
            DecoderCleanup = file.Member("decoder") is not { } decoder || (file.Bool(decoder, "cleanup") ?? true),
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

    /// <summary>transformers takes the sides from here; lengths and strategies it takes from each call, and tlpipe from its options.</summary>
    private static void RefuseLeft(TokenizerJsonFile file, string name)
    {
        if (file.Member(name) is { } side && TokenizerJsonFile.Member(side, "direction") is { } direction && direction.ToString() != "Right")
            throw file.Refusal($"{name}.direction", direction, "Right");
    }

    private static BertVocabulary Vocabulary(TokenizerJsonFile file, JsonElement model)
    {
        if (TokenizerJsonFile.Member(model, "vocab") is not { ValueKind: JsonValueKind.Object } vocabulary)
            throw file.Refusal("model.vocab", TokenizerJsonFile.Member(model, "vocab"), "an object of tokens with their ids");
        // A vocab.txt that has a token twice becomes a file without the first one's id. There are never many of them.
        var tokens = new string?[2 * vocabulary.EnumerateObject().Count()];
        var count = 0;
        foreach (var member in vocabulary.EnumerateObject())
        {
            if (member.Name.Length > BertVocabulary.LongestPiece)
                throw file.Refusal($"a token of {member.Name.Length:N0} characters in model.vocab", member.Value, $"tokens of up to {BertVocabulary.LongestPiece} characters");
            if (member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out var id)
                || id < 0 || id >= tokens.Length || tokens[id] is not null)
                throw file.Refusal($"model.vocab.{member.Name}", member.Value, $"ids from 0 to {tokens.Length - 1}, each once");
            tokens[id] = member.Name;
            count = Math.Max(count, id + 1);
        }
        return BertVocabulary.FromPlaces(tokens[..count]);
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
