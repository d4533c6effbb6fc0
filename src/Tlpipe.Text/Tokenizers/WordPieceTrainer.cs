// Learns a WordPiece vocabulary from texts.
using Tlpipe.Formats;

namespace Tlpipe.Text.Tokenizers;

/// <summary>How a vocabulary is learnt.</summary>
public sealed record WordPieceTrainerOptions
{
    /// <summary>Tokens in the vocabulary, special ones counted; fewer where the texts have no more pairs. Default 30000.</summary>
    public int VocabSize { get; init; } = 30000;

    /// <summary>How often a pair must come to be joined. Default 2.</summary>
    public int MinFrequency { get; init; } = 2;

    /// <summary>The most characters the vocabulary starts from; the rarest beyond it are left out. Default 1000.</summary>
    public int LimitAlphabet { get; init; } = 1000;

    /// <summary>How texts are normalized and split, and the special tokens, which come first. Default: cased BERT.</summary>
    public TokenizerSettings Settings { get; init; } = new();
}

/// <summary>
/// Trains a vocabulary as Hugging Face's WordPieceTrainer does: pieces are joined by the commonest pair, as in byte-pair
/// encoding, and only the set of pieces is kept. Unlike it, this one gives the same vocabulary every time: the characters'
/// pieces stand in the order of their code points, and of equally common pairs the one with the smaller ids comes first.
/// </summary>
public sealed class WordPieceTrainer
{
    private readonly List<string> tokens = [];
    private readonly Dictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly Dictionary<(int, int), long> counts = [];
    private readonly Dictionary<(int, int), HashSet<int>> wordsOfPair = [];
    private readonly PriorityQueue<(int, int), (long, int, int)> queue = new();
    private readonly List<(int[] Pieces, int Count)> words = [];

    private WordPieceTrainer()
    {
    }

    /// <summary>Learns a vocabulary.</summary>
    /// <exception cref="InputException">The vocabulary's size leaves no room for the special tokens and the characters.</exception>
    public static BertVocabulary Train(IEnumerable<string> texts, WordPieceTrainerOptions options, CancellationToken cancellation = default)
    {
        var words = CountWords(texts, options.Settings, cancellation);
        var trainer = new WordPieceTrainer();
        trainer.AddAlphabet(words, options);
        if (trainer.tokens.Count > options.VocabSize)
            throw new InputException($"a vocabulary of {options.VocabSize} does not hold the {options.Settings.SpecialNames.Distinct().Count()} special tokens and the pieces of one character, {trainer.tokens.Count} in all; raise vocab_size or lower limit_alphabet");
        trainer.AddWords(words);
        trainer.Join(options, cancellation);
        return BertVocabulary.FromTokens(trainer.tokens);
    }

    private static List<(int[] Codes, int Count)> CountWords(IEnumerable<string> texts, TokenizerSettings settings, CancellationToken cancellation)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var normalized = new NormalizedText(settings);
        foreach (var text in texts)
        {
            cancellation.ThrowIfCancellationRequested();
            normalized.Set(text, 0);
            foreach (var (start, end) in WordSplitter.Split(normalized.Codes))
            {
                var word = CodePoints.ToText(normalized.Codes[start..end]);
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }
        return [.. counts.OrderBy(word => word.Key, StringComparer.Ordinal).Select(word => (CodePoints.Of(word.Key), word.Value))];
    }

    /// <summary>Special tokens, then the characters, then those that come within a word with ## before them.</summary>
    private void AddAlphabet(List<(int[] Codes, int Count)> words, WordPieceTrainerOptions options)
    {
        foreach (var token in options.Settings.SpecialNames)
            Add(token);
        var frequencies = new Dictionary<int, long>();
        foreach (var (codes, count) in words)
        {
            foreach (var code in codes)
                frequencies[code] = frequencies.GetValueOrDefault(code) + count;
        }
        var alphabet = frequencies.OrderByDescending(code => code.Value).ThenBy(code => code.Key)
            .Take(options.LimitAlphabet).Select(code => code.Key).ToHashSet();
        foreach (var code in alphabet.Order())
            Add(CodePoints.ToText([code]));
        // A character without a place in the alphabet is taken out of its words, as in the original.
        for (var i = 0; i < words.Count; i++)
            words[i] = ([.. words[i].Codes.Where(alphabet.Contains)], words[i].Count);
        foreach (var code in words.SelectMany(word => word.Codes.Skip(1)).Distinct().Order())
            Add("##" + CodePoints.ToText([code]));
    }

    private void AddWords(List<(int[] Codes, int Count)> words)
    {
        foreach (var (codes, count) in words)
        {
            var pieces = new int[codes.Length];
            for (var i = 0; i < codes.Length; i++)
                pieces[i] = ids[(i == 0 ? "" : "##") + CodePoints.ToText([codes[i]])];
            this.words.Add((pieces, count));
            CountPairs(this.words.Count - 1, +1);
        }
        foreach (var pair in this.counts.Keys)
            Enqueue(pair);
    }

    private void Join(WordPieceTrainerOptions options, CancellationToken cancellation)
    {
        while (tokens.Count < options.VocabSize && queue.TryDequeue(out var pair, out var priority))
        {
            cancellation.ThrowIfCancellationRequested();
            var count = this.counts.GetValueOrDefault(pair);
            // An entry from before the pair's count changed: a later one has taken its place.
            if (count != -priority.Item1)
                continue;
            if (count < Math.Max(1, options.MinFrequency))
                break;
            var joined = Add(tokens[pair.Item1] + tokens[pair.Item2]["##".Length..]);
            Replace(pair, joined);
        }
    }

    private void Replace((int First, int Second) pair, int joined)
    {
        var changed = new HashSet<(int, int)>();
        foreach (var word in wordsOfPair[pair].Order())
        {
            CountPairs(word, -1, changed);
            var (pieces, count) = this.words[word];
            var kept = new List<int>(pieces.Length);
            for (var i = 0; i < pieces.Length; i++)
            {
                var here = i + 1 < pieces.Length && pieces[i] == pair.First && pieces[i + 1] == pair.Second;
                kept.Add(here ? joined : pieces[i]);
                i += here ? 1 : 0;
            }
            this.words[word] = ([.. kept], count);
            CountPairs(word, +1, changed);
        }
        foreach (var other in changed)
            Enqueue(other);
    }

    /// <summary>Adds or takes away the pairs of a word.</summary>
    private void CountPairs(int word, int sign, HashSet<(int, int)>? changed = null)
    {
        var (pieces, count) = this.words[word];
        for (var i = 0; i + 1 < pieces.Length; i++)
        {
            var pair = (pieces[i], pieces[i + 1]);
            this.counts[pair] = this.counts.GetValueOrDefault(pair) + ((long)sign * count);
            if (!wordsOfPair.TryGetValue(pair, out var words))
                wordsOfPair[pair] = words = [];
            if (sign > 0)
                words.Add(word);
            else
                words.Remove(word);
            changed?.Add(pair);
        }
    }

    private void Enqueue((int First, int Second) pair)
    {
        var count = this.counts[pair];
        if (count > 0)
        {
            queue.Enqueue(pair, (-count, pair.First, pair.Second));
        }
        else
        {
            this.counts.Remove(pair);
            wordsOfPair.Remove(pair);
        }
    }

    private int Add(string token)
    {
        if (!ids.TryGetValue(token, out var id))
        {
            id = tokens.Count;
            ids.Add(token, id);
            tokens.Add(token);
        }
        return id;
    }
}
