// A mistake, its place and its remedy: the only form in which a user's mistake is reported.
using System.Globalization;

namespace Tlpipe.Engine.Diagnostics;

/// <summary>A place in a text file; line and column count from 1.</summary>
public sealed record SourceLocation(string File, int Line, int Column)
{
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>One mistake.</summary>
/// <param name="Location">Its place; null if it is not in a file (a command line, a machine).</param>
/// <param name="Code">Its number, such as <c>TL0101</c>; <see cref="ErrorCode"/> lists them.</param>
/// <param name="Message">The mistake, and after "; " the remedy. One line.</param>
public sealed record Diagnostic(SourceLocation? Location, string Code, string Message)
{
    /// <summary>The mistake in one line, with control characters escaped.</summary>
    public string Message { get; init; } = Plain(Message);

    public override string ToString() => Location is null ? $"error {Code}: {Message}" : $"{Plain(Location.ToString())}: error {Code}: {Message}";

    private static string Plain(string message) => !message.Any(IsHidden)
        ? message
        : string.Concat(message.Select(letter => letter switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ when char.IsControl(letter) => $"\\x{(int)letter:X2}",
            _ when IsHidden(letter) => $"\\u{(int)letter:X4}",
            _ => letter.ToString(),
        }));

    // Besides control characters: marks that turn the direction of writing, and other ends of lines.
    private static bool IsHidden(char letter) => char.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}

/// <summary>One or more mistakes of the user. Program prints each on a line of its own and exits with 2.</summary>
public sealed class PipelineException : Exception
{
    public PipelineException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join(Environment.NewLine, diagnostics))
    {
        Diagnostics = diagnostics;
    }

    public PipelineException(SourceLocation? location, string code, string message)
        : this([new Diagnostic(location, code, message)])
    {
    }

    /// <summary>The mistakes, in the order of their places in the config.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
