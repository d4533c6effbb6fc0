// A stretch of text while it is cleaned, decomposed and lower-cased, each code point knowing where it came from.
namespace Tlpipe.Text.Tokenizers;

/// <summary>
/// BertNormalizer (docs/hf-parity.md 2.3) over buffers that are used again for the next stretch. The origins are those that the
/// tokenizers crate keeps: a code point that replaces another stands where that one stood, an inserted one where the one
/// before it stands.
/// </summary>
internal sealed class NormalizedText(TokenizerSettings settings)
{
    private readonly bool stripAccents = settings.StripAccents ?? settings.Lowercase;
    private Buffer text = new();
    private Buffer spare = new();

    /// <summary>The normalized code points.</summary>
    public ReadOnlySpan<int> Codes => this.text.Codes.AsSpan(0, this.text.Length);

    /// <summary>Where in the original text a code point begins.</summary>
    public int StartOf(int index) => this.text.Starts[index];

    /// <summary>Where in the original text a code point ends.</summary>
    public int EndOf(int index) => this.text.Ends[index];

    /// <summary>Adds and normalizes a stretch.</summary>
    /// <param name="stretch">Text; half a surrogate pair counts as a code point and is deleted with U+FFFD.</param>
    /// <param name="position">How many code points of the original lie before it.</param>
    /// <returns>How many code points of the original lie before its end.</returns>
    public int Set(ReadOnlySpan<char> stretch, int position)
    {
        this.text.Length = 0;
        foreach (var rune in stretch.EnumerateRunes())
            AppendCleaned(rune.Value, position++);
        if (stripAccents)
            StripAccents();
        if (settings.Lowercase)
            Lowercase();
        return position;
    }

    private void AppendCleaned(int code, int position)
    {
        var kind = Characters.ClassOf(code);
        if (settings.CleanText && (kind & (CharacterClass.Dropped | CharacterClass.WhiteSpace)) != 0)
        {
            if ((kind & CharacterClass.Dropped) != 0)
                return;
            code = ' ';
        }
        var apart = settings.TokenizeChineseChars && (kind & CharacterClass.Ideograph) != 0;
        if (apart)
            this.text.Add(' ', position, position + 1);
        this.text.Add(code, position, position + 1);
        if (apart)
            this.text.Add(' ', position, position + 1);
    }

    private void StripAccents()
    {
        if (!NeedsDecomposition())
            return;
        Decompose();
        var kept = 0;
        for (var i = 0; i < this.text.Length; i++)
        {
            if ((Characters.ClassOf(this.text.Codes[i]) & CharacterClass.NonspacingMark) == 0)
                this.text.Move(i, kept++);
        }
        this.text.Length = kept;
    }

    private bool NeedsDecomposition()
    {
        foreach (var code in Codes)
        {
            if ((Characters.ClassOf(code) & (CharacterClass.Decomposes | CharacterClass.NonspacingMark)) != 0)
                return true;
        }
        return false;
    }

    /// <summary>Canonical decomposition and order (NFD); under InvariantGlobalization .NET has none.</summary>
    private void Decompose()
    {
        Span<int> parts = stackalloc int[4];
        var source = this.text;
        var target = spare;
        target.Length = 0;
        var cluster = 0;
        for (var i = 0; i < source.Length; i++)
        {
            var count = Characters.Decompose(source.Codes[i], parts);
            for (var part = 0; part < count; part++)
            {
                if (Characters.CombiningClass(parts[part]) == 0)
                {
                    SortMarks(target, cluster);
                    cluster = target.Length + 1;
                }
                // Until the order is known, Starts holds whether the code point is inserted (1) or replaces one (0).
                target.Add(parts[part], part == 0 ? 0 : 1, 0);
            }
        }
        SortMarks(target, cluster);
        TakeOrigins(source, target);
        (this.text, spare) = (target, source);
    }

    /// <summary>Puts the marks from <paramref name="first"/> to the end in the order of their classes, equals as they were.</summary>
    private static void SortMarks(Buffer text, int first)
    {
        for (var i = first + 1; i < text.Length; i++)
        {
            var rank = Characters.CombiningClass(text.Codes[i]);
            for (var j = i; j > first && Characters.CombiningClass(text.Codes[j - 1]) > rank; j--)
                text.Swap(j, j - 1);
        }
    }

    /// <summary>Origins stay in place instead of moving with the code points, as in the crate's transform.</summary>
    private static void TakeOrigins(Buffer source, Buffer target)
    {
        var next = 0;
        for (var i = 0; i < target.Length; i++)
        {
            if (target.Starts[i] == 0)
                next++;
            (target.Starts[i], target.Ends[i]) = next == 0 ? (0, 0) : (source.Starts[next - 1], source.Ends[next - 1]);
        }
    }

    private void Lowercase()
    {
        var target = spare;
        target.Length = 0;
        for (var i = 0; i < this.text.Length; i++)
        {
            var lower = Characters.ToLower(this.text.Codes[i], out var second);
            target.Add(lower, this.text.Starts[i], this.text.Ends[i]);
            if (second >= 0)
                target.Add(second, this.text.Starts[i], this.text.Ends[i]);
        }
        (this.text, spare) = (target, this.text);
    }

    private sealed class Buffer
    {
        public int[] Codes { get; private set; } = new int[1024];

        public int[] Starts { get; private set; } = new int[1024];

        public int[] Ends { get; private set; } = new int[1024];

        public int Length { get; set; }

        public void Add(int code, int start, int end)
        {
            if (Length == Codes.Length)
                Grow();
            Codes[Length] = code;
            Starts[Length] = start;
            Ends[Length] = end;
            Length++;
        }

        public void Move(int from, int to) =>
            (Codes[to], Starts[to], Ends[to]) = (Codes[from], Starts[from], Ends[from]);

        public void Swap(int a, int b) =>
            (Codes[a], Codes[b], Starts[a], Starts[b]) = (Codes[b], Codes[a], Starts[b], Starts[a]);

        private void Grow()
        {
            Codes = [.. Codes, .. new int[Length]];
            Starts = [.. Starts, .. new int[Length]];
            Ends = [.. Ends, .. new int[Length]];
        }
    }
}
