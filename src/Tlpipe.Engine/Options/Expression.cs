// Expressions over columns or properties, such as: split == "train" and stars in [1, 2].
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>
/// A parsed expression: literals (numbers, 'text' or "text", true, false, null), names, <c>== != &lt; &lt;= &gt; &gt;=</c>,
/// <c>and or not in</c>, lists <c>[a, b]</c> and parentheses. It answers as pandas' <c>DataFrame.query</c> does: what is missing
/// differs from everything, and every other comparison with it is false. But <c>== null</c> means <c>is missing</c>, and a number is not compared with a text that spells one. Two expressions are equal if their canonical texts are.
/// </summary>
public sealed class Expression : IEquatable<Expression>
{
    private readonly ExpressionNode root;
    private readonly string canonical;

    private Expression(ExpressionNode root)
    {
        this.root = root;
        canonical = root.Write(0);
        var names = new SortedSet<string>(StringComparer.Ordinal);
        root.Visit(name =>
        {
            names.Add(name.Name);
            Uses.Add((name.Name, name.Location));
        });
        Names = names;
    }

    /// <summary>The names (columns) that it uses.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>Each use of a name, with its place.</summary>
    internal List<(string Name, SourceLocation? Location)> Uses { get; } = [];

    /// <summary>Parses an expression.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="at">The place of its first letter; errors are placed from there, as on one line.</param>
    /// <exception cref="PipelineException">It is not an expression.</exception>
    public static Expression Parse(string text, SourceLocation? at) =>
        ParseAt(text, offset => at is null ? null : at with { Column = at.Column + offset });

    /// <summary>Parses an expression whose letters stand at the given places.</summary>
    internal static Expression ParseAt(string text, Func<int, SourceLocation?> placeOf) =>
        new(new ExpressionParser(text, placeOf, isCondition: false).Parse());

    /// <summary>Parses a <c>when:</c>, whose names are properties and can be written <c>$(name)</c>, too.</summary>
    internal static Expression ParseCondition(string text, Func<int, SourceLocation?> placeOf) =>
        new(new ExpressionParser(text, placeOf, isCondition: true).Parse());

    /// <summary>Its answer for a row.</summary>
    /// <param name="column">
    /// The row's value of a column: <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/> or null.
    /// </param>
    /// <exception cref="PipelineException">The values cannot be compared as it asks for; the message names the column.</exception>
    public bool Evaluate(Func<string, object?> column) => root.IsTrue(column);

    /// <summary>The canonical text: one for all that differ only in spaces, quotes and parentheses that change nothing.</summary>
    public override string ToString() => canonical;

    public bool Equals(Expression? other) => other is not null && canonical == other.canonical;

    public override bool Equals(object? obj) => Equals(obj as Expression);

    public override int GetHashCode() => canonical.GetHashCode(StringComparison.Ordinal);
}
