// Finds the name that the user probably meant.
namespace Tlpipe.Engine.Options;

/// <summary>Finds the name that the user probably meant.</summary>
public static class DidYouMean
{
    /// <summary>The most names that a message lists; longer lists are not read.</summary>
    private const int MostListed = 20;

    /// <summary>
    /// The nearest of the known names, or null if none is near: at most a third of the letters may differ, and never more
    /// than three.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> known)
    {
        var limit = Math.Min(3, Math.Max(1, name.Length / 3));
        return known
            .Where(candidate => Math.Abs(candidate.Length - name.Length) <= limit)
            .Select(candidate => (candidate, distance: Distance(name, candidate)))
            .Where(pair => pair.distance <= limit && pair.distance < Math.Max(name.Length, pair.candidate.Length))
            .OrderBy(pair => pair.distance)
            .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
            .Select(pair => pair.candidate)
            .FirstOrDefault();
    }

    /// <summary>The end of an error message: <c>did you mean 'x'?</c>, or else the known names, as in <c>the stages are a, b</c>.</summary>
    /// <param name="name">The unknown name.</param>
    /// <param name="known">The known names, in the order in which to list them.</param>
    /// <param name="what">Their kind, in the plural: <c>the stages</c>.</param>
    public static string Hint(string name, IReadOnlyCollection<string> known, string what) =>
        Nearest(name, known) is { } near ? $"did you mean '{near}'?"
        : known.Count == 0 ? $"{what} are none"
        : $"{what} are {string.Join(", ", known.Take(MostListed))}{(known.Count > MostListed ? $" and {known.Count - MostListed} more" : "")}";

    /// <summary>
    /// The Damerau-Levenshtein distance (optimal string alignment): letters added, left out, changed, or swapped with the next
    /// one. Upper and lower case are the same.
    /// </summary>
    public static int Distance(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= to.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= from.Length; i++)
            for (var j = 1; j <= to.Length; j++)
            {
                var changed = char.ToLowerInvariant(from[i - 1]) == char.ToLowerInvariant(to[j - 1]) ? 0 : 1;
                cost[i, j] = Math.Min(Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1, cost[i - 1, j - 1] + changed);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        return cost[from.Length, to.Length];
    }
}
