// Text to token ids as the fast BERT tokenizer of transformers does it.
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>
/// The fast BERT tokenizer (docs/hf-parity.md, section 2): special tokens are found in the raw text, the rest is normalized, split at
/// white space and punctuation, and each word cut into the longest pieces of the vocabulary; [CLS] and [SEP] go around it.
/// Instances don't change and may be shared between threads.
/// </summary>
public sealed class BertTokenizer
{
    private readonly AddedTokenFinder finder;
    private readonly WordPieceMatcher matcher;
    private readonly Dictionary<int, string> addedTokens;
    private TokenizedRow? spareRow;

    /// <summary>A tokenizer over a vocabulary.</summary>
    /// <exception cref="InputException">A special token is not in the vocabulary.</exception>
    public BertTokenizer(BertVocabulary vocabulary, TokenizerSettings settings)
    {
        Vocabulary = vocabulary;
        Settings = settings;
        SpecialTokens = FindSpecialTokens(vocabulary, settings);
        addedTokens = settings.AddedTokens.ToDictionary(token => token.Id, token => token.Content);
        matcher = new WordPieceMatcher(vocabulary);
        finder = new AddedTokenFinder(
        [
            .. settings.AddedTokens,
            .. settings.SpecialNames.Distinct().Where(name => settings.AddedTokens.All(token => token.Content != name))
                .Select(name => new AddedToken(name, vocabulary.Find(name)!.Value, Normalized: false, Special: true)),
        ], settings);
    }

    /// <summary>The words' pieces.</summary>
    public BertVocabulary Vocabulary { get; }

    /// <summary>How text is normalized and which tokens are special.</summary>
    public TokenizerSettings Settings { get; }

    /// <summary>The special tokens' ids.</summary>
    public SpecialTokens SpecialTokens { get; }

    /// <summary>The longest row the model's authors allow, special tokens counted; null where they say nothing.</summary>
    public int? ModelMaxLength => Settings.ModelMaxLength;

    /// <summary>The folder whose files describe this tokenizer in full; null where it came from elsewhere, was changed, or leans on defaults.</summary>
    public string? SourceFolder { get; private init; }

    /// <summary>The number of ids: the vocabulary's, and the added tokens' beyond it.</summary>
    public int Count => Math.Max(Vocabulary.Count, addedTokens.Keys.DefaultIfEmpty(-1).Max() + 1);

    /// <summary>Reads a tokenizer from a model's folder, or a cased one over a vocabulary file.</summary>
    /// <param name="folderOrVocab">A folder with tokenizer.json or vocab.txt, or the path of a vocabulary, one token a line.</param>
    /// <param name="lowercase">In place of what the folder says; for a vocabulary file null means false.</param>
    /// <param name="stripAccents">In place of what the folder says; null there means as <paramref name="lowercase"/>.</param>
    /// <exception cref="InputException">A file is missing or broken, or asks for something that this tokenizer does not support.</exception>
    public static BertTokenizer Load(string folderOrVocab, bool? lowercase = null, bool? stripAccents = null)
    {
        var (vocabulary, settings) = Directory.Exists(folderOrVocab)
            ? TokenizerFolder.Read(folderOrVocab)
            : (BertVocabulary.Load(folderOrVocab), new TokenizerSettings());
        var asked = settings with
        {
            Lowercase = lowercase ?? settings.Lowercase,
            StripAccents = stripAccents ?? settings.StripAccents,
        };
        var unchanged = Directory.Exists(folderOrVocab) && asked == settings && TokenizerFolder.IsExplicit(folderOrVocab);
        return new BertTokenizer(vocabulary, asked) { SourceFolder = unchanged ? folderOrVocab : null };
    }

    /// <summary>Tokenizes a text.</summary>
    /// <param name="text">The text; may be empty.</param>
    /// <param name="maxLength">The most tokens to keep, [CLS] and [SEP] counted, at least 2; the right end is cut. Null: all.</param>
    public TokenizedText Encode(string text, int? maxLength = null) => Encoded(row => row.Tokenize(text, maxLength));

    /// <summary>Tokenizes two texts into one row, [SEP] between them; word ids and offsets start again in the second text.</summary>
    /// <param name="text">The first text; may be empty.</param>
    /// <param name="pair">The second.</param>
    /// <param name="maxLength">The most tokens to keep, special ones counted, at least 3; the longer text is cut first. Null: all.</param>
    public TokenizedText Encode(string text, string pair, int? maxLength = null) => Encoded(row => row.Tokenize(text, pair, maxLength));

    /// <summary>The token of an id.</summary>
    public string TokenOf(int id) => addedTokens.TryGetValue(id, out var token) ? token : Vocabulary.Tokens[id];

    /// <summary>Where added tokens stand in a text.</summary>
    internal AddedTokenFinder Finder => finder;

    /// <summary>Cuts words into pieces.</summary>
    internal WordPieceMatcher Matcher => matcher;

    private TokenizedText Encoded(Action<TokenizedRow> tokenize)
    {
        var row = Interlocked.Exchange(ref spareRow, null) ?? new TokenizedRow(this);
        tokenize(row);
        var ids = row.Ids.ToArray();
        var (mask, types) = (new int[ids.Length], new int[ids.Length]);
        (mask[0], mask[row.SecondText - 1], mask[^1]) = (1, 1, 1);
        types.AsSpan(row.SecondText).Fill(1);
        var tokenized = new TokenizedText(ids, Array.ConvertAll(ids, TokenOf), row.WordIds.ToArray(), row.Offsets(), mask) { TokenTypeIds = types };
        spareRow = row;
        return tokenized;
    }

    private static SpecialTokens FindSpecialTokens(BertVocabulary vocabulary, TokenizerSettings settings)
    {
        var missing = settings.SpecialNames.Where(name => Id(name) is null).ToArray();
        if (missing.Length > 0)
            throw new InputException($"the vocabulary of {vocabulary.Count} tokens lacks the special token {string.Join(", ", missing)}; give a BERT vocabulary, one token a line, or name its own special tokens in tokenizer_config.json");
        var ids = settings.SpecialNames.Select(name => Id(name)!.Value).ToArray();
        var additional = settings.AddedTokens.Where(token => token.Special).Select(token => token.Id);
        return new SpecialTokens(ids[0], ids[1], ids[2], ids[3], ids[4], [.. ids.Concat(additional).Distinct().Order()]);

        int? Id(string name) => settings.AddedTokens.FirstOrDefault(token => token.Content == name)?.Id ?? vocabulary.Find(name);
    }
}
