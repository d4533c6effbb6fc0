// Reads a tokenizer from a model's folder.
using System.Globalization;
using System.Text.Json;
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>
/// What transformers 4.57 makes of a folder's tokenizer files: tokenizer.json where there is one, else vocab.txt; on top of it
/// what tokenizer_config.json and special_tokens_map.json say, except for what surrounds a text and stands for an unknown word: that is
/// tokenizer.json's. Settings that change tokens and are not supported are refused.
/// </summary>
internal static class TokenizerFolder
{
    /// <summary>Classes that take tokenizer.json as it is: transformers 4's for any file, and 5's.</summary>
    private static readonly string[] PlainClasses = ["PreTrainedTokenizerFast", "TokenizersBackend"];

    private static readonly string[] SpecialNames = ["pad_token", "unk_token", "cls_token", "sep_token", "mask_token"];

    public static (BertVocabulary Vocabulary, TokenizerSettings Settings) Read(string folder)
    {
        var config = TokenizerJsonFile.Open(Path.Combine(folder, HuggingFaceFiles.TokenizerConfig));
        var map = TokenizerJsonFile.Open(Path.Combine(folder, HuggingFaceFiles.SpecialTokensMap));
        var fast = TokenizerJsonFile.Open(Path.Combine(folder, HuggingFaceFiles.Tokenizer));
        var vocabularyPath = Path.Combine(folder, HuggingFaceFiles.Vocabulary);
        if (config is not null)
            RefuseUnsupported(config, hasFast: fast is not null);

        BertVocabulary vocabulary;
        TokenizerSettings settings;
        if (fast is not null)
        {
            (vocabulary, settings) = FastTokenizerFile.Read(fast);
        }
        else if (File.Exists(vocabularyPath))
        {
            // BertTokenizer's own default where no file says otherwise (docs/hf-parity.md 0.3).
            (vocabulary, settings) = (BertVocabulary.Load(vocabularyPath), new TokenizerSettings { Lowercase = true });
        }
        else
        {
            throw new InputException($"{folder} holds neither tokenizer.json nor vocab.txt; give the folder of a BERT model with its tokenizer, or the path of a vocabulary");
        }

        // False is the default of transformers' base class; BertTokenizer's own, which vocab.txt is read by, is true.
        settings = ApplyNames(settings, config, map, fast, vocabulary) with { CleanUpTokenizationSpaces = config?.Bool("clean_up_tokenization_spaces") ?? fast is null };
        if (config is not null)
            settings = settings with { ModelMaxLength = ModelMaxLength(config), SplitSpecialTokens = config.Bool("split_special_tokens") ?? false };
        if (fast is null || IsReadAsBert(folder, config))
            settings = ApplyConfig(settings, config);
        settings = settings with { AddedTokens = AddedTokens(folder, vocabulary, settings, config) };
        return (vocabulary, Checked(folder, vocabulary, settings, config, map));
    }

    private static void RefuseUnsupported(TokenizerJsonFile config, bool hasFast)
    {
        config.Require(config.Root, "tokenizer_class", ["BertTokenizer", "BertTokenizerFast", .. hasFast ? PlainClasses : []]);
        config.Require(config.Root, "padding_side", "right");
        config.Require(config.Root, "truncation_side", "right");
        config.Require(config.Root, "wordpieces_prefix", "##");
        config.Require(config.Root, "do_basic_tokenize", "True");
        if (config.Member("never_split") is { } never && !(never.ValueKind == JsonValueKind.Array && never.GetArrayLength() == 0))
            throw config.Refusal("never_split", never, "null or []");
        // transformers 5 has a list here, and no additional_special_tokens any more.
        if (config.Member("extra_special_tokens") is { } extra && extra.ValueKind != JsonValueKind.Array && extra.GetRawText() != "{}")
            throw config.Refusal("extra_special_tokens", extra, "{} or a list of tokens");
    }

    /// <summary>
    /// Without tokenizer.json the names are what they say. Beside one they make a token special that is sought in texts, and only padding and
    /// masks follow them.
    /// </summary>
    private static TokenizerSettings ApplyNames(TokenizerSettings settings, TokenizerJsonFile? config, TokenizerJsonFile? map, TokenizerJsonFile? fast, BertVocabulary vocabulary)
    {
        var names = SpecialNames.Select(name => config?.Token(name) ?? map?.Token(name)).ToArray();
        if (fast is not null)
        {
            string[] own = [settings.UnkToken, settings.ClsToken, settings.SepToken];
            return settings with
            {
                PadToken = names[0] ?? settings.PadToken,
                MaskToken = names[4] ?? settings.MaskToken,
                AddedTokens = [.. settings.AddedTokens, .. names[1..4].OfType<string>().Except(own)
                    .Where(name => settings.AddedTokens.All(token => token.Content != name))
                    .Select(name => new AddedToken(name, vocabulary.Find(name) ?? throw Unknown(name), Normalized: false, Special: true))],
            };
        }
        return settings with
        {
            PadToken = names[0] ?? settings.PadToken,
            UnkToken = names[1] ?? settings.UnkToken,
            ClsToken = names[2] ?? settings.ClsToken,
            SepToken = names[3] ?? settings.SepToken,
            MaskToken = names[4] ?? settings.MaskToken,
        };
    }

    private static InputException Unknown(string name) =>
        new($"tokenizer_config.json names the special token {OneLine.Quote(name)}, which the vocabulary of tokenizer.json does not have; take the tokenizer's files from one source");

    /// <summary>BertTokenizerFast sets these three whatever tokenizer.json says, to its own defaults where the config says nothing.</summary>
    private static TokenizerSettings ApplyConfig(TokenizerSettings settings, TokenizerJsonFile? config) => settings with
    {
        Lowercase = config?.Bool("do_lower_case") ?? true,
        StripAccents = config?.Bool("strip_accents"),
        TokenizeChineseChars = config?.Bool("tokenize_chinese_chars") ?? true,
    };

    /// <summary>Whether AutoTokenizer takes the folder's tokenizer.json for a BertTokenizerFast's; without any config it could not load it at all.</summary>
    private static bool IsReadAsBert(string folder, TokenizerJsonFile? config) =>
        config?.String("tokenizer_class") is { } name ? !PlainClasses.Contains(name) : config is not null || File.Exists(Path.Combine(folder, HuggingFaceFiles.Config));

    /// <summary>Whether the files say by themselves what is lower-cased, so that their copies are read alike by every version of transformers.</summary>
    public static bool IsExplicit(string folder) =>
        TokenizerJsonFile.Open(Path.Combine(folder, HuggingFaceFiles.TokenizerConfig)) is { } config
        && (config.Bool("do_lower_case") is not null || PlainClasses.Contains(config.String("tokenizer_class")));

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
        var tokens = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        // A token that the vocabulary has keeps the vocabulary's id, whatever the files give it.
        AddedToken Placed(AddedToken token) => vocabulary.Find(token.Content) is { } known ? token with { Id = known } : token;
        foreach (var token in settings.AddedTokens.Select(Placed))
            if (!tokens.TryAdd(token.Content, token) && tokens[token.Content] != token)
                throw new InputException($"{folder} has the added token {OneLine.Quote(token.Content)} twice; leave it once");
        if (config?.Member("added_tokens_decoder") is { } decoder)
        {
            foreach (var member in decoder.EnumerateObject())
            {
                if (!int.TryParse(member.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                    throw config.Refusal($"added_tokens_decoder.{member.Name}", member.Value, "ids as keys");
                var token = Placed(config.AddedToken(member.Value, id));
                // Which tokens are ordinary text matters where special ones are: those that either file calls special.
                if (!tokens.TryAdd(token.Content, token) && settings.SplitSpecialTokens && token.Special)
                    tokens[token.Content] = tokens[token.Content] with { Special = true };
            }
        }
        else if (TokenizerJsonFile.Open(Path.Combine(folder, HuggingFaceFiles.AddedTokens)) is { } added)
        {
            foreach (var member in added.Root.EnumerateObject())
            {
                if (member.Name.Length == 0 || member.Value.ValueKind != JsonValueKind.Number || !member.Value.TryGetInt32(out var id))
                    throw added.Refusal(member.Name, member.Value, "tokens with their ids");
                var special = settings.SpecialNames.Contains(member.Name);
                tokens.TryAdd(member.Name, Placed(new AddedToken(member.Name, id, Normalized: !special, special)));
            }
        }
        if (tokens.Values.GroupBy(token => token.Id).FirstOrDefault(same => same.Count() > 1) is { } shared)
            throw new InputException($"{folder} gives the id {shared.Key} to {string.Join(" and ", shared.Select(token => OneLine.Quote(token.Content)))}; take the tokenizer's files from one source");
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
            foreach (var name in (string[])["additional_special_tokens", "extra_special_tokens"])
                settings = WithAdditional(file, name, vocabulary, settings);
        return settings;
    }

    /// <summary>Makes the tokens of a list special.</summary>
    private static TokenizerSettings WithAdditional(TokenizerJsonFile file, string member, BertVocabulary vocabulary, TokenizerSettings settings)
    {
        if (file.Member(member) is not { } list || list.GetRawText() == "{}")
            return settings;
        if (list.ValueKind != JsonValueKind.Array)
            throw file.Refusal(member, list, "a list of tokens");
        var tokens = settings.AddedTokens.ToList();
        foreach (var item in list.EnumerateArray())
        {
            var name = item.ValueKind == JsonValueKind.String ? item.GetString() : file.String(item, "content");
            // The five are special anyway.
            if (settings.SpecialNames.Contains(name))
                continue;
            var at = tokens.FindIndex(token => token.Content == name);
            if (at >= 0)
                tokens[at] = tokens[at] with { Special = true };
            else if (!string.IsNullOrEmpty(name) && vocabulary.Find(name) is { } id)
                tokens.Add(new AddedToken(name, id, Normalized: false, Special: true));
            else
                throw file.Refusal(member, item, "tokens of the vocabulary or of added_tokens_decoder");
        }
        return settings with { AddedTokens = tokens };
    }
}
