// The values that a search tries for each option.
using System.Globalization;
using System.Text.RegularExpressions;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Stages.Comparisons;

/// <summary>Values to draw from: <c>choice(3, 5, 10)</c>, <c>uniform(0, 0.2)</c>, <c>log_uniform(1e-5, 1e-3)</c> or <c>int_uniform(0, 4)</c>, ends included.</summary>
internal sealed partial record SearchRange(string Kind, IReadOnlyList<string> Arguments)
{
    private static readonly string[] Kinds = ["choice", "uniform", "log_uniform", "int_uniform"];

    /// <summary>Reads a range.</summary>
    /// <exception cref="FormatException">It is not a range; the message names the mistake and its remedy.</exception>
    public static SearchRange Parse(string text)
    {
        if (Call().Match(text) is not { Success: true } call || !Kinds.Contains(call.Groups[1].Value))
            throw new FormatException($"'{text}' is not a range; write choice(a, b), uniform(0, 1), log_uniform(1e-5, 1e-3) or int_uniform(0, 4)");
        var range = new SearchRange(call.Groups[1].Value, [.. call.Groups[2].Value.Split(',').Select(argument => argument.Trim())]);
        if (range.Arguments.Any(argument => argument.Length == 0))
            throw new FormatException($"'{text}' has an empty value; write one between all commas");
        if (range.Kind == "choice")
            return range;
        if (range.Arguments.Count != 2 || !TryNumber(range.Arguments[0], out var low) || !TryNumber(range.Arguments[1], out var high) || low >= high)
            throw new FormatException($"'{text}' needs two numbers, the smaller one first");
        if (range.Kind == "log_uniform" && low <= 0)
            throw new FormatException($"'{text}' goes by logarithms, and {range.Arguments[0]} has none; begin above 0");
        if (range.Kind == "int_uniform" && (low != Math.Floor(low) || high != Math.Floor(high)))
            throw new FormatException($"'{text}' is of whole numbers; begin and end with one");
        return range;
    }

    /// <summary>A value as YAML has it; numbers with three digits.</summary>
    public string Draw(PythonRandom random)
    {
        if (Kind == "choice")
            return Arguments[(int)random.RandBelow((ulong)Arguments.Count)];
        var (low, high) = (Number(Arguments[0]), Number(Arguments[1]));
        if (Kind == "int_uniform")
            return ((long)low + (long)random.RandBelow((ulong)(high - low) + 1)).ToString(CultureInfo.InvariantCulture);
        var value = Kind == "uniform"
            ? low + (high - low) * random.NextDouble()
            : Math.Exp(Math.Log(low) + (Math.Log(high) - Math.Log(low)) * random.NextDouble());
        return value.ToString("G3", CultureInfo.InvariantCulture);
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\s*([a-z_]+)\((.*)\)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Call();
}

/// <summary>Combines values to trials.</summary>
internal static class SearchSpace
{
    // Repeated draws: the space has few combinations, and most are tried.
    private const int MostRepeats = 1000;

    /// <summary>
    /// The trials, each once; a larger count only appends trials. The first is empty and changes nothing; then come random draws (Bergstra and
    /// Bengio 2012), or all combinations where no count is given.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<KeyValuePair<string, string>>> Trials(IReadOnlyDictionary<string, SearchRange> space, int? count, long seed)
    {
        var names = space.Keys.Order(StringComparer.Ordinal).ToList();
        List<IReadOnlyList<KeyValuePair<string, string>>> trials = [[]];
        if (count is null)
        {
            IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> combinations = [[]];
            foreach (var name in names)
                combinations = combinations.SelectMany(_ => space[name].Arguments, (before, value) => (IReadOnlyList<KeyValuePair<string, string>>)[.. before, new(name, value)]);
            return [.. trials, .. combinations];
        }
        var random = new PythonRandom(seed);
        var known = new HashSet<string>(StringComparer.Ordinal);
        for (var repeats = 0; trials.Count <= count && repeats < MostRepeats;)
        {
            IReadOnlyList<KeyValuePair<string, string>> trial = [.. names.Select(name => KeyValuePair.Create(name, space[name].Draw(random)))];
            if (known.Add(string.Join('\n', trial)))
                trials.Add(trial);
            else
                repeats++;
        }
        return trials;
    }
}
