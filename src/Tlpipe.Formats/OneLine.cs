// Text of unknown origin made fit for one line of a message.
using System.Globalization;

namespace Tlpipe.Formats;

/// <summary>Names and values out of files, shown to people: no control characters, no line breaks, no end in sight.</summary>
internal static class OneLine
{
    private const int LongestName = 100;
    private const int LongestMessage = 2000;

    /// <summary>A name from a file in quotes, with any control characters escaped so that it fits one line of a terminal.</summary>
    public static string Quote(string name)
    {
        var visible = Visible(name.Length > LongestName ? name[..LongestName] : name);
        return name.Length > LongestName ? $"'{visible}...'" : $"'{visible}'";
    }

    /// <summary>A message whose quoted parts may hold anything.</summary>
    public static string Of(string message)
    {
        if (message.Length <= LongestMessage && message.All(IsVisible))
            return message;
        return Visible(message.Length > LongestMessage ? $"{message[..(LongestMessage / 2)]} ... {message[^(LongestMessage / 2)..]}" : message);
    }

    /// <summary>The text with a <c>?</c> for each sign that is not visible: control characters, line breaks, marks that change the direction of writing.</summary>
    public static string Visible(string text)
    {
        var visible = new System.Text.StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            // Two halves of a pair are one visible letter; a single half is not visible.
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                visible.Append(text[i]).Append(text[++i]);
            else
                visible.Append(IsVisible(text[i]) ? text[i] : '?');
        }
        return visible.ToString();
    }

    private static bool IsVisible(char c) => char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.Surrogate or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
