// Splits one word into the longest pieces that the vocabulary has.
namespace Tlpipe.Text.Tokenizers;

/// <summary>
/// Greedy longest match from the left (docs/hf-parity.md 2.5) in a trie of code points. Its edges lie in one hash table with
/// open addressing, keyed by node and code point, so that a step is one probe.
/// </summary>
internal sealed class WordPieceMatcher
{
    /// <summary>Longer words, in code points, are unknown.</summary>
    public const int LongestWord = 100;

    private const string Continuation = "##";
    private const int WordRoot = 0;
    private const int ContinuationRoot = 1;
    private const int CodePointBits = 21;

    private int[] idOfNode = new int[1 << 10];
    private long[] keys = new long[1 << 12];
    private int[] children = new int[1 << 12];
    private int nodes = 2;

    public WordPieceMatcher(BertVocabulary vocabulary)
    {
        Array.Fill(this.keys, -1);
        Array.Fill(idOfNode, -1);
        foreach (var token in vocabulary.Tokens)
        {
            // A piece longer than any word never matches, and an id without a token has none.
            if (token.Length > 2 * LongestWord + Continuation.Length || vocabulary.Find(token) is not { } id)
                continue;
            Insert(WordRoot, token, id);
            if (token.StartsWith(Continuation, StringComparison.Ordinal))
                Insert(ContinuationRoot, token[Continuation.Length..], id);
        }
    }

    /// <summary>Splits a word.</summary>
    /// <param name="word">Its code points, at least one.</param>
    /// <param name="ids">Receives the pieces' ids; as long as the word.</param>
    /// <param name="ends">Receives where each piece ends within the word; as long as the word.</param>
    /// <returns>The number of pieces; 0 where the word is unknown.</returns>
    public int Match(ReadOnlySpan<int> word, Span<int> ids, Span<int> ends)
    {
        if (word.Length > LongestWord)
            return 0;
        var pieces = 0;
        for (var start = 0; start < word.Length; start = ends[pieces - 1])
        {
            var node = start == 0 ? WordRoot : ContinuationRoot;
            var (id, end) = (-1, 0);
            for (var i = start; i < word.Length && (node = Child(node, word[i])) >= 0; i++)
            {
                if (idOfNode[node] >= 0)
                    (id, end) = (idOfNode[node], i + 1);
            }
            if (id < 0)
                return 0;
            (ids[pieces], ends[pieces]) = (id, end);
            pieces++;
        }
        return pieces;
    }

    private void Insert(int root, string piece, int id)
    {
        // Decoding took away whatever is not a code point, so every rune is the vocabulary's own.
        var node = root;
        foreach (var rune in piece.EnumerateRunes())
            node = ChildOrNew(node, rune.Value);
        if (node != root)
            idOfNode[node] = id;
    }

    private int Child(int node, int code)
    {
        var key = ((long)node << CodePointBits) | (uint)code;
        var mask = this.keys.Length - 1;
        for (var slot = Slot(key, mask); ; slot = (slot + 1) & mask)
        {
            if (this.keys[slot] == key)
                return this.children[slot];
            if (this.keys[slot] < 0)
                return -1;
        }
    }

    private int ChildOrNew(int node, int code)
    {
        var child = Child(node, code);
        if (child >= 0)
            return child;
        if (nodes > this.keys.Length / 2)
            GrowEdges();
        if (nodes == idOfNode.Length)
            GrowNodes();
        Place(((long)node << CodePointBits) | (uint)code, nodes);
        return nodes++;
    }

    private void GrowNodes()
    {
        Array.Resize(ref idOfNode, nodes * 2);
        Array.Fill(idOfNode, -1, nodes, nodes);
    }

    private void GrowEdges()
    {
        var (keys, children) = (this.keys, this.children);
        this.keys = new long[keys.Length * 2];
        this.children = new int[keys.Length * 2];
        Array.Fill(this.keys, -1);
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i] >= 0)
                Place(keys[i], children[i]);
        }
    }

    private void Place(long key, int child)
    {
        var mask = this.keys.Length - 1;
        var slot = Slot(key, mask);
        while (this.keys[slot] >= 0)
            slot = (slot + 1) & mask;
        (this.keys[slot], this.children[slot]) = (key, child);
    }

    private static int Slot(long key, int mask) => (int)((ulong)key * 0x9E3779B97F4A7C15 >> 32) & mask;
}
