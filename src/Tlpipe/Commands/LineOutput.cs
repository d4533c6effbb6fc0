// The output of a command's lines: standard output, or a file that is written completely or not at all.
using System.CommandLine;
using System.Text;

namespace Tlpipe.Commands;

/// <summary><c>--output</c>.</summary>
internal sealed class LineOutput
{
    private const string StandardOutput = "-";

    private readonly Option<string> output = new("--output", "-o") { Description = "The file of JSON lines to write; - is standard output", HelpName = "FILE", DefaultValueFactory = _ => StandardOutput };

    public void AddTo(Command command) => command.Add(output);

    /// <summary>Whether a user reads the output, so that a table is better than JSON.</summary>
    public bool IsSeen(ParseResult parsed) => parsed.GetRequiredValue(output) == StandardOutput && !Console.IsOutputRedirected;

    /// <summary>Writes. A file gets its name once it is complete; until then, and after a failure, its name ends in <c>.partial</c>.</summary>
    public void Write(ParseResult parsed, Action<TextWriter> write)
    {
        var path = parsed.GetRequiredValue(output);
        if (path == StandardOutput)
        {
            using var console = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = false };
            write(console);
            return;
        }
        var partial = path + ".partial";
        using (var file = new StreamWriter(partial, append: false, new UTF8Encoding(false)))
            write(file);
        File.Move(partial, path, overwrite: true);
    }
}
