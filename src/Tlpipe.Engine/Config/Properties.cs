// $(name) in scalars: properties, environment variables, and the values of a matrix.
using System.Text;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Config;

/// <summary>Replaces <c>$(name)</c> in a tree by what the name stands for.</summary>
internal sealed class Properties
{
    private readonly Dictionary<string, ConfigNode> raw = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ConfigNode> expanded = new(StringComparer.Ordinal);
    private readonly List<string> expanding = [];
    private readonly List<Diagnostic> mistakes;

    public Properties(MappingNode? properties, IReadOnlyDictionary<string, string> overrides, List<Diagnostic> mistakes)
    {
        this.mistakes = mistakes;
        foreach (var entry in properties?.Entries ?? [])
            raw[entry.Key] = entry.Value;
        foreach (var (name, value) in overrides)
        {
            if (!raw.TryGetValue(name, out var given))
                mistakes.Add(new Diagnostic(null, ErrorCode.CommandLine, $"-p {name}={value}: there is no property '{name}'{DidYouMean.Suggest(name, raw.Keys)}"));
            else
                raw[name] = new ScalarNode(value, IsPlain: true, given.Location, FromCommandLine: true);
        }
    }

    /// <summary>The tree with every name replaced. A scalar that is nothing but one name becomes the node behind that name, at the scalar's place.</summary>
    /// <param name="node">The tree.</param>
    /// <param name="matrix">The values of the matrix axes by name, without <c>matrix.</c>; null outside a matrix.</param>
    public ConfigNode Expand(ConfigNode node, IReadOnlyDictionary<string, string>? matrix = null) => node switch
    {
        ListNode list => list with { Items = [.. list.Items.Select(item => Expand(item, matrix))] },
        MappingNode mapping => mapping with { Entries = [.. mapping.Entries.Select(e => e with { Value = Expand(e.Value, matrix) })] },
        ScalarNode scalar => Expand(scalar, matrix),
        _ => node,
    };

    private ConfigNode Expand(ScalarNode scalar, IReadOnlyDictionary<string, string>? matrix)
    {
        var text = scalar.Text;
        if (!text.Contains("$(", StringComparison.Ordinal))
            return scalar;
        if (text.StartsWith("$(", StringComparison.Ordinal) && text.IndexOf(')', StringComparison.Ordinal) == text.Length - 1)
            return Placed(Look(text[2..^1], scalar, 0, matrix), scalar);

        var result = new StringBuilder();
        var fromCommandLine = false;
        for (var at = 0; at < text.Length;)
        {
            var start = text.IndexOf("$(", at, StringComparison.Ordinal);
            if (start < 0)
            {
                result.Append(text.AsSpan(at));
                break;
            }
            if (start > at && text[start - 1] == '$')
            {
                // $$( is a literal $(.
                result.Append(text.AsSpan(at, start - 1 - at)).Append("$(");
                at = start + 2;
                continue;
            }
            result.Append(text.AsSpan(at, start - at));
            var end = text.IndexOf(')', start);
            if (end < 0)
            {
                mistakes.Add(new Diagnostic(At(scalar, start), ErrorCode.UndefinedProperty, "this '$(' has no ')'; write $$( for the two characters themselves"));
                return scalar;
            }
            if (Look(text[(start + 2)..end], scalar, start, matrix) is ScalarNode value)
            {
                fromCommandLine |= start == 0 && value.FromCommandLine;
                result.Append(value.Text);
            }
            at = end + 1;
        }
        return scalar with { Text = result.ToString(), FromCommandLine = fromCommandLine };
    }

    private ConfigNode Look(string name, ScalarNode scalar, int column, IReadOnlyDictionary<string, string>? matrix)
    {
        var place = At(scalar, column);
        if (name.StartsWith("env:", StringComparison.Ordinal))
        {
            if (Environment.GetEnvironmentVariable(name[4..]) is { } value)
                return new ScalarNode(value, IsPlain: true, place);
            return Undefined(place, $"the environment variable '{name[4..]}' is not set; set it, or write the value here");
        }
        if (name.StartsWith("matrix.", StringComparison.Ordinal))
        {
            if (matrix is not null && matrix.TryGetValue(name[7..], out var value))
                return new ScalarNode(value, IsPlain: true, place);
            return Undefined(place, matrix is null
                ? $"$({name}) stands in a stage without a matrix; give it one, or write the value here"
                : $"the matrix has no axis '{name[7..]}'{DidYouMean.Suggest(name[7..], matrix.Keys)}");
        }
        return Property(name, place);
    }

    private ConfigNode Property(string name, SourceLocation place)
    {
        if (expanded.TryGetValue(name, out var known))
            return known;
        if (!raw.TryGetValue(name, out var node))
            return Undefined(place, $"there is no property '{name}'{DidYouMean.Suggest(name, raw.Keys)}");
        if (expanding.Contains(name))
            return Undefined(place, $"the property '{name}' is made of itself: {string.Join(" -> ", expanding.SkipWhile(n => n != name).Append(name))}");
        expanding.Add(name);
        var value = Expand(node);
        expanding.Remove(name);
        return expanded[name] = value;
    }

    private Unknown Undefined(SourceLocation place, string message)
    {
        mistakes.Add(new Diagnostic(place, ErrorCode.UndefinedProperty, message));
        return new Unknown(place);
    }

    // What came through a property is to blame at the place where it is used, which a person can see.
    private static ConfigNode Placed(ConfigNode node, ScalarNode use) => node is ScalarNode scalar ? scalar with { Location = use.Location } : node;

    private static SourceLocation At(ScalarNode scalar, int column) =>
        scalar.Location with { Column = scalar.Location.Column + column + (scalar.IsPlain ? 0 : 1) };

    /// <summary>Stands for a value that is not known because of a mistake already reported, so that no second one follows from it.</summary>
    public sealed record Unknown(SourceLocation Location) : ConfigNode(Location);
}
