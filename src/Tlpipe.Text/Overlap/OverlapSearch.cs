// Finds the evaluation rows that are among the training rows.
namespace Tlpipe.Text.Overlap;

/// <summary>What training shares with evaluation.</summary>
/// <param name="EvaluationRows">Rows that are evaluated on.</param>
/// <param name="TrainingRows">Rows that are trained on.</param>
/// <param name="SameRows">Evaluation rows that are training rows themselves: the same row label and the same normalised text.</param>
/// <param name="SameTexts">Evaluation rows whose normalised text occurs in training, those of <paramref name="SameRows"/> among them.</param>
/// <param name="NearTexts">Evaluation rows whose text is nearly, but not exactly, a text of training.</param>
public sealed record OverlapCounts(int EvaluationRows, long TrainingRows, int SameRows, int SameTexts, int NearTexts)
{
    /// <summary>Evaluation rows that occur in training in any of these ways.</summary>
    public int Shared => SameTexts + NearTexts;
}

/// <summary>Takes the evaluation rows first, then the training rows one by one; only the evaluation rows stay in memory.</summary>
public sealed class OverlapSearch
{
    private enum Match : byte
    {
        None,
        Near,
        Text,
        Row,
    }

    private readonly Dictionary<string, List<int>> byWords = new(StringComparer.Ordinal);
    private readonly MinHash byShingles = new();
    private readonly List<(object Label, TextFingerprint Text)> rows = [];
    private readonly double leastSimilarity;
    private Match[] matches = [];
    private long trainingRows;

    /// <param name="leastSimilarity">The least similarity of near-duplicates, 0 to 1; above 1 finds none.</param>
    public OverlapSearch(double leastSimilarity = 0.8)
    {
        this.leastSimilarity = leastSimilarity;
    }

    /// <summary>Adds a row that is evaluated on. A text without a letter or digit matches nothing.</summary>
    /// <param name="label">The row's label.</param>
    /// <param name="text">Its text.</param>
    public void AddEvaluated(object label, string text)
    {
        var fingerprint = TextFingerprint.Of(text);
        if (fingerprint.Words.Length > 0)
        {
            if (!byWords.TryGetValue(fingerprint.Words, out var same))
                byWords[fingerprint.Words] = same = [];
            same.Add(rows.Count);
            if (leastSimilarity <= 1)
                byShingles.Add(rows.Count, fingerprint);
        }
        rows.Add((label, fingerprint));
        Array.Resize(ref matches, rows.Capacity);
    }

    /// <summary>Looks a training row up.</summary>
    public void Look(object label, string text)
    {
        trainingRows++;
        var fingerprint = TextFingerprint.Of(text);
        if (byWords.TryGetValue(fingerprint.Words, out var same))
            foreach (var row in same)
                Found(row, rows[row].Label.Equals(label) ? Match.Row : Match.Text);
        if (leastSimilarity > 1)
            return;
        foreach (var row in byShingles.Candidates(fingerprint))
            if (matches[row] == Match.None && rows[row].Text.Similarity(fingerprint) >= leastSimilarity)
                Found(row, Match.Near);
    }

    /// <summary>What was found so far.</summary>
    public OverlapCounts Counts
    {
        get
        {
            int Count(Match match) => matches.Take(rows.Count).Count(m => m == match);
            return new OverlapCounts(rows.Count, trainingRows, Count(Match.Row), Count(Match.Row) + Count(Match.Text), Count(Match.Near));
        }
    }

    /// <summary>The labels of rows that occur in training, in the rows' order.</summary>
    public IEnumerable<object> Shared => Enumerable.Range(0, rows.Count).Where(row => matches[row] != Match.None).Select(row => rows[row].Label);

    private void Found(int row, Match match)
    {
        if (match > matches[row])
            matches[row] = match;
    }
}
