// BertPreTokenizer: where words begin and end.
namespace Tlpipe.Text.Tokenizers;

/// <summary>Splits at white space, which goes, and around every punctuation character, which is a word (docs/hf-parity.md 2.4).</summary>
internal ref struct WordSplitter
{
    private const CharacterClass Ends = CharacterClass.WhiteSpace | CharacterClass.Punctuation;

    private readonly ReadOnlySpan<int> codes;
    private int next;

    private WordSplitter(ReadOnlySpan<int> codes) => this.codes = codes;

    /// <summary>The word that was found last.</summary>
    public (int Start, int End) Current { get; private set; }

    /// <summary>The words of normalized code points, in order, for <c>foreach</c>.</summary>
    public static WordSplitter Split(ReadOnlySpan<int> codes) => new(codes);

    public readonly WordSplitter GetEnumerator() => this;

    public bool MoveNext()
    {
        while (next < this.codes.Length && (Characters.ClassOf(this.codes[next]) & CharacterClass.WhiteSpace) != 0)
            next++;
        if (next == this.codes.Length)
            return false;
        var start = next++;
        if ((Characters.ClassOf(this.codes[start]) & CharacterClass.Punctuation) == 0)
        {
            while (next < this.codes.Length && (Characters.ClassOf(this.codes[next]) & Ends) == 0)
                next++;
        }
        Current = (start, next);
        return true;
    }
}
