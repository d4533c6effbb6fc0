// The exception for a mistake in the user's input, which every project below the engine raises.
namespace Tlpipe.Formats;

/// <summary>
/// A file, a value or a combination of options that cannot be used. The message is one line for the user: the mistake,
/// then "; ", then the remedy. It never holds a stack trace or the text of a library's exception alone. What it quotes from
/// files is made fit for a line.
/// </summary>
public sealed class InputException : Exception
{
    public InputException(string message)
        : base(OneLine.Of(message))
    {
    }

    public InputException(string message, Exception cause)
        : base(OneLine.Of(message), cause)
    {
    }
}
