// The last line of a terminal, drawn again in place while a stage runs.
namespace Tlpipe.Reporters;

/// <summary>Prints lines that stay, and one below them that changes. Where the output is no terminal, the changing line is not drawn.</summary>
internal sealed class StatusLine(TextWriter output, bool interactive, Func<int> width, bool isColoured = false)
{
    private const string EraseLine = "\r\u001b[K";
    private const int Indentation = 4;
    private const int LeastWidth = 20;
    private const double MostIndented = 0.65;

    /// <summary>What a terminal writes of its own where Ctrl-C is typed: <c>^C</c>, and the cursor after it.</summary>
    private const int RoomForKeys = 3;

    private string status = "";

    /// <summary>Whether the changing line is drawn.</summary>
    public bool Interactive => interactive;

    /// <summary>The columns of the terminal; 80 where it does not say.</summary>
    public int Width => width() is > 0 and var columns ? columns : 80;

    /// <summary>Prints a line that stays. On a terminal it is folded between words, and a word of it may have a colour.</summary>
    /// <param name="line">The line.</param>
    /// <param name="word">The word, which is in the first <see cref="LeastWidth"/> columns or in the first line; null for none.</param>
    /// <param name="colour">The number of its colour (ECMA-48, SGR).</param>
    public void Print(string line, string? word = null, int colour = 0)
    {
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
        status = text;
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
    /// A line in parts that fit into so many columns, cut between words. Those after the first begin below the line's last column, as far as
    /// two spaces or more show one and it leaves room, else are indented.
    /// </summary>
    public static IEnumerable<string> Folded(string line, int columns, int indentation)
    {
        var room = Math.Max(LeastWidth, columns);
        if (line.Length > room)
            indentation = LastColumn(line, (int)(room * MostIndented)) ?? indentation;
        while (line.Length > room)
        {
            // A line of a table or a long path is cut where the terminal ends, as it would cut it.
            var space = line.LastIndexOf(' ', room);
            if (line[..Math.Max(0, space)].Trim().Length == 0)
                space = room;
            yield return line[..space].TrimEnd();
            line = new string(' ', indentation) + line[space..].TrimStart();
        }
        yield return line;
    }

    /// <summary>Where the last column within so many letters begins; null where there are none.</summary>
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
        // One that wrapped could not be erased.
        output.Write(EraseLine + Fitting(status, Math.Max(0, Width - RoomForKeys)));
    }

    /// <summary>As many of the facts between commas as there is room for: half a number would be another one.</summary>
    private static string Fitting(string text, int room)
    {
        if (text.Length <= room)
            return text;
        var comma = text.LastIndexOf(", ", room, StringComparison.Ordinal);
        return comma > room / 2 ? text[..comma] : text[..room];
    }
}
