// Makes an expression's tree from its text, by recursive descent.
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

/// <summary>
/// <code>
/// or         := and ("or" and)*
/// and        := not ("and" not)*
/// not        := "not" not | comparison
/// comparison := operand [("==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=") operand | ["not"] "in" list | "is" ["not"] "missing"]
/// operand    := literal | name | "(" or ")"
/// list       := "[" [operand ("," operand)*] "]"
/// </code>
/// </summary>
internal sealed class ExpressionParser
{
    /// <summary>Deeper texts would overflow the stack, which holds a frame for each level.</summary>
    private const int DeepestLevel = 200;

    private readonly IReadOnlyList<Token> tokens;
    private readonly Func<int, SourceLocation?> placeOf;
    private readonly string whatNamesAre;
    private int at;
    private int level;

    /// <param name="text">The text.</param>
    /// <param name="placeOf">The place of each of its letters.</param>
    /// <param name="isCondition">Whether its names are properties, written <c>$(name)</c> or plainly, and not columns.</param>
    public ExpressionParser(string text, Func<int, SourceLocation?> placeOf, bool isCondition)
    {
        this.placeOf = placeOf;
        whatNamesAre = isCondition ? "property" : "column";
        tokens = new ExpressionLexer(text, placeOf, isCondition).Tokens();
    }

    private Token Next => tokens[at];

    /// <exception cref="PipelineException">The text is not an expression.</exception>
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
        if (!TakeWord("not"))
            return Comparison();
        Deeper();
        var part = Condition(Not());
        level--;
        return new NotNode(place, part);
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
            return sign.Text is "==" or "!=" && (left is LiteralNode { Literal: null } || right is LiteralNode { Literal: null })
                ? new MissingNode(placeOf(sign.Offset), right is LiteralNode { Literal: null } ? left : right, sign.Text == "!=")
                : new ComparisonNode(placeOf(sign.Offset), sign.Text, left, right);
        }
        if (TakeWord("is"))
        {
            var isNot = TakeWord("not");
            return TakeWord("missing") ? new MissingNode(placeOf(sign.Offset), left, isNot) : throw Unexpected("'missing' or 'not missing'");
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
            case TokenKind.Property:
                return new NameNode(place, token.Text, whatNamesAre);
            case TokenKind.Word when token.Text is "true" or "false":
                return new LiteralNode(place, token.Text == "true");
            case TokenKind.Word when token.Text is "null":
                return new LiteralNode(place, null);
            case TokenKind.Word when token.Text is "True" or "False" or "None":
                throw Error(token.Offset, $"'{token.Text}' is Python's; write {(token.Text == "None" ? "null" : token.Text.ToLowerInvariant())}");
            case TokenKind.Word when token.Text is not ("and" or "or" or "not" or "in"):
                return new NameNode(place, token.Text, whatNamesAre);
            case TokenKind.Mark when token.Text == "(":
                Deeper();
                var inner = Or();
                Take(")");
                level--;
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

    private void Deeper()
    {
        if (++level > DeepestLevel)
            throw Error(Next.Offset, $"more than {DeepestLevel} levels are nested here; write the expression flatter");
    }

    /// <summary>Refuses expressions that can never be true or false.</summary>
    private static ExpressionNode Condition(ExpressionNode node) =>
        node is LiteralNode { Literal: not bool }
            ? throw new PipelineException(node.Location, ErrorCode.BadExpression, $"{node.Write(0)} is not a condition; compare it with something")
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
        Next.Offset,
        Next.Kind == TokenKind.End ? $"the expression ends too early; {wanted} is missing" : $"unexpected '{Next.Text}'; here belongs {wanted}");

    private PipelineException Error(int offset, string message) => new(placeOf(offset), ErrorCode.BadExpression, message);
}
