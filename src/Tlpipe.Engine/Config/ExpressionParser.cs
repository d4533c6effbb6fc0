// Parses the expression grammar by recursive descent.
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Config;

/// <summary><c>or</c> binds weakest, then <c>and</c>, <c>not</c>, comparisons, and what stands in parentheses.</summary>
internal sealed class ExpressionParser(string text, SourceLocation? location)
{
    private const int MaxDepth = 100;
    private static readonly string[] Operators = ["==", "!=", "<=", ">=", "<", ">"];
    private int at;
    private int depth;

    public Expression.Node Parse()
    {
        var node = Or();
        SkipSpaces();
        return at == text.Length ? node : throw Wrong($"'{text[at..]}' does not belong here");
    }

    private Expression.Node Or()
    {
        if (++depth > MaxDepth)
            throw Wrong("the expression is nested too deeply");
        var node = And();
        while (TakeWord("or"))
            node = new Expression.Logical(IsAnd: false, node, And());
        depth--;
        return node;
    }

    private Expression.Node And()
    {
        var node = Not();
        while (TakeWord("and"))
            node = new Expression.Logical(IsAnd: true, node, Not());
        return node;
    }

    private Expression.Node Not()
    {
        if (!TakeWord("not"))
            return Comparison();
        if (++depth > MaxDepth)
            throw Wrong("the expression is nested too deeply");
        var node = new Expression.Not(Not());
        depth--;
        return node;
    }

    private Expression.Node Comparison()
    {
        var left = Operand();
        SkipSpaces();
        if (Operators.FirstOrDefault(o => text.AsSpan(at).StartsWith(o)) is { } symbol)
        {
            at += symbol.Length;
            return new Expression.Comparison(symbol, left, Operand());
        }
        if (TakeWord("in"))
            return new Expression.In(left, List(), Negated: false);
        var before = at;
        if (TakeWord("not"))
        {
            if (TakeWord("in"))
                return new Expression.In(left, List(), Negated: true);
            at = before;
        }
        if (at < text.Length && text[at] == '=')
            throw Wrong("one '=' compares nothing; write ==");
        return left;
    }

    private List<Expression.Node> List()
    {
        if (!Take('['))
            throw Wrong("'in' wants a list such as [1, 2]");
        var items = new List<Expression.Node>();
        if (Take(']'))
            return items;
        do
            items.Add(Operand());
        while (Take(','));
        return Take(']') ? items : throw Wrong("the list has no ']'");
    }

    private Expression.Node Operand()
    {
        SkipSpaces();
        if (at == text.Length)
            throw Wrong("something is missing at the end");
        var c = text[at];
        if (Take('('))
        {
            var inner = Or();
            return Take(')') ? inner : throw Wrong("a ')' is missing");
        }
        if (c is '"' or '\'')
            return new Expression.Literal(Quoted(c));
        if (char.IsAsciiDigit(c) || c is '-' or '+' or '.')
            return new Expression.Literal(Number());
        if (char.IsLetter(c) || c == '_')
            return Word();
        throw Wrong($"'{c}' does not belong here");
    }

    private Expression.Node Word()
    {
        var word = TakeName();
        return word switch
        {
            "true" or "True" => new Expression.Literal(true),
            "false" or "False" => new Expression.Literal(false),
            "null" or "None" => new Expression.Literal(null),
            "and" or "or" or "in" or "not" => throw Wrong($"'{word}' does not belong here", word.Length),
            _ => new Expression.Name(word),
        };
    }

    private string TakeName()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return text[start..at];
    }

    private string Quoted(char quote)
    {
        var result = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == quote)
            {
                at++;
                return result.ToString();
            }
            if (text[at] == '\\' && at + 1 < text.Length && (text[at + 1] == quote || text[at + 1] == '\\'))
                at++;
            result.Append(text[at]);
        }
        throw Wrong($"the text has no closing {quote}");
    }

    private object Number()
    {
        var start = at;
        if (text[at] is '-' or '+')
            at++;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '.' or 'e' or 'E' || (text[at] is '-' or '+' && text[at - 1] is 'e' or 'E')))
            at++;
        var number = text.AsSpan(start, at - start);
        if (long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return whole;
        if (double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real))
            return real;
        throw Wrong($"'{number}' is no number", number.Length);
    }

    private bool Take(char c)
    {
        SkipSpaces();
        if (at == text.Length || text[at] != c)
            return false;
        at++;
        return true;
    }

    private bool TakeWord(string word)
    {
        SkipSpaces();
        var end = at + word.Length;
        if (!text.AsSpan(at).StartsWith(word) || (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_')))
            return false;
        at = end;
        return true;
    }

    private void SkipSpaces()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
    }

    private PipelineException Wrong(string message, int back = 0) => new(
        location is null ? null : location with { Column = location.Column + at - back },
        ErrorCode.BadExpression,
        $"in the expression '{text}': {message}");
}
