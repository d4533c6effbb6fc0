// The folder in which recorded runs are looked for.
using System.CommandLine;
using Tlpipe.Engine.Runs;

namespace Tlpipe.Commands;

/// <summary>The folder that has .tlpipe/runs.</summary>
internal sealed class RootArgument
{
    private readonly Option<string?> root = new("--root")
    {
        Description = "The config's root, which has .tlpipe/runs; else the nearest folder that has it, from the current one upwards",
        HelpName = "DIR",
    };

    public void AddTo(Command command) => command.Add(root);

    /// <summary>The folder with the runs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="start">The folder to start from; null for the current folder.</param>
    public string Of(ParseResult parsed, string? start = null) =>
        parsed.GetValue(root) is { } named ? Path.GetFullPath(named) : RunSelection.Root(start ?? Environment.CurrentDirectory);
}
