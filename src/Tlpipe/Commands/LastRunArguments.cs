// Commands that look back at a run read the config as that run did.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Runs;
using Tlpipe.Stages;
using Tlpipe.Stages.Experiments;
using Tlpipe.Terminal;

namespace Tlpipe.Commands;

/// <summary>
/// A config, with the <c>-p</c> arguments of its last run if none are given: after <c>run -p lr=1e-3</c>, a command without <c>-p</c> is
/// about that run.
/// </summary>
internal sealed class LastRunArguments
{
    private readonly Option<bool> asWritten = new("--as-written") { Description = "Takes the config as it is written, without the -p arguments of its last run" };

    public PipelineArguments Pipeline { get; } = new();

    public void AddTo(Command command)
    {
        Pipeline.AddTo(command);
        command.Add(asWritten);
    }

    /// <summary>Reads the config. If the last run's arguments are used, a line on standard error says so.</summary>
    /// <exception cref="PipelineException">With every mistake in it.</exception>
    public Pipeline Load(ParseResult parsed)
    {
        var pipeline = Pipeline.Load(parsed);
        if (parsed.GetValue(asWritten) || Pipeline.Properties(parsed).Count > 0
            || RunSelection.LastOf(pipeline)?.Request is not { Properties: { Count: > 0 } properties } last)
            return pipeline;
        TerminalOutput.Complain($"as in run {last.Number}, with {string.Join(' ', properties.Select(p => $"-p {p}"))}; --as-written leaves that out");
        // Paths given with -p were relative to the folder of that run.
        var config = last.Folder == Environment.CurrentDirectory ? pipeline.ConfigPath : last.Config;
        return Experiment.Of(Tlpipe.Engine.Config.Pipeline.Load(config, PipelineArguments.Overrides(properties), StageKinds.Catalog, last.Folder), StageKinds.Catalog);
    }
}
