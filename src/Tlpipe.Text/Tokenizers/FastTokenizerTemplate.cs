// The special tokens around texts, as tokenizer.json has them.
using System.Text.Json;

namespace Tlpipe.Text.Tokenizers;

/// <summary>
/// The post_processor of a tokenizer.json: TemplateProcessing or BertProcessing, if it yields [CLS] A [SEP] and
/// [CLS] A [SEP] B [SEP] with token type 1 from B on; any other is refused.
/// </summary>
internal static class FastTokenizerTemplate
{
    /// <summary>The token before a text, and the one after each.</summary>
    public static (string Cls, string Sep) Read(TokenizerJsonFile file, JsonElement processor, BertVocabulary vocabulary) =>
        file.String(processor, "type") == "BertProcessing" ? Bert(file, processor, vocabulary) : Template(file, processor, vocabulary);

    private static (string Cls, string Sep) Bert(TokenizerJsonFile file, JsonElement processor, BertVocabulary vocabulary)
    {
        file.RequireKnown(processor, "post_processor", "type", "cls", "sep");
        return (Token("cls"), Token("sep"));

        string Token(string name)
        {
            var pair = TokenizerJsonFile.Member(processor, name);
            if (pair is not { ValueKind: JsonValueKind.Array } token || token.GetArrayLength() != 2 || token[0].ValueKind != JsonValueKind.String)
                throw file.Refusal($"post_processor.{name}", pair, "a token and its id");
            RequireId(file, $"post_processor.{name}", token[0].GetString()!, token[1], vocabulary);
            return token[0].GetString()!;
        }
    }

    private static (string Cls, string Sep) Template(TokenizerJsonFile file, JsonElement processor, BertVocabulary vocabulary)
    {
        file.RequireKnown(processor, "post_processor", "type", "single", "pair", "special_tokens");
        var single = Items(file, processor, "single");
        if (single is not [(var cls, 0, true), ("A", 0, false), (var sep, 0, true)])
            throw file.Refusal("post_processor.single", TokenizerJsonFile.Member(processor, "single"), "a special token, the text A and a special token, all of type_id 0");
        var pair = Items(file, processor, "pair");
        (string, int, bool)[] wanted = [(cls, 0, true), ("A", 0, false), (sep, 0, true), ("B", 1, false), (sep, 1, true)];
        if (!pair.SequenceEqual(wanted))
            throw file.Refusal("post_processor.pair", TokenizerJsonFile.Member(processor, "pair"), $"{cls} A {sep} of type_id 0, B {sep} of type_id 1");
        foreach (var token in new[] { cls, sep })
            RequireSpecial(file, processor, token, vocabulary);
        return (cls, sep);
    }

    /// <summary>The parts of a template: name, token type, and whether it is a special token rather than a text.</summary>
    private static List<(string Name, int Type, bool Special)> Items(TokenizerJsonFile file, JsonElement processor, string name)
    {
        var template = TokenizerJsonFile.Member(processor, name);
        if (template is not { ValueKind: JsonValueKind.Array } list)
            throw file.Refusal($"post_processor.{name}", template, "a list of special tokens and texts");
        var items = new List<(string, int, bool)>();
        foreach (var item in list.EnumerateArray())
        {
            var special = TokenizerJsonFile.Member(item, "SpecialToken");
            if ((special ?? TokenizerJsonFile.Member(item, "Sequence")) is not { } part || file.String(part, "id") is not { } id
                || TokenizerJsonFile.Member(part, "type_id") is not { ValueKind: JsonValueKind.Number } type || !type.TryGetInt32(out var typeId))
                throw file.Refusal($"post_processor.{name}", item, "SpecialToken or Sequence with id and type_id");
            items.Add((id, typeId, special is not null));
        }
        return items;
    }

    /// <summary>A template's special token stands for itself, under the vocabulary's id.</summary>
    private static void RequireSpecial(TokenizerJsonFile file, JsonElement processor, string token, BertVocabulary vocabulary)
    {
        var place = $"post_processor.special_tokens.{token}";
        var entry = TokenizerJsonFile.Member(processor, "special_tokens") is { } all ? TokenizerJsonFile.Member(all, token) : null;
        if (entry is not { } given || TokenizerJsonFile.Member(given, "ids") is not { ValueKind: JsonValueKind.Array } ids || ids.GetArrayLength() != 1)
            throw file.Refusal(place, entry, "an entry with one id");
        RequireId(file, place, token, ids[0], vocabulary);
    }

    private static void RequireId(TokenizerJsonFile file, string place, string token, JsonElement id, BertVocabulary vocabulary)
    {
        if (vocabulary.Find(token) is { } known && !(id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out var value) && value == known))
            throw file.Refusal(place, id, $"{known}, the id of {token} in the vocabulary");
    }
}
