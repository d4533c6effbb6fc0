// BertPreTokenizer: where words begin and end.
namespace Tlpipe.Nlp.Text;

/// <summary>Splits at white space, which goes, and around every punctuation character, which is a word (hf-parity 2.4).</summary>
internal ref struct WordSplitter
{
    private const CharacterClass Ends = CharacterClass.WhiteSpace | CharacterClass.Punctuation;

    private readonly ReadOnlySpan<int> _codes;
    private int _next;

    private WordSplitter(ReadOnlySpan<int> codes) => _codes = codes;

    /// <summary>The word that was found last.</summary>
    public (int Start, int End) Current { get; private set; }

    /// <summary>The words of normalized code points, in order, for <c>foreach</c>.</summary>
    public static WordSplitter Split(ReadOnlySpan<int> codes) => new(codes);

    public readonly WordSplitter GetEnumerator() => this;

    public bool MoveNext()
    {
        while (_next < _codes.Length && (Characters.ClassOf(_codes[_next]) & CharacterClass.WhiteSpace) != 0)
            _next++;
        if (_next == _codes.Length)
            return false;
        var start = _next++;
        if ((Characters.ClassOf(_codes[start]) & CharacterClass.Punctuation) == 0)
        {
            while (_next < _codes.Length && (Characters.ClassOf(_codes[_next]) & Ends) == 0)
                _next++;
        }
        Current = (start, _next);
        return true;
    }
}
