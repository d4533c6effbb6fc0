// The last line of a terminal, redrawn in place while a stage runs.
using Tlpipe.Formats;

namespace Tlpipe.Terminal;

/// <summary>Prints lines that stay, and one below them that changes. The changing line is drawn on a terminal only.</summary>
internal sealed class StatusLine(TextWriter output, bool interactive, Func<int> width, bool isColoured = false)
{
    private const string EraseLine = "\r\u001b[K";
    private const int Indentation = 4;
    private const int LeastWidth = 20;
    private const double MostIndented = 0.65;

    /// <summary>Room for what a terminal writes when Ctrl-C is typed: <c>^C</c> and the cursor.</summary>
    private const int RoomForKeys = 3;

    private string status = "";

    /// <summary>Whether the changing line is drawn.</summary>
    public bool Interactive => interactive;

    /// <summary>The columns of the terminal; 80 if they are unknown.</summary>
    public int Width => width() is > 0 and var columns ? columns : 80;

    /// <summary>Prints a line that stays. On a terminal it is folded between words, and one word may be coloured.</summary>
    /// <param name="line">The line.</param>
    /// <param name="word">The word, which is in the first <see cref="LeastWidth"/> columns or in the first line; null for none.</param>
    /// <param name="colour">The number of its colour (ECMA-48, SGR).</param>
    public void Print(string line, string? word = null, int colour = 0)
    {
        line = OneLine.Visible(line);
        if (!interactive)
        {
            output.WriteLine(line);
            return;
        }
        output.Write(EraseLine);
        foreach (var part in Folded(line, Width, Indentation))
        {
            output.WriteLine(isColoured && word is not null ? Coloured(part, word, colour) : part);
            word = null;
        }
        Draw();
    }

    /// <summary>Changes the line below.</summary>
    public void Show(string text)
    {
        status = OneLine.Visible(text);
        if (interactive)
            Draw();
    }

    /// <summary>Removes the line below.</summary>
    public void Clear()
    {
        status = "";
        if (interactive)
            output.Write(EraseLine);
    }

    /// <summary>
    /// A line in parts that fit into that many columns, cut between words. Later parts begin below the line's last column, which two or more spaces
    /// mark. Without such a column, or without room, they are indented.
    /// </summary>
    public static IEnumerable<string> Folded(string line, int columns, int indentation)
    {
        var room = Math.Max(LeastWidth, columns);
        if (line.Length > room)
            indentation = LastColumn(line, (int)(room * MostIndented)) ?? indentation;
        while (line.Length > room)
        {
            // A table's line or a long path is cut at the terminal's edge, as the terminal would do.
            var space = line.LastIndexOf(' ', room);
            if (line[..Math.Max(0, space)].Trim().Length == 0)
                space = room;
            yield return line[..space].TrimEnd();
            line = new string(' ', indentation) + line[space..].TrimStart();
        }
        yield return line;
    }

    /// <summary>The start of the last column within that many letters; null if there is none.</summary>
    private static int? LastColumn(string line, int within)
    {
        var gap = line.LastIndexOf("  ", within, StringComparison.Ordinal);
        return gap > 0 && line[..gap].Trim().Length > 0 && gap + 2 <= within ? gap + 2 : null;
    }

    private static string Coloured(string line, string word, int colour)
    {
        var at = line.IndexOf($" {word}", StringComparison.Ordinal) + 1;
        return at == 0 ? line : $"{line[..at]}\u001b[{colour}m{word}\u001b[0m{line[(at + word.Length)..]}";
    }

    private void Draw()
    {
        // A line that wraps could not be erased.
        output.Write(EraseLine + Fitting(status, Math.Max(0, Width - RoomForKeys)));
    }

    /// <summary>As many comma-separated parts as fit. A number cut in half would read as another number.</summary>
    private static string Fitting(string text, int room)
    {
        if (text.Length <= room)
            return text;
        var comma = text.LastIndexOf(", ", room, StringComparison.Ordinal);
        return comma > room / 2 ? text[..comma] : text[..room];
    }
}
