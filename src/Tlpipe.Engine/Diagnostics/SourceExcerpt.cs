// The line that a mistake is in, with a caret below the place.
using System.Text;

namespace Tlpipe.Engine.Diagnostics;

/// <summary>Shows the place of a mistake at a terminal.</summary>
public static class SourceExcerpt
{
    /// <summary>Letters of a line that are shown; of a longer one, those around the place.</summary>
    private const int Widest = 110;

    /// <summary>The characters kept before the place if the beginning of the line is cut off.</summary>
    private const int Before = 60;

    /// <summary>
    /// Two lines: the offending one, as <c>  12 |   learning_rte: 1e-5</c>, and a caret below the place. Null if the file has no such line.
    /// </summary>
    /// <param name="location">The place.</param>
    /// <param name="currentFolder">The folder that the file's path is relative to.</param>
    public static string? Of(SourceLocation location, string currentFolder)
    {
        try
        {
            var line = location.Line < 1 ? null : File.ReadLines(Path.GetFullPath(location.File, currentFolder)).Skip(location.Line - 1).FirstOrDefault();
            return line is null ? null : Of(location, line.TrimEnd('\r'), location.Line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file may be gone by now, or may itself be the mistake.
            return null;
        }
    }

    private static string Of(SourceLocation location, string line, int number)
    {
        var at = Math.Clamp(location.Column - 1, 0, line.Length);
        var from = line.Length > Widest && at > Before ? at - Before : 0;
        var shown = new StringBuilder();
        var caret = new StringBuilder();
        for (var i = from; i < line.Length && i < from + Widest; i++)
        {
            // Tabs and control characters take one column.
            shown.Append(char.IsControl(line[i]) ? ' ' : line[i]);
            if (i < at && !char.IsLowSurrogate(line[i]) && !IsCombining(line[i]))
                caret.Append(' ');
        }
        var gutter = $"{number,5} | ";
        var more = from > 0 ? "…" : "";
        return $"{gutter}{more}{shown}{(line.Length > from + Widest ? "…" : "")}{Environment.NewLine}"
            + $"{new string(' ', gutter.Length - 2)}| {(more.Length > 0 ? " " : "")}{caret}^";
    }

    private static bool IsCombining(char letter) => char.GetUnicodeCategory(letter) is
        System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.EnclosingMark;
}
