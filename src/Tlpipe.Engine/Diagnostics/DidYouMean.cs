// Suggests what a person may have meant.
namespace Tlpipe.Engine.Diagnostics;

/// <summary>Finds the nearest of some names.</summary>
public static class DidYouMean
{
    /// <summary><c>; did you mean 'x'?</c>, or what there is where it is little, or nothing.</summary>
    public static string Suggest(string word, IEnumerable<string> known)
    {
        var names = known.Distinct().ToList();
        var nearest = names.Select(name => (Name: name, Distance: Distance(word, name))).OrderBy(n => n.Distance).FirstOrDefault();
        if (nearest.Name is not null && nearest.Distance <= Math.Max(1, word.Length / 3))
            return $"; did you mean '{nearest.Name}'?";
        return names.Count is > 0 and <= 12 ? $"; there is {string.Join(", ", names)}" : "";
    }

    /// <summary>Insertions, deletions, replacements and swaps of neighbours that make one word the other (Damerau and Levenshtein's distance).</summary>
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                d[i, j] = Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
