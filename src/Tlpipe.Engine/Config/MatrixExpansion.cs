// Makes the instances of a stage from its matrix.
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>An instance of a matrix.</summary>
/// <param name="Name">The values of its axes joined with <c>-</c>; characters that a name cannot have become <c>-</c>, too.</param>
/// <param name="Values">The value of each axis.</param>
internal sealed record MatrixInstance(string Name, MatrixValues Values);

/// <summary>Makes the instances of a stage from its matrix; several axes multiply, the last one changes fastest.</summary>
internal sealed partial class MatrixExpansion(Mistakes mistakes)
{
    private const int MostInstances = 1000;

    /// <summary>The instances, or null if the matrix is wrong (reported).</summary>
    /// <param name="node">The value of <c>matrix:</c>, with properties expanded.</param>
    public IReadOnlyList<MatrixInstance>? Expand(Node node)
    {
        if (node is BrokenNode)
            return null;
        if (node is not MappingNode { Entries.Length: > 0 } matrix)
            return Wrong(node, $"{node.Described} stands where the axes of a matrix belong", "write { axis: [a, b] }");

        var axes = matrix.Entries.Select(Axis).ToList();
        if (axes.Contains(null))
            return null;
        var count = 1.0;
        foreach (var values in axes)
            count *= values!.Count;
        if (count > MostInstances)
            return Wrong(node, $"the matrix has more than {MostInstances} instances", "make its axes shorter");

        List<MatrixInstance> instances = [new("", [])];
        for (var at = 0; at < axes.Count; at++)
        {
            var (axis, values) = (matrix.Entries[at].Key, axes[at]!);
            instances = [.. instances.SelectMany(_ => values, (instance, value) => new MatrixInstance(
                instance.Name.Length == 0 ? NameOf(value) : $"{instance.Name}-{NameOf(value)}",
                new MatrixValues(instance.Values) { [axis] = value }))];
        }

        if (instances.GroupBy(instance => instance.Name).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
            return Wrong(node, $"two instances of the matrix are called '{twice.Key}'", "every combination of its values needs a name of its own");
        return instances;
    }

    private List<ScalarNode>? Axis(Entry axis)
    {
        if (axis.Value is BrokenNode)
            return null;
        if (axis.Value is ScalarNode { Quoted: false } scalar && Range().Match(scalar.Text) is { Success: true } range)
            return Numbers(scalar, range);
        if (axis.Value is not ListNode { Elements.Length: > 0 } list)
        {
            var what = axis.Value is ListNode ? "an empty list" : axis.Value.Described;
            mistakes.Add(axis.Value, ErrorCode.BadMatrix, $"{axis.Key}: {what} is not an axis of a matrix", "write a list [a, b] or a range 1..5");
            return null;
        }

        var values = new List<ScalarNode>();
        var whole = true;
        foreach (var element in list.Elements)
            if (element is ScalarNode { Quoted: false } text && Range().Match(text.Text) is { Success: true } part)
            {
                var numbers = Numbers(text, part);
                whole &= numbers is not null;
                values.AddRange(numbers ?? []);
            }
            else if (element is ScalarNode { IsNull: false } value && NameOf(value).Length > 0)
            {
                values.Add(value);
            }
            else
            {
                whole = false;
                if (element is not BrokenNode)
                    mistakes.Add(element, ErrorCode.BadMatrix, $"{axis.Key}: {element.Described} cannot name an instance", "use text and numbers");
            }
        return whole ? values : null;
    }

    private List<ScalarNode>? Numbers(ScalarNode scalar, Match range)
    {
        var known = int.TryParse(range.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var first)
            & int.TryParse(range.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var last);
        if (known && first <= last && (long)last - first < MostInstances)
            return [.. Enumerable.Range(first, last - first + 1).Select(number =>
                scalar with { Text = number.ToString(CultureInfo.InvariantCulture), Places = TextPlaces.Unknown })];
        mistakes.Add(
            scalar, ErrorCode.BadMatrix, $"'{scalar.Text}' is not a range", $"write the smaller number first, and at most {MostInstances} numbers");
        return null;
    }

    private static string NameOf(ScalarNode value)
    {
        var name = new StringBuilder();
        foreach (var letter in value.Text)
            if (char.IsLetterOrDigit(letter) || letter is '.' or '_')
                name.Append(letter);
            else if (name.Length > 0 && name[^1] != '-')
                name.Append('-');
        return name.ToString().TrimEnd('-').TrimStart('.');
    }

    private List<MatrixInstance>? Wrong(Node node, string wrong, string remedy)
    {
        mistakes.Add(node, ErrorCode.BadMatrix, wrong, remedy);
        return null;
    }

    [GeneratedRegex(@"^([0-9]+)\.\.([0-9]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Range();
}
