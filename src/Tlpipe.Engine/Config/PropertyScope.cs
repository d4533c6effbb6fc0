// Puts the values of properties, environment variables and matrix axes in the place of $(name).
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>The values of one matrix instance, by axis.</summary>
internal sealed class MatrixValues : Dictionary<string, Node>
{
    public MatrixValues()
        : base(StringComparer.Ordinal)
    {
    }

    public MatrixValues(MatrixValues values)
        : base(values, StringComparer.Ordinal)
    {
    }

    /// <summary>The text of each value.</summary>
    public Dictionary<string, string> Text => this.ToDictionary(pair => pair.Key, pair => pair.Value is ScalarNode scalar ? scalar.Text : "", StringComparer.Ordinal);
}

/// <summary>
/// Puts values in the place of <c>$(name)</c>, <c>$(env:NAME)</c> and <c>$(matrix.axis)</c>; <c>$$(</c> stands for <c>$(</c>.
/// A scalar that consists of one of them alone becomes the property's node, even a list or mapping.
/// </summary>
internal sealed class PropertyScope(IReadOnlyDictionary<string, Node> properties, Mistakes mistakes)
{
    /// <summary>Letters, or values in lists and mappings, that properties may grow to; more is a text made to grow.</summary>
    private const int MostGrowth = 100_000;

    private readonly Dictionary<string, Node> expanded = new(StringComparer.Ordinal);
    private readonly List<string> expanding = [];

    /// <summary>The remedy for an undefined property that has no similar name.</summary>
    public string? UndefinedRemedy { get; init; }

    /// <summary>The node with every <c>$(…)</c> replaced; broken parts, reported here, become <see cref="BrokenNode"/>s.</summary>
    /// <param name="node">The node.</param>
    /// <param name="matrix">The values of the instance that it belongs to, or null outside of a matrix.</param>
    public Node Expand(Node node, MatrixValues? matrix = null) => node switch
    {
        ScalarNode scalar => ExpandScalar(scalar, matrix),
        ListNode list when HasUse(list) => list with { Elements = [.. list.Elements.Select(element => Expand(element, matrix))] },
        MappingNode mapping when HasUse(mapping) => mapping with
        {
            Entries = [.. mapping.Entries.Select(entry => HasUse(entry.Value) ? entry with { Value = Expand(entry.Value, matrix) } : entry)],
        },
        _ => node,
    };

    /// <summary>Whether there is anything to replace; most of a config stays as it is.</summary>
    private static bool HasUse(Node node)
    {
        switch (node)
        {
            case ScalarNode scalar:
                return scalar.Text.Contains("$(", StringComparison.Ordinal);
            case ListNode list:
                foreach (var element in list.Elements)
                    if (HasUse(element))
                        return true;
                return false;
            case MappingNode mapping:
                foreach (var entry in mapping.Entries)
                    if (HasUse(entry.Value))
                        return true;
                return false;
            default:
                return false;
        }
    }

    /// <summary>Expands every property, used or not, so that the mistakes in them are found.</summary>
    public IReadOnlyDictionary<string, Node> ExpandAll()
    {
        foreach (var (name, node) in properties)
            Property(name, node.Location);
        return expanded;
    }

    /// <summary>The node that <c>$(name)</c> stands for; a <see cref="BrokenNode"/> if it is unknown (reported).</summary>
    /// <param name="name">The text in the parentheses.</param>
    /// <param name="place">The place of its use.</param>
    /// <param name="matrix">The values of the instance, or null outside of a matrix.</param>
    public Node Value(string name, SourceLocation? place, MatrixValues? matrix) => Lookup(name, place, origin: null, matrix);

    private Node ExpandScalar(ScalarNode scalar, MatrixValues? matrix)
    {
        if (!scalar.Text.Contains("$(", StringComparison.Ordinal))
            return scalar;
        var pieces = Cut(scalar.Text);
        if (pieces[^1].Kind == PieceKind.Unclosed)
        {
            mistakes.Add(
                scalar.PlaceOf(pieces[^1].Offset), scalar.Origin, ErrorCode.UndefinedProperty,
                "this '$(' is not closed", "write $(name), or $$( for the letters $(");
            return new BrokenNode { Location = scalar.Location };
        }
        if (pieces is [{ Kind: PieceKind.Use } only])
            return Placed(Lookup(only.Text, scalar.PlaceOf(0), scalar.Origin, matrix), scalar);

        var value = new StringBuilder();
        var places = new TextPlaces.Builder();
        var (broken, fromCommandLine, origin) = (false, scalar.FromCommandLine, scalar.Origin);
        foreach (var piece in pieces)
        {
            if (piece.Kind == PieceKind.Letters)
            {
                places.AddPart(value.Length, scalar.Places, piece.Offset, piece.Text.Length);
                value.Append(piece.Text);
            }
            else if (TextOf(piece, scalar, matrix) is { } part)
            {
                if (value.Length == 0)
                    fromCommandLine = part.FromCommandLine;
                places.Add(value.Length, part.Places, scalar.PlaceOf(piece.Offset));
                value.Append(part.Text);
                origin ??= part.Origin;
                if (value.Length > MostGrowth)
                    return Grown(scalar);
            }
            else
            {
                broken = true;
            }
        }
        return broken
            ? new BrokenNode { Location = scalar.Location }
            : scalar with { Text = value.ToString(), Places = places.Build(), FromCommandLine = fromCommandLine, Origin = origin };
    }

    private BrokenNode Grown(Node node)
    {
        mistakes.Add(node.Location, ErrorCode.TooLarge, string.Create(
            CultureInfo.InvariantCulture, $"properties grow to more than {MostGrowth:N0} letters or values here; use fewer within each other"));
        return new BrokenNode { Location = node.Location };
    }

    /// <summary>The values in a node, counted up to a little more than the limit.</summary>
    private static int Size(Node node)
    {
        var size = 1;
        IEnumerable<Node> children = node switch
        {
            ListNode list => list.Elements,
            MappingNode mapping => mapping.Entries.Select(entry => entry.Value),
            _ => [],
        };
        foreach (var child in children)
            if ((size += Size(child)) > MostGrowth)
                break;
        return size;
    }

    private ScalarNode? TextOf(Piece use, ScalarNode scalar, MatrixValues? matrix)
    {
        var place = scalar.PlaceOf(use.Offset);
        var node = Lookup(use.Text, place, scalar.Origin, matrix);
        if (node is not (ScalarNode or BrokenNode))
            mistakes.Add(place, ErrorCode.WrongShape, $"{node.Described} cannot stand within text; use $({use.Text}) alone");
        return node as ScalarNode;
    }

    /// <summary>Cuts a text at every <c>$(name)</c>, and behind the first dollar of every <c>$$(</c>, which falls out.</summary>
    private static List<Piece> Cut(string text)
    {
        var pieces = new List<Piece>();
        var at = 0;
        // The start of the search for the next use: past the letters "$(" that a doubled dollar made.
        var search = 0;
        while (text.IndexOf("$(", search, StringComparison.Ordinal) is >= 0 and var next)
        {
            var doubled = next > search && text[next - 1] == '$';
            AddLetters(doubled ? next - 1 : next);
            if (doubled)
            {
                (at, search) = (next, next + 2);
                continue;
            }
            var close = text.IndexOf(')', next);
            if (close < 0)
            {
                pieces.Add(new Piece(PieceKind.Unclosed, next, ""));
                return pieces;
            }
            pieces.Add(new Piece(PieceKind.Use, next, text[(next + 2)..close]));
            at = search = close + 1;
        }
        AddLetters(text.Length);
        return pieces;

        void AddLetters(int end)
        {
            if (end > at)
                pieces.Add(new Piece(PieceKind.Letters, at, text[at..end]));
        }
    }

    /// <summary>A property's node at its use: the place is the use's, and the origin is the value's.</summary>
    private static Node Placed(Node node, ScalarNode use) => node with { Location = use.Location, Origin = use.Origin ?? node.Origin };

    private Node Lookup(string name, SourceLocation? place, Origin? origin, MatrixValues? matrix)
    {
        if (name.StartsWith("env:", StringComparison.Ordinal))
        {
            var variable = name["env:".Length..];
            if (Environment.GetEnvironmentVariable(variable) is { } value)
                return new ScalarNode { Location = place, Text = value, Origin = new Origin($"environment variable {variable}") };
            return Undefined($"the environment variable '{variable}' is not set", null);
        }
        if (name.StartsWith("matrix.", StringComparison.Ordinal))
        {
            var axis = name["matrix.".Length..];
            if (matrix is null)
                return Undefined($"$({name}) stands outside of a stage with a matrix", null);
            if (matrix.TryGetValue(axis, out var value))
                return value with { Origin = value.Origin ?? Written($"matrix value of '{axis}'", value) };
            return Undefined($"the matrix has no axis '{axis}'", DidYouMean.Hint(axis, matrix.Keys, "its axes"));
        }
        if (properties.ContainsKey(name))
            return Property(name, place);
        return Undefined(
            $"there is no property '{name}'",
            DidYouMean.Nearest(name, properties.Keys) is null && UndefinedRemedy is { } remedy ? remedy
            : properties.Count == 0 ? "define it under properties:" : DidYouMean.Hint(name, [.. properties.Keys], "the properties"));

        BrokenNode Undefined(string wrong, string? remedy)
        {
            mistakes.Add(place, origin, ErrorCode.UndefinedProperty, wrong, remedy);
            return new BrokenNode { Location = place };
        }
    }

    private Node Property(string name, SourceLocation? place)
    {
        if (expanded.TryGetValue(name, out var known))
            return known;
        if (expanding.Contains(name))
        {
            var cycle = string.Join(" uses ", expanding.SkipWhile(other => other != name).Append(name).Select(other => $"'{other}'"));
            mistakes.Add(place, ErrorCode.Cycle, $"properties that use each other have no value: {cycle}");
            return new BrokenNode { Location = place };
        }

        expanding.Add(name);
        var node = properties[name];
        var value = Expand(node);
        expanding.RemoveAt(expanding.Count - 1);
        if (value is ListNode or MappingNode && Size(value) > MostGrowth)
            value = Grown(node);
        return expanded[name] = value with { Origin = node.Origin ?? Written($"property '{name}'", node, value.Origin) };
    }

    /// <param name="what">The holder of the value.</param>
    /// <param name="node">The value as it was written.</param>
    /// <param name="deeper">The value's own origin; reported if it is the command line.</param>
    private static Origin Written(string what, Node node, Origin? deeper = null)
    {
        var text = node.Location is null ? what : $"{what}, {node.Location}";
        return deeper?.FromCommandLine == true ? new Origin($"{text}, {deeper.Text}", FromCommandLine: true) : new Origin(text);
    }

    private enum PieceKind
    {
        Letters,

        /// <summary>A <c>$(name)</c>; its text is the name.</summary>
        Use,

        /// <summary>A <c>$(</c> without its parenthesis.</summary>
        Unclosed,
    }

    private sealed record Piece(PieceKind Kind, int Offset, string Text);
}
