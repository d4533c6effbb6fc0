// The tree of an expression: each node evaluates and writes itself.
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>A node of an expression's tree.</summary>
internal abstract record ExpressionNode(SourceLocation? Location)
{
    /// <summary>How tightly it binds; a node that binds less tightly than its surroundings is written in parentheses.</summary>
    protected abstract int Binding { get; }

    public abstract object? Value(Func<string, object?> column);

    /// <summary>Shows every name below it, in the order of the text.</summary>
    public abstract void Visit(Action<NameNode> visitor);

    protected abstract string Write();

    public string Write(int surroundings) => Binding < surroundings ? $"({Write()})" : Write();

    /// <summary>Its name in a message: <c>column 'stars'</c>, or its text.</summary>
    public virtual string Described => Write();

    /// <summary>Its value as a condition; null is false.</summary>
    public bool IsTrue(Func<string, object?> column) => Value(column) switch
    {
        bool value => value,
        null => false,
        var other => throw Error(Location, $"{Described} holds {Values.Kind(other)}, which is not a condition; compare it with something"),
    };

    protected static PipelineException Error(SourceLocation? at, string message) => new(at, ErrorCode.BadExpression, message);
}

/// <summary>A number, text, switch or null.</summary>
internal sealed record LiteralNode(SourceLocation? Location, object? Literal) : ExpressionNode(Location)
{
    protected override int Binding => 5;

    public override object? Value(Func<string, object?> column) => Literal;

    public override void Visit(Action<NameNode> visitor)
    {
    }

    protected override string Write() => Literal switch
    {
        null => "null",
        bool value => value ? "true" : "false",
        string text => Quote(text),
        var number => Convert.ToString(number, CultureInfo.InvariantCulture)!,
    };

    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
            quoted.Append(letter switch { '"' => "\\\"", '\\' => "\\\\", '\n' => "\\n", '\t' => "\\t", _ => letter.ToString() });
        return quoted.Append('"').ToString();
    }
}

/// <summary>A column, or in a condition a property.</summary>
internal sealed record NameNode(SourceLocation? Location, string Name, string What) : ExpressionNode(Location)
{
    protected override int Binding => 5;

    public override string Described => $"{What} '{Name}'";

    public override object? Value(Func<string, object?> column) => column(Name) switch
    {
        int number => (long)number,
        float number => (double)number,
        null or string or long or double or bool => column(Name),
        var other => throw new ArgumentException($"a value of type {other.GetType().Name} cannot be compared", nameof(column)),
    };

    public override void Visit(Action<NameNode> visitor) => visitor(this);

    protected override string Write() => Name;
}

/// <summary>Conditions joined by <c>and</c> or by <c>or</c>.</summary>
internal sealed record JunctionNode(SourceLocation? Location, bool All, IReadOnlyList<ExpressionNode> Parts) : ExpressionNode(Location)
{
    protected override int Binding => All ? 2 : 1;

    public override object? Value(Func<string, object?> column) =>
        All ? Parts.All(part => part.IsTrue(column)) : Parts.Any(part => part.IsTrue(column));

    public override void Visit(Action<NameNode> visitor)
    {
        foreach (var part in Parts)
            part.Visit(visitor);
    }

    protected override string Write() => string.Join(All ? " and " : " or ", Parts.Select(part => part.Write(Binding + 1)));
}

/// <summary>A condition that must not hold.</summary>
internal sealed record NotNode(SourceLocation? Location, ExpressionNode Part) : ExpressionNode(Location)
{
    protected override int Binding => 3;

    public override object? Value(Func<string, object?> column) => !Part.IsTrue(column);

    public override void Visit(Action<NameNode> visitor) => Part.Visit(visitor);

    protected override string Write() => $"not {Part.Write(3)}";
}

/// <summary>A comparison of two values by <c>== != &lt; &lt;= &gt; &gt;=</c>.</summary>
internal sealed record ComparisonNode(SourceLocation? Location, string Operator, ExpressionNode Left, ExpressionNode Right)
    : ExpressionNode(Location)
{
    protected override int Binding => 4;

    public override object? Value(Func<string, object?> column)
    {
        var (left, right) = (Left.Value(column), Right.Value(column));
        if (Operator is "==" or "!=")
            return Values.DifferInTypeAlone(left, right) ? throw Incomparable(left!, right!) : Values.Same(left, right) == (Operator == "==");
        if (left is null || right is null)
            return false;
        if (left is string != right is string)
            throw Incomparable(left, right);
        if (left is double.NaN || right is double.NaN)
            return false;
        var order = Values.Order(left, right);
        return Operator switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    public override void Visit(Action<NameNode> visitor)
    {
        Left.Visit(visitor);
        Right.Visit(visitor);
    }

    protected override string Write() => $"{Left.Write(5)} {Operator} {Right.Write(5)}";

    private PipelineException Incomparable(object left, object right)
    {
        var (named, value, other) = Left is NameNode || Right is not NameNode ? (Left, left, right) : (Right, right, left);
        return Error(
            Location,
            $"{named.Described} holds {Values.Kind(value)}, which '{Operator}' cannot compare with {Values.Kind(other)}; compare like with like");
    }
}

/// <summary>Whether there is no value: <c>x is missing</c>, <c>x is not missing</c>, <c>x == null</c>, <c>x != null</c>.</summary>
internal sealed record MissingNode(SourceLocation? Location, ExpressionNode Part, bool Negated) : ExpressionNode(Location)
{
    protected override int Binding => 4;

    // As in pandas' isna, a floating-point number that is none is missing.
    public override object? Value(Func<string, object?> column) => (Part.Value(column) is null or double.NaN) != Negated;

    public override void Visit(Action<NameNode> visitor) => Part.Visit(visitor);

    protected override string Write() => $"{Part.Write(5)} is {(Negated ? "not " : "")}missing";
}

/// <summary>Whether a value is one of several.</summary>
internal sealed record InNode(SourceLocation? Location, ExpressionNode Part, bool Negated, IReadOnlyList<ExpressionNode> Elements)
    : ExpressionNode(Location)
{
    protected override int Binding => 4;

    public override object? Value(Func<string, object?> column)
    {
        var value = Part.Value(column);
        if (Elements.Select(element => element.Value(column)).FirstOrDefault(element => Values.DifferInTypeAlone(value, element)) is { } alike)
            throw Error(Location, $"{Part.Described} holds {Values.Kind(value!)}, which 'in' cannot compare with {(alike is string text ? $"the text {LiteralNode.Quote(text)}" : Values.Kind(alike))}; compare like with like");
        // As in pandas' isin, a list that holds null matches null, although null == null is false.
        var found = Elements
            .Select(element => element.Value(column))
            .Any(element => value is null ? element is null : Values.Same(value, element));
        return found != Negated;
    }

    public override void Visit(Action<NameNode> visitor)
    {
        Part.Visit(visitor);
        foreach (var element in Elements)
            element.Visit(visitor);
    }

    protected override string Write() =>
        $"{Part.Write(5)} {(Negated ? "not in" : "in")} [{string.Join(", ", Elements.Select(element => element.Write(5)))}]";
}

/// <summary>How two values compare.</summary>
internal static class Values
{
    public static string Kind(object value) => value switch { string => "text", bool => "true or false", _ => "a number" };

    /// <summary>Whether both are the same; never of null or NaN. A switch counts as 1 or 0 beside a number, as in pandas.</summary>
    public static bool Same(object? left, object? right) =>
        left is not null && right is not null && left is string == right is string
        && left is not double.NaN && right is not double.NaN && Order(left, right) == 0;

    /// <summary>Whether one is text that spells a number or a switch as the other is one: 3 and '3'. Neither answer would be what was meant.</summary>
    public static bool DifferInTypeAlone(object? left, object? right) => (left, right) switch
    {
        (string text, not null and not string) => Typed(text) is { } value and not string && value is bool == right is bool,
        (not null and not string, string) => DifferInTypeAlone(right, left),
        _ => false,
    };

    /// <summary>What an unquoted text of a config means: a switch, a number, or the text itself.</summary>
    public static object Typed(string text) =>
        text is "true" or "false" ? text == "true"
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real
        : text;

    /// <summary>The order of two texts, by code points as in Python, or of two numbers.</summary>
    public static int Order(object left, object right) => (left, right) switch
    {
        (string a, string b) => OrderOfText(a, b),
        (double, _) or (_, double) => Real(left).CompareTo(Real(right)),
        _ => Whole(left).CompareTo(Whole(right)),
    };

    private static double Real(object value) => Convert.ToDouble(value, CultureInfo.InvariantCulture);

    private static long Whole(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    private static int OrderOfText(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
            if (left[i] != right[i])
                // UTF-16 sorts characters beyond the basic plane below U+E000, but code points sort them above it.
                return char.IsSurrogate(left[i]) == char.IsSurrogate(right[i]) ? left[i] - right[i] : char.IsSurrogate(left[i]) ? 1 : -1;
        return left.Length - right.Length;
    }
}
