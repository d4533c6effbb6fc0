// Answers when: of stages and imports.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>
/// Answers <c>when:</c>. Its names are properties, <c>matrix.axis</c> and <c>env:NAME</c> in <c>$(…)</c>; an environment variable that is not set
/// is null there. Values are typed as written: <c>5</c> is a number, <c>'5'</c> in quotes text, <c>true</c> a switch.
/// </summary>
internal sealed class Conditions(PropertyScope scope, Mistakes mistakes)
{
    /// <summary>A condition that was parsed.</summary>
    internal sealed record Condition(Expression Expression, ScalarNode Text)
    {
        /// <summary>Whether it can differ between the instances of a matrix.</summary>
        public bool UsesMatrix => Expression.Names.Any(name => name.StartsWith("matrix.", StringComparison.Ordinal));
    }

    /// <summary>The condition that stands under <c>when:</c>, or null if it is wrong (reported).</summary>
    public Condition? Parse(Node node)
    {
        if (node is not ScalarNode { IsNull: false } text)
        {
            if (node is not BrokenNode)
                mistakes.Add(node, ErrorCode.WrongShape, $"when: {node.Described} stands where a condition belongs");
            return null;
        }
        try
        {
            return new Condition(Expression.ParseCondition(text.Text, text.PlaceOf), text);
        }
        catch (PipelineException problem)
        {
            mistakes.Add(problem);
            return null;
        }
    }

    /// <summary>Whether it holds, or null if it cannot be answered (reported).</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="matrix">The values of the instance, or null outside of a matrix.</param>
    public bool? Holds(Condition condition, MatrixValues? matrix = null)
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        var whole = true;
        // All names are looked up first, so that a mistake is reported regardless of the other values.
        foreach (var (name, location) in condition.Expression.Uses)
            whole &= TryLookUp(name, location ?? condition.Text.Location, matrix, values);
        if (!whole)
            return null;
        try
        {
            return condition.Expression.Evaluate(name => values[name]);
        }
        catch (PipelineException problem)
        {
            mistakes.Add(problem);
            return null;
        }
    }

    private bool TryLookUp(string name, SourceLocation? location, MatrixValues? matrix, Dictionary<string, object?> values)
    {
        if (name.StartsWith("env:", StringComparison.Ordinal))
        {
            values[name] = Environment.GetEnvironmentVariable(name["env:".Length..]) is { } text ? Values.Typed(text) : null;
            return true;
        }
        switch (scope.Value(name, location, matrix))
        {
            case ScalarNode scalar:
                values[name] = scalar.Quoted ? scalar.Text : scalar.IsNull ? null : Values.Typed(scalar.Text);
                return true;
            case BrokenNode:
                return false;
            case var other:
                mistakes.Add(location, ErrorCode.BadExpression, $"property '{name}' holds {other.Described}; a condition compares text, numbers and switches");
                return false;
        }
    }
}
