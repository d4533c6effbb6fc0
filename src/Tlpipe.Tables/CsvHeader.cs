// The names of a CSV file's columns.
namespace Tlpipe.Tables;

/// <summary>Makes names distinct as pandas does.</summary>
internal static class CsvHeader
{
    /// <summary>
    /// The names of a first line: a column without one is called <c>Unnamed: 2</c>, and one whose name came before gets a number
    /// with which no column of the file is called.
    /// </summary>
    public static string[] Names(IReadOnlyList<string> fields)
    {
        string[] names = [.. fields.Select((name, at) => name.Length == 0 ? $"Unnamed: {at}" : name)];
        var taken = names.ToHashSet(StringComparer.Ordinal);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        // Names that the file gives keep what they are before those made here.
        foreach (var at in Enumerable.Range(0, names.Length).OrderBy(at => fields[at].Length == 0))
        {
            var name = names[at];
            var number = counts.GetValueOrDefault(name);
            while (number > 0)
            {
                counts[names[at]] = number + 1;
                name = $"{names[at]}.{number}";
                number = taken.Contains(name) ? number + 1 : counts.GetValueOrDefault(name);
            }
            names[at] = name;
            taken.Add(name);
            counts[name] = number + 1;
        }
        return names;
    }
}
