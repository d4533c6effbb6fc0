// The one expression grammar of configs: conditions over the columns of a table.
using System.Globalization;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Config;

/// <summary>
/// A parsed condition: literals, names, <c>== != &lt; &lt;= &gt; &gt;=</c>, <c>and or not in</c>, lists and parentheses. Over columns it answers as pandas' query does:
/// a missing value differs from everything, and every other comparison with it is false.
/// </summary>
public sealed class Expression
{
    private readonly Node root;

    private Expression(Node root)
    {
        this.root = root;
        var names = new SortedSet<string>(StringComparer.Ordinal);
        root.AddNames(names);
        Names = names;
    }

    /// <summary>The columns that it reads.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>Parses a text.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="at">Where its first character stands, for messages.</param>
    /// <exception cref="PipelineException">It is no expression; the place is exact.</exception>
    public static Expression Parse(string text, SourceLocation? at) => new(new ExpressionParser(text, at).Parse());

    /// <summary>Evaluates it for one row.</summary>
    /// <param name="column">Gives a column's value: text, a long, a double, a bool, or null where it is missing.</param>
    /// <exception cref="PipelineException">It compares what cannot be compared, or is no condition.</exception>
    public bool Evaluate(Func<string, object?> column) => root.Value(column) switch
    {
        bool answer => answer,
        null => false,
        var other => throw Wrong($"'{root}' is {Describe(other)}, not a condition; compare it with something"),
    };

    /// <summary>One spelling for all expressions that differ only in spaces, quotes and needless parentheses.</summary>
    public override string ToString() => root.ToString()!;

    internal static PipelineException Wrong(string message) => new(null, ErrorCode.BadExpression, message);

    internal static string Describe(object? value) => value switch
    {
        null => "missing",
        string => "text",
        bool => "true or false",
        _ => "a number",
    };

    internal abstract record Node
    {
        public abstract object? Value(Func<string, object?> column);

        public virtual void AddNames(ISet<string> names)
        {
        }
    }

    internal sealed record Literal(object? Content) : Node
    {
        public override object? Value(Func<string, object?> column) => Content;

        public override string ToString() => Content switch
        {
            null => "null",
            bool b => b ? "true" : "false",
            string s => $"\"{s.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"",
            double d => d.ToString("R", CultureInfo.InvariantCulture),
            var other => Convert.ToString(other, CultureInfo.InvariantCulture)!,
        };
    }

    internal sealed record Name(string Text) : Node
    {
        public override object? Value(Func<string, object?> column) => column(Text);

        public override void AddNames(ISet<string> names) => names.Add(Text);

        public override string ToString() => Text;
    }

    internal sealed record Not(Node Operand) : Node
    {
        public override object? Value(Func<string, object?> column) => !Truth(Operand, column);

        public override void AddNames(ISet<string> names) => Operand.AddNames(names);

        public override string ToString() => $"not ({Operand})";
    }

    internal sealed record Logical(bool IsAnd, Node Left, Node Right) : Node
    {
        public override object? Value(Func<string, object?> column) =>
            IsAnd ? Truth(Left, column) && Truth(Right, column) : Truth(Left, column) || Truth(Right, column);

        public override void AddNames(ISet<string> names)
        {
            Left.AddNames(names);
            Right.AddNames(names);
        }

        public override string ToString() => $"({Left}) {(IsAnd ? "and" : "or")} ({Right})";
    }

    internal sealed record In(Node Operand, IReadOnlyList<Node> Items, bool Negated) : Node
    {
        public override object? Value(Func<string, object?> column)
        {
            var value = Operand.Value(column);
            return Items.Any(item => Same(value, item.Value(column))) != Negated;
        }

        public override void AddNames(ISet<string> names)
        {
            Operand.AddNames(names);
            foreach (var item in Items)
                item.AddNames(names);
        }

        public override string ToString() => $"{Operand} {(Negated ? "not in" : "in")} [{string.Join(", ", Items)}]";
    }

    internal sealed record Comparison(string Operator, Node Left, Node Right) : Node
    {
        public override object? Value(Func<string, object?> column)
        {
            var left = Left.Value(column);
            var right = Right.Value(column);
            return Operator switch
            {
                "==" => Same(left, right),
                "!=" => !Same(left, right),
                _ => left is not null && right is not null && Ordered(Order(left, right)),
            };
        }

        public override void AddNames(ISet<string> names)
        {
            Left.AddNames(names);
            Right.AddNames(names);
        }

        public override string ToString() => $"{Left} {Operator} {Right}";

        private bool Ordered(int? order) => Operator switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };

        // Null where one side is NaN, of which no order is true.
        private int? Order(object left, object right) => (left, right) switch
        {
            (string a, string b) => string.CompareOrdinal(a, b),
            (long a, long b) => a.CompareTo(b),
            (string, _) or (_, string) or (bool, _) or (_, bool) => throw Wrong(
                $"'{this}' compares {Describe(left)} with {Describe(right)}; only numbers, or texts, have an order"),
            _ => Number(left) is var x && Number(right) is var y && (double.IsNaN(x) || double.IsNaN(y)) ? null : Number(left).CompareTo(Number(right)),
        };
    }

    private static bool Truth(Node node, Func<string, object?> column) => node.Value(column) switch
    {
        bool b => b,
        null => false,
        var other => throw Wrong($"'{node}' is {Describe(other)}, not a condition; compare it with something"),
    };

    private static bool Same(object? a, object? b) => (a, b) switch
    {
        (null, _) or (_, null) => false,
        (string x, string y) => string.Equals(x, y, StringComparison.Ordinal),
        (string, _) or (_, string) => false,
        (long x, long y) => x == y,
        _ => Number(a) == Number(b),
    };

    private static double Number(object value) => value switch
    {
        bool b => b ? 1 : 0,
        var other => Convert.ToDouble(other, CultureInfo.InvariantCulture),
    };
}
