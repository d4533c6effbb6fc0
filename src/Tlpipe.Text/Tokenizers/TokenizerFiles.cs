// The tokenizer's files beside a saved model.
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>Copies or writes the files from which transformers 4 and 5 both load a tokenizer (docs/hf-parity.md 13.8).</summary>
public static class TokenizerFiles
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether a folder holds a tokenizer.</summary>
    public static bool Exist(string folder) => HuggingFaceFiles.Vocabularies.Any(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>
    /// Puts a tokenizer's files beside a saved model: copies of those it was read from, byte for byte, or new ones where it
    /// was read with other settings, from a bare vocabulary, or from files that leave to defaults what these were.
    /// </summary>
    /// <exception cref="InputException">The tokenizer cannot be written, see <see cref="Write"/>.</exception>
    public static void CopyTo(string folder, BertTokenizer tokenizer)
    {
        if (tokenizer.SourceFolder is not { } source)
        {
            Write(folder, tokenizer.Vocabulary, tokenizer.Settings);
            return;
        }
        Directory.CreateDirectory(folder);
        foreach (var name in HuggingFaceFiles.TokenizerFiles.Where(name => File.Exists(Path.Combine(source, name))))
            // Not File.Copy, which would make a copy of a read-only file read-only.
            File.WriteAllBytes(Path.Combine(folder, name), File.ReadAllBytes(Path.Combine(source, name)));
    }

    /// <summary>
    /// Writes vocab.txt, tokenizer.json, tokenizer_config.json and special_tokens_map.json, and added_tokens.json for tokens
    /// beyond the vocabulary.
    /// </summary>
    /// <exception cref="InputException">The vocabulary lacks a special token.</exception>
    public static void Write(string folder, BertVocabulary vocabulary, TokenizerSettings settings)
    {
        var added = AddedTokens(vocabulary, settings);
        Directory.CreateDirectory(folder);
        WriteText(HuggingFaceFiles.Vocabulary, string.Concat(vocabulary.Tokens.Select(token => token + "\n")));
        WriteText(HuggingFaceFiles.SpecialTokensMap, SpecialTokensMap(settings).ToJsonString(Indented) + "\n");
        WriteText(HuggingFaceFiles.TokenizerConfig, Config(added, settings).ToJsonString(Indented) + "\n");
        var beyond = added.Where(token => token.Id >= vocabulary.Count).OrderBy(token => token.Content, StringComparer.Ordinal)
            .Select(token => KeyValuePair.Create(token.Content, (JsonNode?)JsonValue.Create(token.Id))).ToList();
        if (beyond.Count > 0)
            WriteText(HuggingFaceFiles.AddedTokens, new JsonObject(beyond).ToJsonString(Indented) + "\n");
        WriteText(HuggingFaceFiles.Tokenizer, FastTokenizer(vocabulary, added, settings).ToJsonString(Indented));

        void WriteText(string name, string text) =>
            File.WriteAllText(Path.Combine(folder, name), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private static List<AddedToken> AddedTokens(BertVocabulary vocabulary, TokenizerSettings settings)
    {
        var special = new BertTokenizer(vocabulary, settings).SpecialTokens.AllSpecialIds;
        var five = special.Where(id => settings.AddedTokens.All(token => token.Id != id));
        return [.. five.Select(id => new AddedToken(vocabulary.Tokens[id], id, false, true)).Concat(settings.AddedTokens).OrderBy(token => token.Id)];
    }

    private static JsonObject SpecialTokensMap(TokenizerSettings settings) => new()
    {
        ["cls_token"] = settings.ClsToken,
        ["mask_token"] = settings.MaskToken,
        ["pad_token"] = settings.PadToken,
        ["sep_token"] = settings.SepToken,
        ["unk_token"] = settings.UnkToken,
    };

    private static JsonObject Config(List<AddedToken> added, TokenizerSettings settings)
    {
        var config = ConfigWithoutSplitting(added, settings);
        if (settings.SplitSpecialTokens)
            config["split_special_tokens"] = true;
        return config;
    }

    private static JsonObject ConfigWithoutSplitting(List<AddedToken> added, TokenizerSettings settings) => new()
    {
        ["added_tokens_decoder"] = new JsonObject(added.Select(token => KeyValuePair.Create(token.Id.ToString(), (JsonNode?)new JsonObject
        {
            ["content"] = token.Content,
            ["lstrip"] = false,
            ["normalized"] = token.Normalized,
            ["rstrip"] = false,
            ["single_word"] = false,
            ["special"] = token.Special,
        }))),
        ["clean_up_tokenization_spaces"] = settings.CleanUpTokenizationSpaces,
        ["cls_token"] = settings.ClsToken,
        ["do_basic_tokenize"] = true,
        ["do_lower_case"] = settings.Lowercase,
        ["extra_special_tokens"] = new JsonObject(),
        ["mask_token"] = settings.MaskToken,
        // int(1e30), transformers' word for no limit.
        ["model_max_length"] = settings.ModelMaxLength ?? JsonNode.Parse("1000000000000000019884624838656"),
        ["never_split"] = null,
        ["pad_token"] = settings.PadToken,
        ["sep_token"] = settings.SepToken,
        ["strip_accents"] = settings.StripAccents,
        ["tokenize_chinese_chars"] = settings.TokenizeChineseChars,
        ["tokenizer_class"] = "BertTokenizer",
        ["unk_token"] = settings.UnkToken,
    };

    private static JsonObject FastTokenizer(BertVocabulary vocabulary, List<AddedToken> added, TokenizerSettings settings) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray([.. added.Select(token => new JsonObject
        {
            ["id"] = token.Id,
            ["content"] = token.Content,
            ["single_word"] = false,
            ["lstrip"] = false,
            ["rstrip"] = false,
            ["normalized"] = token.Normalized,
            ["special"] = token.Special,
        })]),
        ["normalizer"] = new JsonObject
        {
            ["type"] = "BertNormalizer",
            ["clean_text"] = settings.CleanText,
            ["handle_chinese_chars"] = settings.TokenizeChineseChars,
            ["strip_accents"] = settings.StripAccents,
            ["lowercase"] = settings.Lowercase,
        },
        ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
        ["post_processor"] = PostProcessor(vocabulary, settings),
        ["decoder"] = new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = settings.DecoderCleanup },
        ["model"] = new JsonObject
        {
            ["type"] = "WordPiece",
            ["unk_token"] = settings.UnkToken,
            ["continuing_subword_prefix"] = "##",
            ["max_input_chars_per_word"] = WordPieceMatcher.LongestWord,
            // Of a token's ids the last one counts; vocab.txt has a line for each.
            ["vocab"] = new JsonObject(vocabulary.Tokens.Select((token, id) => (token, id)).Where(place => vocabulary.Find(place.token) == place.id)
                .Select(place => KeyValuePair.Create(place.token, (JsonNode?)JsonValue.Create(place.id)))),
        },
    };

    private static JsonObject PostProcessor(BertVocabulary vocabulary, TokenizerSettings settings)
    {
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(settings.ClsToken, 0), Sequence("A", 0), Special(settings.SepToken, 0)),
            ["pair"] = new JsonArray(
                Special(settings.ClsToken, 0), Sequence("A", 0), Special(settings.SepToken, 0), Sequence("B", 1), Special(settings.SepToken, 1)),
            ["special_tokens"] = new JsonObject
            {
                [settings.ClsToken] = Ids(settings.ClsToken),
                [settings.SepToken] = Ids(settings.SepToken),
            },
        };

        JsonObject Special(string token, int type) => new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };
        JsonObject Sequence(string name, int type) => new() { ["Sequence"] = new JsonObject { ["id"] = name, ["type_id"] = type } };
        JsonObject Ids(string token) => new()
        {
            ["id"] = token,
            ["ids"] = new JsonArray(vocabulary.Find(token)),
            ["tokens"] = new JsonArray(token),
        };
    }
}
