// A tokenizer's settings beside its vocabulary.
namespace Tlpipe.Text.Tokenizers;

/// <summary>The settings of a BERT tokenizer, under the names tokenizer_config.json and tokenizer.json have for them.</summary>
public sealed record TokenizerSettings
{
    /// <summary><c>clean_text</c>: delete control characters, make every white space a space. Default true.</summary>
    public bool CleanText { get; init; } = true;

    /// <summary><c>tokenize_chinese_chars</c>: every ideograph a word. Default true.</summary>
    public bool TokenizeChineseChars { get; init; } = true;

    /// <summary><c>do_lower_case</c>. Default false.</summary>
    public bool Lowercase { get; init; }

    /// <summary><c>strip_accents</c>. Default null: as <see cref="Lowercase"/>.</summary>
    public bool? StripAccents { get; init; }

    /// <summary><c>model_max_length</c> in tokens, special ones counted. Default null: none.</summary>
    public int? ModelMaxLength { get; init; }

    /// <summary><c>clean_up_tokenization_spaces</c>: no spaces before punctuation where tokens become text again. Default true.</summary>
    public bool CleanUpTokenizationSpaces { get; init; } = true;

    /// <summary>The same for each token, <c>decoder.cleanup</c> of tokenizer.json. Default true.</summary>
    public bool DecoderCleanup { get; init; } = true;

    /// <summary><c>pad_token</c>. Default <c>[PAD]</c>.</summary>
    public string PadToken { get; init; } = "[PAD]";

    /// <summary><c>unk_token</c>. Default <c>[UNK]</c>.</summary>
    public string UnkToken { get; init; } = "[UNK]";

    /// <summary><c>cls_token</c>. Default <c>[CLS]</c>.</summary>
    public string ClsToken { get; init; } = "[CLS]";

    /// <summary><c>sep_token</c>. Default <c>[SEP]</c>.</summary>
    public string SepToken { get; init; } = "[SEP]";

    /// <summary><c>mask_token</c>. Default <c>[MASK]</c>.</summary>
    public string MaskToken { get; init; } = "[MASK]";

    /// <summary><c>split_special_tokens</c>: special tokens that stand in a text are ordinary text. Default false.</summary>
    public bool SplitSpecialTokens { get; init; }

    /// <summary>Tokens found in the text before it is split into words, beside the five. Default none.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>The five special tokens: pad, unk, cls, sep, mask.</summary>
    internal string[] SpecialNames => [PadToken, UnkToken, ClsToken, SepToken, MaskToken];
}

/// <summary>A token that is found whole in the text, wherever it stands.</summary>
/// <param name="Content">Its text.</param>
/// <param name="Id">Its id; from the vocabulary's size on for one that is not in the vocabulary.</param>
/// <param name="Normalized">Whether it is sought in the cleaned and lower-cased text rather than in the raw one.</param>
/// <param name="Special">Whether masking leaves it alone.</param>
public sealed record AddedToken(string Content, int Id, bool Normalized, bool Special);
