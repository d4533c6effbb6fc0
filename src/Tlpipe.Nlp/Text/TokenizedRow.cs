// The work space in which one thread tokenizes one text after another.
namespace Tlpipe.Nlp.Text;

/// <summary>One text's ids, word ids and offsets in buffers that the next text uses again.</summary>
internal sealed class TokenizedRow(BertTokenizer tokenizer)
{
    private readonly NormalizedText text = new(tokenizer.Settings);
    private readonly int[] pieceIds = new int[WordPieceMatcher.LongestWord];
    private readonly int[] pieceEnds = new int[WordPieceMatcher.LongestWord];
    private int[] ids = new int[512];
    private int[] wordIds = new int[512];
    private int[] starts = new int[512];
    private int[] ends = new int[512];
    private int length;
    private int words;
    private int limit;
    private int position;

    /// <summary>The row's ids, [CLS] first, [SEP] last.</summary>
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, this.length);

    /// <summary>The tokens' words, -1 for [CLS] and [SEP].</summary>
    public ReadOnlySpan<int> WordIds => wordIds.AsSpan(0, this.length);

    /// <summary>How many words have a token in the row.</summary>
    public int Words { get; private set; }

    /// <summary>Whether the right end of the text is not in the row.</summary>
    public bool Truncated { get; private set; }

    /// <summary>Counts, where it is set, the words of which the vocabulary knows no pieces, as they were normalized.</summary>
    public Dictionary<string, int>? UnknownWords { get; init; }

    /// <summary>Where the tokens stand in the text, in code points.</summary>
    public (int Start, int End)[] Offsets()
    {
        var offsets = new (int, int)[this.length];
        for (var i = 0; i < this.length; i++)
            offsets[i] = (starts[i], ends[i]);
        return offsets;
    }

    /// <summary>Whether a token begins in the text where the one before it ends.</summary>
    public bool IsJoined(int token) => token > 0 && wordIds[token] >= 0 && wordIds[token - 1] >= 0 && starts[token] == ends[token - 1];

    /// <summary>Tokenizes a text in place of the one before.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The most tokens, [CLS] and [SEP] counted; at least 2.</param>
    public void Tokenize(ReadOnlySpan<char> text, int? maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength ?? 2, 2, nameof(maxLength));
        // With [SEP] to come, a row as long as the limit has lost something; nothing beyond it need be looked at.
        limit = maxLength ?? int.MaxValue;
        (this.length, words, position) = (0, 0, 0);
        Add(tokenizer.SpecialTokens.ClsId, -1, 0, 0);
        while (text.Length > 0 && this.length < limit)
        {
            var (index, token) = tokenizer.Finder.FindRaw(text);
            AddStretch(text[..index]);
            if (token is null)
                break;
            AddFound(token);
            text = text[(index + token.Content.Length)..];
        }
        Truncated = this.length >= limit;
        this.length = Math.Min(this.length, limit - 1);
        Words = wordIds[this.length - 1] + 1;
        Add(tokenizer.SpecialTokens.SepId, -1, 0, 0);
    }

    private void AddFound(AddedToken token)
    {
        var end = position;
        foreach (var _ in token.Content.EnumerateRunes())
            end++;
        Add(token.Id, words++, position, end);
        position = end;
    }

    private void AddStretch(ReadOnlySpan<char> stretch)
    {
        position = this.text.Set(stretch, position);
        var codes = this.text.Codes;
        for (var start = 0; start < codes.Length && this.length < limit;)
        {
            var (index, length, id) = tokenizer.Finder.FindNormalized(codes[start..]);
            AddWords(start, start + index);
            start += index + length;
            if (length > 0)
                Add(id, words++, this.text.StartOf(start - length), this.text.EndOf(start - 1));
        }
    }

    private void AddWords(int first, int last)
    {
        foreach (var (start, end) in WordSplitter.Split(this.text.Codes[first..last]))
        {
            if (this.length >= limit)
                return;
            AddWord(first + start, first + end);
        }
    }

    private void AddWord(int start, int end)
    {
        var word = this.text.Codes[start..end];
        var pieces = tokenizer.Matcher.Match(word, pieceIds, pieceEnds);
        if (pieces == 0)
        {
            CountUnknown(word);
            Add(tokenizer.SpecialTokens.UnkId, words, this.text.StartOf(start), this.text.EndOf(end - 1));
        }
        var pieceStart = start;
        for (var i = 0; i < pieces; i++)
        {
            var pieceEnd = start + pieceEnds[i];
            Add(pieceIds[i], words, this.text.StartOf(pieceStart), this.text.EndOf(pieceEnd - 1));
            pieceStart = pieceEnd;
        }
        words++;
    }

    private void CountUnknown(ReadOnlySpan<int> word)
    {
        if (UnknownWords is null || this.length >= limit - 1)
            return;
        var key = CodePoints.ToText(word);
        UnknownWords[key] = UnknownWords.GetValueOrDefault(key) + 1;
    }

    private void Add(int id, int word, int start, int end)
    {
        if (this.length == ids.Length)
            Grow();
        ids[this.length] = id;
        wordIds[this.length] = word;
        starts[this.length] = start;
        ends[this.length] = end;
        this.length++;
    }

    private void Grow()
    {
        var length = ids.Length * 2;
        Array.Resize(ref ids, length);
        Array.Resize(ref wordIds, length);
        Array.Resize(ref starts, length);
        Array.Resize(ref ends, length);
    }
}
