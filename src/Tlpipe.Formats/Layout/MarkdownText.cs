// Text of any origin as Markdown that shows it letter by letter.
using System.Text;
using System.Text.RegularExpressions;

namespace Tlpipe.Formats.Layout;

/// <summary>Text that is no markup, whatever signs it has.</summary>
internal static partial class MarkdownText
{
    /// <summary>
    /// One line of Markdown, or a cell of a table, that shows this text. Only signs that would mean something where they stand get a backslash, so names such
    /// as <c>f1_macro</c>, <c>p &lt; 0.01</c> and <c>[-0.5, 1]</c> stay as they are. (CommonMark 0.31.2, 2.4, 6.2, 6.3, 6.6; GitHub's tables.)
    /// </summary>
    public static string Of(string text)
    {
        var line = OneLine.Visible(text);
        var escaped = new StringBuilder(line.Length);
        for (var i = 0; i < line.Length; i++)
        {
            if (HasMeaning(line, i))
                escaped.Append('\\');
            escaped.Append(line[i]);
        }
        return escaped.ToString();
    }

    private static bool HasMeaning(string line, int at)
    {
        var (before, after) = (at > 0 ? line[at - 1] : ' ', at + 1 < line.Length ? line[at + 1] : ' ');
        return line[at] switch
        {
            '|' or '*' or '`' => true,
            '\\' => char.IsAscii(after) && (char.IsPunctuation(after) || char.IsSymbol(after)),
            '<' => char.IsAsciiLetter(after) || after is '/' or '!' or '?',
            '&' => Entity().IsMatch(line.AsSpan(at)),
            '[' => !Numbers().IsMatch(line.AsSpan(at)),
            '~' => before == '~' || after == '~',
            '_' => !(char.IsLetterOrDigit(before) && char.IsLetterOrDigit(after)),
            // They begin a heading, a quotation or a list.
            '#' or '>' or '+' or '-' => at == 0 && (after is ' ' or '#') && line.Length > 1,
            _ => false,
        };
    }

    [GeneratedRegex("^&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]*);")]
    private static partial Regex Entity();

    // Such as an interval; with (, [ or : behind it, it would be a link.
    [GeneratedRegex(@"^\[[-+0-9., ]*\](?![(\[:])")]
    private static partial Regex Numbers();
}
