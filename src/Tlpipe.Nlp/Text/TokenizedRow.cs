// The work space in which one thread tokenizes one text after another.
namespace Tlpipe.Nlp.Text;

/// <summary>One text's ids, word ids and offsets in buffers that the next text uses again.</summary>
internal sealed class TokenizedRow(BertTokenizer tokenizer)
{
    private readonly NormalizedText _text = new(tokenizer.Settings);
    private readonly int[] _pieceIds = new int[WordPieceMatcher.LongestWord];
    private readonly int[] _pieceEnds = new int[WordPieceMatcher.LongestWord];
    private int[] _ids = new int[512];
    private int[] _wordIds = new int[512];
    private int[] _starts = new int[512];
    private int[] _ends = new int[512];
    private int _length;
    private int _words;
    private int _limit;
    private int _position;

    /// <summary>The row's ids, [CLS] first, [SEP] last.</summary>
    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, _length);

    /// <summary>The tokens' words, -1 for [CLS] and [SEP].</summary>
    public ReadOnlySpan<int> WordIds => _wordIds.AsSpan(0, _length);

    /// <summary>How many words have a token in the row.</summary>
    public int Words { get; private set; }

    /// <summary>Whether the right end of the text is not in the row.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Counts, where it is set, the words of which the vocabulary knows no pieces, as they were normalized.</summary>
    public Dictionary<string, int>? UnknownWords { get; init; }

    /// <summary>Where the tokens stand in the text, in code points.</summary>
    public (int Start, int End)[] Offsets()
    {
        var offsets = new (int, int)[_length];
        for (var i = 0; i < _length; i++)
            offsets[i] = (_starts[i], _ends[i]);
        return offsets;
    }

    /// <summary>Tokenizes a text in place of the one before.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The most tokens, [CLS] and [SEP] counted; at least 2.</param>
    public void Tokenize(ReadOnlySpan<char> text, int? maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength ?? 2, 2, nameof(maxLength));
        // One more than fits shows that the text is cut; nothing beyond it need be looked at.
        _limit = maxLength is { } most ? most : int.MaxValue;
        (_length, _words, _position) = (0, 0, 0);
        Add(tokenizer.SpecialTokens.ClsId, -1, 0, 0);
        while (text.Length > 0 && _length < _limit)
        {
            var (index, token) = tokenizer.Finder.FindRaw(text);
            AddStretch(text[..index]);
            if (token is null)
                break;
            AddFound(token);
            text = text[(index + token.Content.Length)..];
        }
        Truncated = _length >= _limit;
        _length = Math.Min(_length, _limit - 1);
        Words = _wordIds[_length - 1] + 1;
        Add(tokenizer.SpecialTokens.SepId, -1, 0, 0);
    }

    private void AddFound(AddedToken token)
    {
        var end = _position;
        foreach (var _ in token.Content.EnumerateRunes())
            end++;
        Add(token.Id, _words++, _position, end);
        _position = end;
    }

    private void AddStretch(ReadOnlySpan<char> stretch)
    {
        _position = _text.Set(stretch, _position);
        var codes = _text.Codes;
        for (var start = 0; start < codes.Length && _length < _limit;)
        {
            var (index, length, id) = tokenizer.Finder.FindNormalized(codes[start..]);
            AddWords(start, start + index);
            start += index + length;
            if (length > 0)
                Add(id, _words++, _text.StartOf(start - length), _text.EndOf(start - 1));
        }
    }

    /// <summary>Splits at white space, and before and after every punctuation character (hf-parity 2.4).</summary>
    private void AddWords(int start, int end)
    {
        var codes = _text.Codes;
        var wordStart = start;
        for (var i = start; i < end && _length < _limit; i++)
        {
            var kind = Characters.ClassOf(codes[i]) & (CharacterClass.WhiteSpace | CharacterClass.Punctuation);
            if (kind == CharacterClass.None)
                continue;
            AddWord(wordStart, i);
            if (kind == CharacterClass.Punctuation)
                AddWord(i, i + 1);
            wordStart = i + 1;
        }
        AddWord(wordStart, end);
    }

    private void AddWord(int start, int end)
    {
        if (start >= end || _length >= _limit)
            return;
        var word = _text.Codes[start..end];
        var pieces = tokenizer.Matcher.Match(word, _pieceIds, _pieceEnds);
        if (pieces == 0)
        {
            CountUnknown(word);
            Add(tokenizer.SpecialTokens.UnkId, _words, _text.StartOf(start), _text.EndOf(end - 1));
        }
        var pieceStart = start;
        for (var i = 0; i < pieces; i++)
        {
            var pieceEnd = start + _pieceEnds[i];
            Add(_pieceIds[i], _words, _text.StartOf(pieceStart), _text.EndOf(pieceEnd - 1));
            pieceStart = pieceEnd;
        }
        _words++;
    }

    private void CountUnknown(ReadOnlySpan<int> word)
    {
        if (UnknownWords is null || _length >= _limit - 1)
            return;
        var text = new System.Text.StringBuilder();
        foreach (var code in word)
            text.Append(new System.Text.Rune(code));
        var key = text.ToString();
        UnknownWords[key] = UnknownWords.GetValueOrDefault(key) + 1;
    }

    private void Add(int id, int word, int start, int end)
    {
        if (_length == _ids.Length)
            Grow();
        _ids[_length] = id;
        _wordIds[_length] = word;
        _starts[_length] = start;
        _ends[_length] = end;
        _length++;
    }

    private void Grow()
    {
        var length = _ids.Length * 2;
        Array.Resize(ref _ids, length);
        Array.Resize(ref _wordIds, length);
        Array.Resize(ref _starts, length);
        Array.Resize(ref _ends, length);
    }
}
