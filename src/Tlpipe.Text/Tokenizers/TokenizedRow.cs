// The work space in which one thread tokenizes one text, or pair of texts, after another.
namespace Tlpipe.Text.Tokenizers;

/// <summary>One row's ids, word ids and offsets in buffers that the next row uses again.</summary>
internal sealed class TokenizedRow(BertTokenizer tokenizer)
{
    private const int PartCharacters = 1 << 16;

    private readonly NormalizedText text = new(tokenizer.Settings);
    private readonly int[] pieceIds = new int[WordPieceMatcher.LongestWord];
    private readonly int[] pieceEnds = new int[WordPieceMatcher.LongestWord];
    private readonly List<(int Token, string Word)> unknown = [];
    private int[] ids = new int[512];
    private int[] wordIds = new int[512];
    private int[] starts = new int[512];
    private int[] ends = new int[512];
    private int length;
    private int words;
    private int limit;
    private int position;

    /// <summary>The row's ids, [CLS] first, [SEP] after each text.</summary>
    public ReadOnlySpan<int> Ids => ids.AsSpan(0, this.length);

    /// <summary>The tokens' words, counted in each text from 0; -1 for [CLS] and [SEP].</summary>
    public ReadOnlySpan<int> WordIds => wordIds.AsSpan(0, this.length);

    /// <summary>Where the second text begins; it and its [SEP] are of token type 1. The row's length if there is only one text.</summary>
    public int SecondText { get; private set; }

    /// <summary>How many words have a token in the row.</summary>
    public int Words { get; private set; }

    /// <summary>Whether the right end of a text is not in the row.</summary>
    public bool Truncated { get; private set; }

    /// <summary>If set, counts the normalized words that the vocabulary has no pieces for.</summary>
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

    /// <summary>Tokenizes a text in place of the row before.</summary>
    /// <param name="text">The text.</param>
    /// <param name="maxLength">The most tokens, [CLS] and [SEP] counted; at least 2.</param>
    public void Tokenize(ReadOnlySpan<char> text, int? maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength ?? 2, 2, nameof(maxLength));
        var most = (maxLength ?? int.MaxValue) - 2;
        Begin();
        var tokens = AddText(text, most);
        Truncated = tokens > most;
        Words = 0;
        Keep(from: 1, Math.Min(tokens, most));
        SecondText = this.length;
    }

    /// <summary>Tokenizes a pair of texts in place of the row before.</summary>
    /// <param name="first">One text.</param>
    /// <param name="second">The other; an empty one still has its [SEP].</param>
    /// <param name="maxLength">The most tokens, [CLS] and both [SEP] counted; at least 3. The longer text is cut first.</param>
    public void Tokenize(ReadOnlySpan<char> first, ReadOnlySpan<char> second, int? maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength ?? TextPair.SpecialTokens, TextPair.SpecialTokens, nameof(maxLength));
        Begin();
        // Both are tokenized to their ends, however little is kept: their lengths decide which is cut.
        var firstTokens = AddText(first, int.MaxValue);
        // Where the first text's [SEP] will be if nothing is cut, so that moving the second one never needs room.
        Add(tokenizer.SpecialTokens.SepId, -1, 0, 0);
        var secondFrom = this.length;
        var secondTokens = AddText(second, int.MaxValue);
        var (keptFirst, keptSecond) = TextPair.Lengths(firstTokens, secondTokens, maxLength);
        Truncated = keptFirst < firstTokens || keptSecond < secondTokens;
        Words = 0;
        Keep(from: 1, keptFirst);
        SecondText = this.length;
        Keep(secondFrom, keptSecond);
    }

    private void Begin()
    {
        this.length = 0;
        unknown.Clear();
        Add(tokenizer.SpecialTokens.ClsId, -1, 0, 0);
    }

    /// <summary>Adds a text's tokens; once there are more than <paramref name="most"/> the rest need not be looked at.</summary>
    /// <returns>How many were added.</returns>
    private int AddText(ReadOnlySpan<char> text, int most)
    {
        var start = this.length;
        limit = (int)Math.Min(int.MaxValue, (long)start + most + 1);
        (words, position) = (0, 0);
        while (text.Length > 0 && this.length < limit)
        {
            var (index, token) = tokenizer.Finder.FindRaw(text);
            AddStretch(text[..index]);
            if (token is null)
                break;
            AddFound(token);
            text = text[(index + token.Content.Length)..];
        }
        return this.length - start;
    }

    /// <summary>Ends the row for now with so many tokens of a text and a [SEP]; a second text is moved to the end of the first.</summary>
    private void Keep(int from, int count)
    {
        CountUnknown(from, from + count);
        var target = from == 1 ? 1 : SecondText;
        if (target != from)
        {
            foreach (var buffer in (ReadOnlySpan<int[]>)[ids, wordIds, starts, ends])
                buffer.AsSpan(from, count).CopyTo(buffer.AsSpan(target));
        }
        this.length = target + count;
        Words += wordIds[this.length - 1] + 1;
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

    /// <summary>Adds a stretch; a long one in parts, so that what is cut away is not looked at and needs no memory.</summary>
    private void AddStretch(ReadOnlySpan<char> stretch)
    {
        do
        {
            var part = PartOf(stretch);
            AddPart(stretch[..part]);
            stretch = stretch[part..];
        }
        while (stretch.Length > 0 && this.length < limit);
    }

    /// <summary>The length of a part. It ends before a space: no word and no order of marks reaches across one.</summary>
    private int PartOf(ReadOnlySpan<char> stretch)
    {
        if (stretch.Length <= PartCharacters || tokenizer.Finder.HasNormalized)
            return stretch.Length;
        var space = stretch[PartCharacters..].IndexOf(' ');
        return space < 0 ? stretch.Length : PartCharacters + space;
    }

    private void AddPart(ReadOnlySpan<char> stretch)
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
            if (UnknownWords is not null)
                unknown.Add((this.length, CodePoints.ToText(word)));
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

    /// <summary>Counts the unknown words among these tokens; those beyond them are cut away.</summary>
    private void CountUnknown(int from, int to)
    {
        if (UnknownWords is null)
            return;
        foreach (var (token, word) in unknown)
        {
            if (token >= from && token < to)
                UnknownWords[word] = UnknownWords.GetValueOrDefault(word) + 1;
        }
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
