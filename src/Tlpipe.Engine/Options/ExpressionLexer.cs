// Cuts the text of an expression into tokens.
using System.Globalization;
using System.Text;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Options;

internal enum TokenKind
{
    /// <summary>A name, or one of the grammar's words.</summary>
    Word,

    /// <summary>A property in a condition, as <c>$(name)</c>; its text is the text in the parentheses.</summary>
    Property,

    /// <summary>A number or quoted text.</summary>
    Literal,
    Comparison,

    /// <summary>A bracket, parenthesis or comma.</summary>
    Mark,
    End,
}

/// <param name="Kind">Its kind.</param>
/// <param name="Text">As it was written.</param>
/// <param name="Offset">Letters before it.</param>
/// <param name="Value">A literal's value.</param>
internal sealed record Token(TokenKind Kind, string Text, int Offset, object? Value = null);

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class ExpressionLexer(string text, Func<int, SourceLocation?> placeOf, bool isCondition)
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
        if (isCondition && string.CompareOrdinal(text, at, "$(", 0, 2) == 0)
            return Property();
        if (char.IsLetter(letter) || letter == '_')
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] == '_'))
                at++;
            // An axis is a name of two parts.
            if (isCondition && at < text.Length && text[at] == '.' && text[start..at] == "matrix")
            {
                at++;
                while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_'))
                    at++;
            }
            return new Token(TokenKind.Word, text[start..at], start);
        }
        var next = at + 1 < text.Length ? text[at + 1] : ' ';
        if (char.IsAsciiDigit(letter) || (letter is '-' or '+' or '.' && (char.IsAsciiDigit(next) || next == '.')))
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

    private Token Property()
    {
        var start = at;
        var close = text.IndexOf(')', start);
        if (close < 0)
            throw Error(start, "this '$(' is not closed; write $(name)");
        at = close + 1;
        return new Token(TokenKind.Property, text[(start + 2)..close], start);
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
                if (isCondition && text[at] == '$' && at + 1 < text.Length && text[at + 1] == '(')
                    throw Error(at, "a property has no value within quotes here; write $(name) without them");
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
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '.' or '_' || IsSignOfExponent()))
            at++;
        var number = text[start..at];
        object value = long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole
            : double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? Shortened(real)
            : throw Error(start, $"'{number}' is not a number; text needs quotes");
        return new Token(TokenKind.Literal, number, start, value);
    }

    private bool IsSignOfExponent() => text[at] is '-' or '+' && text[at - 1] is 'e' or 'E';

    /// <summary>1.0 and 1e3 compare as 1 and 1000 do, so they are spelled like them.</summary>
    private static object Shortened(double real) =>
        real == Math.Truncate(real) && Math.Abs(real) < 1L << 53 ? (long)real : real;

    private PipelineException Error(int offset, string message) => new(placeOf(offset), ErrorCode.BadExpression, message);
}
