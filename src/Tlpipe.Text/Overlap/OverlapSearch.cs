// Finds the evaluation rows that are among the training rows.
namespace Tlpipe.Text.Overlap;

/// <summary>What training shares with evaluation.</summary>
/// <param name="EvaluationRows">Rows that are evaluated on.</param>
/// <param name="TrainingRows">Rows that are trained on.</param>
/// <param name="SameRows">Evaluation rows that are training rows themselves.</param>
/// <param name="SameTexts">Those of <paramref name="SameRows"/>, and other evaluation rows whose normalised text occurs in training.</param>
/// <param name="NearTexts">Evaluation rows whose text is nearly, but not exactly, a text of training.</param>
public sealed record OverlapCounts(int EvaluationRows, long TrainingRows, int SameRows, int SameTexts, int NearTexts)
{
    /// <summary>Evaluation rows that occur in training in any of these ways.</summary>
    public int Shared => SameTexts + NearTexts;

    /// <summary>Evaluation rows that are no training rows, but have the text of one.</summary>
    public int Recurring => Shared - SameRows;

    /// <summary>The share of evaluation rows that <see cref="Recurring"/> is.</summary>
    public double RecurringShare => EvaluationRows == 0 ? 0 : (double)Recurring / EvaluationRows;
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
    private readonly Dictionary<object, List<int>> byIdentity = [];
    private readonly List<(object Label, TextFingerprint Text)> rows = [];
    private readonly bool textsAgree;
    private readonly double leastSimilarity;
    private Match[] matches = [];
    private long trainingRows;

    /// <param name="leastSimilarity">The least similarity of near-duplicates, 0 to 1; above 1 finds none.</param>
    /// <param name="textsAgree">Whether a row has the same text wherever it stands, so that rows of one identity with other texts are not the same: a source's row labels can repeat.</param>
    public OverlapSearch(double leastSimilarity = 0.8, bool textsAgree = true)
    {
        this.leastSimilarity = leastSimilarity;
        this.textsAgree = textsAgree;
    }

    /// <summary>Adds a row that is evaluated on. A text without a letter or digit matches no other text.</summary>
    /// <param name="label">The row's label, to name it.</param>
    /// <param name="text">Its text.</param>
    /// <param name="identity">What makes a training row the same row; null where that is not known.</param>
    public void AddEvaluated(object label, string text, object? identity)
    {
        if (identity is not null)
        {
            if (!byIdentity.TryGetValue(identity, out var known))
                byIdentity[identity] = known = [];
            known.Add(rows.Count);
        }
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
    /// <inheritdoc cref="AddEvaluated" path="/param"/>
    public void Look(string text, object? identity)
    {
        trainingRows++;
        var fingerprint = TextFingerprint.Of(text);
        if (byWords.TryGetValue(fingerprint.Words, out var same))
            foreach (var row in same)
                Found(row, Match.Text);
        if (identity is not null && byIdentity.TryGetValue(identity, out var known))
            foreach (var row in known)
                if (!textsAgree || rows[row].Text.Words == fingerprint.Words)
                    Found(row, Match.Row);
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
