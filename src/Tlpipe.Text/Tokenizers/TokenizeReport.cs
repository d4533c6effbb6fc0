// Counts of a tokenization: how much was cut, and which words the vocabulary lacks.
namespace Tlpipe.Text.Tokenizers;

/// <summary>Counts of a tokenization so far, for the log and the report; they grow with every part of a table.</summary>
public sealed class TokenizeReport
{
    private const int CommonestUnknownWords = 10;
    private const int MostWordsKept = 1 << 20;

    private readonly Dictionary<string, int> unknown = new(StringComparer.Ordinal);

    /// <summary>Texts.</summary>
    public int Rows { get; private set; }

    /// <summary>Rows whose text was longer than the limit.</summary>
    public int Truncated { get; private set; }

    /// <summary>Tokens in the rows, [CLS] and [SEP] counted.</summary>
    public long Tokens { get; private set; }

    /// <summary>Tokens of the texts: those in the rows but the [CLS] and [SEP] around texts.</summary>
    public long TextTokens { get; private set; }

    /// <summary>Words with a token in the rows.</summary>
    public long Words { get; private set; }

    /// <summary>Those of these words that became [UNK].</summary>
    public long UnknownWords { get; private set; }

    /// <summary>The share of rows whose text was longer than the limit, 0 to 1.</summary>
    public double TruncatedShare => (double)Truncated / Math.Max(1, Rows);

    /// <summary>The share of the texts' tokens that are [UNK], 0 to 1; one unknown word is one token.</summary>
    public double UnknownTokenRate => (double)UnknownWords / Math.Max(1, TextTokens);

    /// <summary>The ten most frequent of them, as normalized, most frequent first.</summary>
    public IReadOnlyList<UnknownWord> CommonestUnknown =>
    [
        .. unknown.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(CommonestUnknownWords).Select(pair => new UnknownWord(pair.Key, pair.Value)),
    ];

    internal void Add(int rows, int truncated, long tokens, long textTokens, long words, IEnumerable<KeyValuePair<string, int>> unknownWords)
    {
        Rows += rows;
        Truncated += truncated;
        Tokens += tokens;
        TextTokens += textTokens;
        Words += words;
        foreach (var (word, count) in unknownWords)
        {
            UnknownWords += count;
            // A corpus has endless rare words: once there are very many, only those already seen are counted.
            if (unknown.TryGetValue(word, out var before) || unknown.Count < MostWordsKept)
                unknown[word] = before + count;
        }
    }
}

/// <summary>A word that the vocabulary has no pieces for, and how often it occurred.</summary>
public sealed record UnknownWord(string Word, int Count);
