// The terminal that answers are printed on.
namespace Tlpipe.Terminal;

/// <summary>Prints answers for people. Output to a file or a program is printed unchanged.</summary>
internal static class TerminalOutput
{
    private const int Standard = 80;
    private const int Indentation = 4;

    /// <summary>Its columns; null if the output goes elsewhere.</summary>
    public static int? Columns => Console.IsOutputRedirected ? null : Console.WindowWidth is > 0 and var columns ? columns : Standard;

    /// <summary>Prints a line, folded between words if the terminal is narrower.</summary>
    public static void Print(string line)
    {
        foreach (var part in StatusLine.Folded(line, Columns ?? int.MaxValue, Indentation))
            Console.WriteLine(part);
    }
}
