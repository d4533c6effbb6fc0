// The last line of a terminal, drawn again in place while a stage runs.
namespace Tlpipe.Reporters;

/// <summary>Prints lines that stay, and one below them that changes. Where the output is no terminal, the changing line is not drawn.</summary>
internal sealed class StatusLine(TextWriter output, bool interactive, Func<int> width)
{
    private const string EraseLine = "\r\u001b[K";
    private string status = "";

    /// <summary>Whether the changing line is drawn.</summary>
    public bool Interactive => interactive;

    /// <summary>Prints a line that stays.</summary>
    public void Print(string line)
    {
        if (!interactive)
        {
            output.WriteLine(line);
            return;
        }
        output.Write(EraseLine);
        output.WriteLine(line);
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

    private void Draw()
    {
        // One that wrapped could not be erased. Terminals of unknown width say 0.
        var room = width() is > 0 and var columns ? columns - 1 : 79;
        output.Write(EraseLine + (status.Length > room ? status[..room] : status));
    }
}
