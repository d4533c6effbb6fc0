// Stand-ins for an experiment's stages: a model is a line of text.
using System.Globalization;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Tests.Execution;

namespace Tlpipe.Engine.Tests.Contract;

public sealed record FitOptions
{
    public required Input Data { get; init; }

    public Input? Start { get; init; }

    public double LearningRate { get; init; } = 0.5;

    public int Epochs { get; init; } = 3;

    [ExecutionOnly]
    public int Workers { get; init; } = 1;
}

/// <summary>
/// "Learns" the first word of its data at a rate rounded to tenths, so that other data or another rate may give the same model. Its log has
/// all of the data and the exact rate.
/// </summary>
[Stage("fit", version: 1)]
[Output("model", "what was learnt")]
[Output("log", "how")]
public sealed class FitStage : IStage<FitOptions>
{
    public void Run(FitOptions options, StageRun run)
    {
        var text = TextFiles.Read(run, options.Data);
        var start = options.Start is null ? "nothing" : TextFiles.Read(run, options.Start);
        if (text.StartsWith("unlearnable", StringComparison.Ordinal))
            throw new PipelineException(null, ErrorCode.BadInput, "this text cannot be learnt");
        TextFiles.Write(run, "model", string.Create(CultureInfo.InvariantCulture, $"{text.Split(' ')[0]} at {options.LearningRate:0.0} in {options.Epochs} on {start}"));
        TextFiles.Write(run, "log", string.Create(CultureInfo.InvariantCulture, $"{text} at {options.LearningRate:R}"));
    }
}

public sealed record ScoreOptions
{
    public required Input Model { get; init; }

    public required Input Data { get; init; }
}

/// <summary>Gives the total length of the two texts.</summary>
[Stage("score", version: 1)]
[Output("metrics", "the figure")]
public sealed class ScoreStage : IStage<ScoreOptions>
{
    public void Run(ScoreOptions options, StageRun run) =>
        TextFiles.Write(run, "metrics", $"{TextFiles.Read(run, options.Model)} scores {TextFiles.Read(run, options.Data).Length}");
}
