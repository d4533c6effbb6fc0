// One stage, many instances: the values of a matrix, multiplied.
using System.Globalization;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Config;

/// <summary>Expands <c>matrix: { axis: [a, b], other: 1..3 }</c>.</summary>
internal static class Matrix
{
    private const int MaxInstances = 10_000;

    /// <summary>The instances of a stage: one without a name where there is no matrix; null where the matrix is wrong, which has then been reported.</summary>
    public static IReadOnlyList<MatrixInstance>? Instances(ConfigNode? node, Properties properties, List<Diagnostic> mistakes)
    {
        if (node is null)
            return [new MatrixInstance(null, null)];
        if (properties.Expand(node) is not MappingNode { Entries.Count: > 0 } matrix)
            return Wrong(node, "a matrix is a mapping of axes to lists, such as { rows: [labelled, holdout] }", mistakes);
        var instances = new List<Dictionary<string, string>> { new(StringComparer.Ordinal) };
        foreach (var axis in matrix.Entries)
        {
            if (Values(axis.Value) is not { Count: > 0 } values)
                return Wrong(axis.Value, $"the axis '{axis.Key}' has to be a list of values or a range such as 1..5", mistakes);
            instances = [.. instances.SelectMany(_ => values, (instance, value) => new Dictionary<string, string>(instance) { [axis.Key] = value })];
            if (instances.Count > MaxInstances)
                return Wrong(node, $"the matrix has more than {MaxInstances} instances", mistakes);
        }
        var named = instances.ConvertAll(values => new MatrixInstance(string.Join('-', values.Values), values));
        if (named.GroupBy(i => i.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return Wrong(node, $"two instances of the matrix have the name '{twice.Key}'; make the values differ", mistakes);
        if (named.FirstOrDefault(i => !i.Name!.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '+')) is { } odd)
            return Wrong(node, $"'{odd.Name}' cannot name an instance; values of a matrix are made of letters, digits, '-' and '_'", mistakes);
        return named;
    }

    private static List<string>? Values(ConfigNode node) => node switch
    {
        ListNode list when list.Items.All(i => i is ScalarNode) => [.. list.Items.Cast<ScalarNode>().Select(s => s.Text)],
        ScalarNode scalar => Range(scalar.Text),
        _ => null,
    };

    private static List<string>? Range(string text)
    {
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0
            || !int.TryParse(text.AsSpan(0, dots), NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(text.AsSpan(dots + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var to)
            || to < from || to - from >= MaxInstances)
            return null;
        return [.. Enumerable.Range(from, to - from + 1).Select(n => n.ToString(CultureInfo.InvariantCulture))];
    }

    private static IReadOnlyList<MatrixInstance>? Wrong(ConfigNode node, string message, List<Diagnostic> mistakes)
    {
        mistakes.Add(new Diagnostic(node.Location, ErrorCode.BadMatrix, message));
        return null;
    }
}
