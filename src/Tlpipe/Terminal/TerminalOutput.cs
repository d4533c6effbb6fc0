// The terminal that answers are printed on.
using Tlpipe.Engine.Options;
using Tlpipe.Formats;

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
        foreach (var part in StatusLine.Folded(Clean(line), Columns ?? int.MaxValue, Indentation))
            Console.WriteLine(part);
    }

    /// <summary>Prints a line that is never folded.</summary>
    public static void PrintWhole(string line) => Console.WriteLine(Clean(line));

    /// <summary>Prints a line to standard error.</summary>
    public static void Complain(string line) => Console.Error.WriteLine(Clean(line));

    /// <summary>A line in which names and texts of others are only text, and no secret stands.</summary>
    public static string Clean(string line) => OneLine.Visible(Secret.Redact(line));
}
