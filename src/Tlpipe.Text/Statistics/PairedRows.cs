// Which rows of several results are the same: by what they are, never by their place or their labels.
namespace Tlpipe.Text.Statistics;

/// <summary>Which row it is.</summary>
/// <param name="Source">The table that it came from.</param>
/// <param name="Label">Its label there, or what an id column says.</param>
public readonly record struct RowId(string Source, object Label);

/// <summary>Whether results are of the same rows.</summary>
public enum RowsRelation
{
    /// <summary>Of some result it is not known which rows it is of.</summary>
    Unknown,

    /// <summary>All are of the same rows, in whatever order.</summary>
    Same,

    /// <summary>They are of other rows, or of only partly the same.</summary>
    Different,
}

/// <summary>Compares results' rows, and brings equal ones into one order.</summary>
public static class PairedRows
{
    /// <summary>Whether results are of the same rows; null where one has none.</summary>
    public static RowsRelation? Relation(IEnumerable<ScoredRows?> results)
    {
        var all = results.ToList();
        if (all.Contains(null))
            return null;
        if (all.Exists(rows => rows!.Ids is not { } ids || ids.Distinct().Count() != rows.Count))
            // Other numbers of rows are other rows, whichever they are.
            return all.Select(rows => rows!.Count).Distinct().Count() > 1 ? RowsRelation.Different : RowsRelation.Unknown;
        var first = all[0]!.Ids!.ToHashSet();
        return all.TrueForAll(rows => first.SetEquals(rows!.Ids!)) ? RowsRelation.Same : RowsRelation.Different;
    }

    /// <summary>Results of the same rows, each in the order of the first.</summary>
    /// <exception cref="ArgumentException">They are not of the same rows.</exception>
    public static List<ScoredRows> InOneOrder(IEnumerable<ScoredRows> results)
    {
        var all = results.ToList();
        if (Relation(all) != RowsRelation.Same)
            throw new ArgumentException("these results are not of the same rows", nameof(results));
        return [.. all.Select(rows => rows.Ids!.SequenceEqual(all[0].Ids!) ? rows : rows.Take(Places(rows.Ids!, all[0].Ids!)))];
    }

    private static int[] Places(IReadOnlyList<RowId> ids, IReadOnlyList<RowId> wanted)
    {
        var places = ids.Select((id, place) => (id, place)).ToDictionary(row => row.id, row => row.place);
        return [.. wanted.Select(id => places[id])];
    }
}
