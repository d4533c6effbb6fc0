// Finds the place in the YAML text of each letter of a scalar's value.
using Tlpipe.Engine.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Tlpipe.Engine.Options;

/// <summary>
/// Finds the place in the text of each letter of a scalar's value, by walking both at once: quotes, escapes, line breaks
/// and indentation are in the text only.
/// </summary>
internal static class ScalarPlaces
{
    public static TextPlaces Find(string text, Scalar scalar, SourceLocation place)
    {
        var (at, end) = ((int)scalar.Start.Index, Math.Min((int)scalar.End.Index, text.Length));
        var (line, column) = (place.Line, place.Column);
        if (scalar.Style == ScalarStyle.Plain && !scalar.Value.Contains('\n') && end - at == scalar.Value.Length)
            return TextPlaces.From(place);

        var places = new TextPlaces.Builder();
        if (scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted)
            Advance(1);
        else if (scalar.Style is ScalarStyle.Literal or ScalarStyle.Folded)
            SkipLine();
        var sideBySide = false;
        for (var i = 0; i < scalar.Value.Length && at < end; i++)
        {
            var folded = !sideBySide && i > 0 && char.IsWhiteSpace(text[at]) && text[at] != scalar.Value[i];
            if (folded || column == 1 || text[at] is '\n' or '\r')
                SkipBreak();
            if (at >= end)
                break;
            if (!sideBySide || column == 1)
                places.Add(i, place with { Line = line, Column = column });
            sideBySide = text[at] == scalar.Value[i];
            var length = sideBySide ? 1 : LengthOfEscape(text, at);
            if (scalar.Style == ScalarStyle.SingleQuoted && text[at] == '\'')
                (length, sideBySide) = (2, false);
            // A folded line break is a space in the value that was already walked over in the text.
            if (length > 0)
                Advance(length);
            if (at < end && text[at] is '\n' or '\r')
                sideBySide = false;
        }
        return places.Build();

        void Advance(int letters)
        {
            at += letters;
            column += letters;
        }

        void SkipLine()
        {
            while (at < end && text[at] != '\n')
                at++;
            NextLine();
        }

        void NextLine()
        {
            at++;
            line++;
            column = 1;
        }

        void SkipBreak()
        {
            while (at < end && char.IsWhiteSpace(text[at]))
                if (text[at] == '\n')
                    NextLine();
                else
                    Advance(1);
        }
    }

    /// <summary>The length of the escape at that position; 0 if there is none.</summary>
    private static int LengthOfEscape(string text, int at) =>
        text[at] != '\\' || at + 1 >= text.Length ? 0 : text[at + 1] switch { 'x' => 4, 'u' => 6, 'U' => 10, _ => 2 };
}
