// The last line of a terminal, drawn again in place while a stage runs.
namespace Tlpipe.Reporters;

/// <summary>Prints lines that stay, and one below them that changes. Where the output is no terminal, the changing line is not drawn.</summary>
internal sealed class StatusLine(TextWriter output, bool interactive, Func<int> width, bool isColoured = false)
{
    private const string EraseLine = "\r\u001b[K";
    private const int Indentation = 4;
    private const int LeastWidth = 20;
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

    /// <summary>A line in parts that fit into so many columns, cut between words; those after the first are indented.</summary>
    public static IEnumerable<string> Folded(string line, int columns, int indentation)
    {
        var room = Math.Max(LeastWidth, columns);
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

    private static string Coloured(string line, string word, int colour)
    {
        var at = line.IndexOf($" {word}", StringComparison.Ordinal) + 1;
        return at == 0 ? line : $"{line[..at]}\u001b[{colour}m{word}\u001b[0m{line[(at + word.Length)..]}";
    }

    private void Draw()
    {
        // One that wrapped could not be erased.
        var room = Width - 1;
        output.Write(EraseLine + (status.Length > room ? status[..room] : status));
    }
}
