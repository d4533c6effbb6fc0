// Makes an expression's tree from its text, by recursive descent.
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Config;

/// <summary>
/// <code>
/// or         := and ("or" and)*
/// and        := not ("and" not)*
/// not        := "not" not | comparison
/// comparison := operand [("==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=") operand | ["not"] "in" list]
/// operand    := literal | name | "(" or ")"
/// list       := "[" [operand ("," operand)*] "]"
/// </code>
/// </summary>
internal sealed class ExpressionParser
{
    private readonly IReadOnlyList<Token> tokens;
    private readonly Func<int, SourceLocation?> placeOf;
    private int at;

    public ExpressionParser(string text, Func<int, SourceLocation?> placeOf)
    {
        this.placeOf = placeOf;
        tokens = new ExpressionLexer(text, placeOf).Tokens();
    }

    private Token Next => tokens[at];

    /// <exception cref="PipelineException">The text is no expression.</exception>
    public ExpressionNode Parse()
    {
        var root = Condition(Or());
        return Next.Kind == TokenKind.End ? root : throw Unexpected("the end or a word like and");
    }

    private ExpressionNode Or() => Junction("or", all: false, And);

    private ExpressionNode And() => Junction("and", all: true, Not);

    private ExpressionNode Junction(string word, bool all, Func<ExpressionNode> part)
    {
        var first = part();
        if (!IsWord(word))
            return first;
        var parts = new List<ExpressionNode>();
        Add(first);
        while (TakeWord(word))
            Add(part());
        return new JunctionNode(parts[0].Location, all, parts);

        // a and (b and c) is a and b and c.
        void Add(ExpressionNode node)
        {
            if (node is JunctionNode inner && inner.All == all)
                parts.AddRange(inner.Parts);
            else
                parts.Add(Condition(node));
        }
    }

    private ExpressionNode Not()
    {
        var place = placeOf(Next.Offset);
        return TakeWord("not") ? new NotNode(place, Condition(Not())) : Comparison();
    }

    private ExpressionNode Comparison()
    {
        var left = Operand();
        var sign = Next;
        if (sign.Kind == TokenKind.Comparison)
        {
            at++;
            var right = Operand();
            if (Next.Kind == TokenKind.Comparison)
                throw Error(Next.Offset, $"comparisons cannot be chained; write 'a {sign.Text} b and b {Next.Text} c'");
            return new ComparisonNode(placeOf(sign.Offset), sign.Text, left, right);
        }
        var negated = IsWord("not") && tokens[at + 1] is { Kind: TokenKind.Word, Text: "in" };
        if (negated)
            at++;
        return TakeWord("in") ? new InNode(placeOf(sign.Offset), left, negated, List()) : left;
    }

    private ExpressionNode Operand()
    {
        var token = Next;
        var place = placeOf(token.Offset);
        at++;
        switch (token.Kind)
        {
            case TokenKind.Literal:
                return new LiteralNode(place, token.Value);
            case TokenKind.Word when token.Text is "true" or "false":
                return new LiteralNode(place, token.Text == "true");
            case TokenKind.Word when token.Text is "null":
                return new LiteralNode(place, null);
            case TokenKind.Word when token.Text is "True" or "False" or "None":
                throw Error(token.Offset, $"'{token.Text}' is Python's; write {(token.Text == "None" ? "null" : token.Text.ToLowerInvariant())}");
            case TokenKind.Word when token.Text is not ("and" or "or" or "not" or "in"):
                return new NameNode(place, token.Text);
            case TokenKind.Mark when token.Text == "(":
                var inner = Or();
                Take(")");
                return inner;
            case TokenKind.Mark when token.Text == "[":
                throw Error(token.Offset, "a list can only stand behind 'in'; compare with one value, or use in");
            default:
                at--;
                throw Unexpected("a value or a name");
        }
    }

    private List<ExpressionNode> List()
    {
        Take("[");
        var elements = new List<ExpressionNode>();
        while (!IsMark("]"))
        {
            if (elements.Count > 0)
                Take(",");
            elements.Add(Operand());
        }
        Take("]");
        return elements;
    }

    /// <summary>Refuses what can never be true or false.</summary>
    private static ExpressionNode Condition(ExpressionNode node) =>
        node is LiteralNode { Literal: not bool }
            ? throw new PipelineException(node.Location, ErrorCode.BadExpression, $"{node.Write(0)} is no condition; compare it with something")
            : node;

    private bool IsWord(string word) => Next.Kind == TokenKind.Word && Next.Text == word;

    private bool IsMark(string mark) => Next.Kind == TokenKind.Mark && Next.Text == mark;

    private bool TakeWord(string word)
    {
        if (!IsWord(word))
            return false;
        at++;
        return true;
    }

    private void Take(string mark)
    {
        if (!IsMark(mark))
            throw Unexpected($"'{mark}'");
        at++;
    }

    private PipelineException Unexpected(string wanted) => Error(
        Next.Offset, Next.Kind == TokenKind.End ? $"the expression ends too early; {wanted} is missing" : $"unexpected '{Next.Text}'; here belongs {wanted}");

    private PipelineException Error(int offset, string message) => new(placeOf(offset), ErrorCode.BadExpression, message);
}

internal enum TokenKind
{
    /// <summary>A name, or one of the grammar's words.</summary>
    Word,

    /// <summary>A number or quoted text.</summary>
    Literal,
    Comparison,

    /// <summary>A bracket, parenthesis or comma.</summary>
    Mark,
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Offset">Letters before it.</param>
/// <param name="Value">A literal's value.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Offset, object? Value = null);

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class ExpressionLexer(string text, Func<int, SourceLocation?> placeOf)
{
    private int at;

    public List<Token> Tokens()
    {
        var tokens = new List<Token>();
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
                at++;
            if (at == text.Length)
            {
                tokens.Add(new Token(TokenKind.End, "", at));
                return tokens;
            }
            tokens.Add(Read());
        }
    }

    private Token Read()
    {
        var (start, letter) = (at, text[at]);
        if (letter is '"' or '\'')
            return Quoted(letter);
        if (char.IsLetter(letter) || letter == '_')
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
                at++;
            return new Token(TokenKind.Word, text[start..at], start);
        }
        if (char.IsAsciiDigit(letter) || (letter is '-' or '+' or '.' && at + 1 < text.Length && (char.IsAsciiDigit(text[at + 1]) || text[at + 1] == '.')))
            return Number();
        foreach (var sign in new[] { "==", "!=", "<=", ">=", "<", ">" })
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new Token(TokenKind.Comparison, sign, start);
            }
        if ("()[],".Contains(letter))
        {
            at++;
            return new Token(TokenKind.Mark, letter.ToString(), start);
        }
        throw Error(start, letter switch
        {
            '=' => "unexpected '='; equality is written ==",
            '&' => "unexpected '&'; write and",
            '|' => "unexpected '|'; write or",
            '!' or '~' => $"unexpected '{letter}'; write not",
            _ => $"unexpected '{letter}'; an expression has names, numbers, quoted text, == != < <= > >=, and or not in, lists and parentheses",
        });
    }

    private Token Quoted(char quote)
    {
        var start = at++;
        var value = new StringBuilder();
        while (at < text.Length && text[at] != quote)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
                value.Append(text[at] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    '\\' or '"' or '\'' => text[at],
                    _ => throw Error(at - 1, $"unknown escape '\\{text[at]}'; write \\\\ for a backslash"),
                });
            }
            else
            {
                value.Append(text[at]);
            }
            at++;
        }
        if (at == text.Length)
            throw Error(start, $"the text that begins here has no end; close it with {quote}");
        at++;
        return new Token(TokenKind.Literal, text[start..at], start, value.ToString());
    }

    private Token Number()
    {
        var start = at++;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '.' or '_' || (text[at] is '-' or '+' && text[at - 1] is 'e' or 'E')))
            at++;
        var number = text[start..at];
        object value = long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? Shortened(real)
            : throw Error(start, $"'{number}' is not a number; text needs quotes");
        return new Token(TokenKind.Literal, number, start, value);
    }

    /// <summary>1.0 and 1e3 compare as 1 and 1000 do, so they are spelled like them.</summary>
    private static object Shortened(double real) =>
        real == Math.Truncate(real) && Math.Abs(real) < 1L << 53 ? (long)real : real;

    private PipelineException Error(int offset, string message) => new(placeOf(offset), ErrorCode.BadExpression, message);
}
