// Reads a tokenizer from a model's folder.
using System.Globalization;
using System.Text.Json;

namespace Tlpipe.Nlp.Text;

/// <summary>
/// What transformers 4.57 makes of a folder's tokenizer files: tokenizer.json where there is one, else vocab.txt; on top of it
/// what tokenizer_config.json and special_tokens_map.json say. Settings that change tokens and are not supported are refused.
/// </summary>
internal static class TokenizerFolder
{
    private static readonly string[] SpecialNames = ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"];

    public static (BertVocabulary Vocabulary, TokenizerSettings Settings) Read(string folder)
    {
        var config = TokenizerJsonFile.Open(Path.Combine(folder, "tokenizer_config.json"));
        var map = TokenizerJsonFile.Open(Path.Combine(folder, "special_tokens_map.json"));
        var fast = TokenizerJsonFile.Open(Path.Combine(folder, "tokenizer.json"));
        var vocabularyPath = Path.Combine(folder, "vocab.txt");
        if (config is not null)
            RefuseUnsupported(config);

        BertVocabulary vocabulary;
        TokenizerSettings settings;
        if (fast is not null)
        {
            (vocabulary, settings) = FastTokenizerFile.Read(fast);
        }
        else if (File.Exists(vocabularyPath))
        {
            // BertTokenizer's own default where no file says otherwise (hf-parity 0.3).
            (vocabulary, settings) = (BertVocabulary.Load(vocabularyPath), new TokenizerSettings { Lowercase = true });
        }
        else
        {
            throw new InputException($"{folder} holds neither tokenizer.json nor vocab.txt; give the folder of a BERT model with its tokenizer, or the path of a vocabulary");
        }

        // transformers' own default, where BertTokenizer's was true once.
        settings = ApplyNames(settings, config, map) with { CleanUpTokenizationSpaces = config?.Bool("clean_up_tokenization_spaces") ?? false };
        if (config is not null)
            settings = ApplyConfig(settings, config);
        settings = settings with { AddedTokens = AddedTokens(folder, vocabulary, settings, config) };
        return (vocabulary, Checked(folder, vocabulary, settings, config, map));
    }

    private static void RefuseUnsupported(TokenizerJsonFile config)
    {
        config.Require(config.Root, "tokenizer_class", "BertTokenizer", "BertTokenizerFast");
        config.Require(config.Root, "padding_side", "right");
        config.Require(config.Root, "truncation_side", "right");
        config.Require(config.Root, "wordpieces_prefix", "##");
        config.Require(config.Root, "do_basic_tokenize", "True");
        if (config.Member("never_split") is { } never && !(never.ValueKind == JsonValueKind.Array && never.GetArrayLength() == 0))
            throw config.Refusal("never_split", never, "null or []");
        if (config.Member("extra_special_tokens") is { } extra && extra.GetRawText() is not ("{}" or "[]"))
            throw config.Refusal("extra_special_tokens", extra, "{}");
    }

    private static TokenizerSettings ApplyNames(TokenizerSettings settings, TokenizerJsonFile? config, TokenizerJsonFile? map)
    {
        var names = SpecialNames.Select(name => config?.Token(name) ?? map?.Token(name)).ToArray();
        return settings with
        {
            PadToken = names[0] ?? settings.PadToken,
            UnkToken = names[1] ?? settings.UnkToken,
            ClsToken = names[2] ?? settings.ClsToken,
            SepToken = names[3] ?? settings.SepToken,
            MaskToken = names[4] ?? settings.MaskToken,
        };
    }

    private static TokenizerSettings ApplyConfig(TokenizerSettings settings, TokenizerJsonFile config) => settings with
    {
        Lowercase = config.Bool("do_lower_case") ?? settings.Lowercase,
        StripAccents = config.Has("strip_accents") ? config.Bool("strip_accents") : settings.StripAccents,
        TokenizeChineseChars = config.Bool("tokenize_chinese_chars") ?? settings.TokenizeChineseChars,
        ModelMaxLength = ModelMaxLength(config),
    };

    private static int? ModelMaxLength(TokenizerJsonFile config)
    {
        if (config.Member("model_max_length") is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var length) || length < 2)
            throw config.Refusal("model_max_length", value, "a number of tokens from 2 on");
        // transformers writes int(1e30) for a model that names none.
        return length > int.MaxValue ? null : (int)length;
    }

    private static IReadOnlyList<AddedToken> AddedTokens(
        string folder, BertVocabulary vocabulary, TokenizerSettings settings, TokenizerJsonFile? config)
    {
        var tokens = settings.AddedTokens.ToDictionary(token => token.Content);
        if (config?.Member("added_tokens_decoder") is { } decoder)
        {
            foreach (var member in decoder.EnumerateObject())
            {
                if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                    throw config.Refusal($"added_tokens_decoder.{member.Name}", member.Value, "ids as keys");
                var token = config.AddedToken(member.Value, id);
                tokens.TryAdd(token.Content, token);
            }
        }
        else if (TokenizerJsonFile.Open(Path.Combine(folder, "added_tokens.json")) is { } added)
        {
            foreach (var member in added.Root.EnumerateObject())
            {
                if (member.Name.Length == 0 || member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out var id))
                    throw added.Refusal(member.Name, member.Value, "tokens with their ids");
                var special = settings.SpecialNames.Contains(member.Name);
                tokens.TryAdd(member.Name, new AddedToken(member.Name, id, Normalized: !special, special));
            }
        }
        foreach (var token in tokens.Values.Where(token => token.Id < vocabulary.Count && vocabulary.Find(token.Content) != token.Id))
            throw new InputException($"{folder} gives the added token {token.Content} the id {token.Id}, which the vocabulary has for {vocabulary.Tokens[token.Id]}; take the tokenizer's files from one source");
        return [.. tokens.Values.OrderBy(token => token.Id)];
    }

    private static TokenizerSettings Checked(
        string folder, BertVocabulary vocabulary, TokenizerSettings settings, TokenizerJsonFile? config, TokenizerJsonFile? map)
    {
        var next = vocabulary.Count;
        foreach (var token in settings.AddedTokens.Where(token => token.Id >= vocabulary.Count))
        {
            if (token.Id != next++)
                throw new InputException($"{folder} gives the added token {token.Content} the id {token.Id}, but the next free one is {next - 1}; added tokens must follow the vocabulary without gaps");
        }
        foreach (var file in new[] { config, map }.OfType<TokenizerJsonFile>())
            settings = WithAdditional(file, vocabulary, settings);
        return settings;
    }

    /// <summary>Makes the tokens of <c>additional_special_tokens</c> special.</summary>
    private static TokenizerSettings WithAdditional(TokenizerJsonFile file, BertVocabulary vocabulary, TokenizerSettings settings)
    {
        if (file.Member("additional_special_tokens") is not { } list)
            return settings;
        if (list.ValueKind != JsonValueKind.Array)
            throw file.Refusal("additional_special_tokens", list, "a list of tokens");
        var tokens = settings.AddedTokens.ToList();
        foreach (var item in list.EnumerateArray())
        {
            var name = item.ValueKind == JsonValueKind.String ? item.GetString() : file.String(item, "content");
            var at = tokens.FindIndex(token => token.Content == name);
            if (at >= 0)
                tokens[at] = tokens[at] with { Special = true };
            else if (!string.IsNullOrEmpty(name) && vocabulary.Find(name) is { } id)
                tokens.Add(new AddedToken(name, id, Normalized: false, Special: true));
            else
                throw file.Refusal("additional_special_tokens", item, "tokens of the vocabulary or of added_tokens_decoder");
        }
        return settings with { AddedTokens = tokens };
    }
}
