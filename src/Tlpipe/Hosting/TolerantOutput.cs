// Standard output of a run, whose results do not depend on who reads it.
using System.Text;
using Tlpipe.Engine.Options;
using Tlpipe.Formats;

namespace Tlpipe.Hosting;

/// <summary>A writer that says once, on standard error, that its disk is full or broken, and from then on drops what it is given.</summary>
internal sealed class TolerantOutput(TextWriter output) : TextWriter
{
    private bool isBroken;

    public override Encoding Encoding => output.Encoding;

    /// <summary>Lets standard output of this process fail without ending it.</summary>
    public static void Install() => Console.SetOut(new TolerantOutput(Console.Out));

    public override void Write(char value) => Try(() => output.Write(value));

    public override void Write(string? value) => Try(() => output.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => output.Write(buffer, index, count));

    public override void WriteLine() => Try(output.WriteLine);

    public override void WriteLine(string? value) => Try(() => output.WriteLine(value));

    public override void Flush() => Try(output.Flush);

    private void Try(Action write)
    {
        if (isBroken)
            return;
        try
        {
            write();
        }
        catch (IOException e)
        {
            isBroken = true;
            Warn($"standard output cannot be written: {e.Message.TrimEnd('.')}; the run goes on without it");
        }
    }

    /// <summary>Writes a warning to standard error, which may be on the same disk.</summary>
    public static void Warn(string text)
    {
        try
        {
            Console.Error.WriteLine(OneLine.Visible(Secret.Redact($"warning: {text}")));
        }
        catch (IOException)
        {
            // Nobody can be told.
        }
    }
}
