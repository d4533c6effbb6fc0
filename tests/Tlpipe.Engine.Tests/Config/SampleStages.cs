// The stage kinds that the configs of these tests use.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Engine.Tests.Config;

public sealed record TableOptions
{
    public required InputPath Path { get; init; }
}

[Stage("table", 1), Output("rows", "the table")]
public sealed class TableStage : IStage<TableOptions>
{
    public void Run(TableOptions options, StageRun run) => run.Create("rows");
}

public sealed record PickOptions
{
    public required Input Table { get; init; }

    public Expression? Where { get; init; }

    public Input? Except { get; init; }

    public IReadOnlyList<string>? Columns { get; init; }

    public int? Sample { get; init; }

    public int RandomState { get; init; } = 42;
}

[Stage("pick", 3), Output("rows", "the rows that were picked")]
public sealed class PickStage : IStage<PickOptions>
{
    public void Run(PickOptions options, StageRun run) => throw new InvalidOperationException("picked nothing");
}

public sealed record CutOptions
{
    public required Input Table { get; init; }

    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public double TestSize { get; init; } = 0.25;
}

[Stage("cut", 1), Output("train", "rows to learn from"), Output("test", "the other rows")]
public sealed class CutStage : IStage<CutOptions>
{
    public void Run(CutOptions options, StageRun run)
    {
    }
}

public enum Schedule
{
    Linear,
    Constant,
    CosineWithRestarts,
}

public record Arguments
{
    public double LearningRate { get; init; } = 5e-5;

    public double AdamBeta1 { get; init; } = 0.9;

    public int NumTrainEpochs { get; init; } = 3;

    public Schedule LrSchedulerType { get; init; }

    public bool LoadBestModelAtEnd { get; init; } = true;

    public double MaxGradNorm { get; init; } = 1;

    public long? MaxSteps { get; init; }
}

[Shorthand(nameof(ConfigOf))]
public sealed record ModelSource
{
    public required Input ConfigOf { get; init; }

    public string Weights { get; init; } = "pretrained";

    [ExecutionOnly]
    public bool CheckFiles { get; init; }
}

public sealed record LearnOptions : Arguments
{
    public required ModelSource Model { get; init; }

    public required Input Train { get; init; }

    [Files("*.json", "vocab.txt")]
    public InputPath? Vocabulary { get; init; }

    [ExecutionOnly, Range(1, int.MaxValue)]
    public int Workers { get; init; } = 1;

    [ExecutionOnly]
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(30);

    public IReadOnlyList<double> Weights { get; init; } = [];
}

[Stage("learn", 2, UsesTensors = true), Output("model", "the model"), Output("log", "its training")]
public sealed class LearnStage : IStage<LearnOptions>
{
    public IEnumerable<OptionMistake> Check(LearnOptions options)
    {
        if (options.LearningRate < 0)
            yield return new OptionMistake("learning_rate", "it is negative; give a number from 0 on");
        if (options.Model.Weights is not ("pretrained" or "random"))
            yield return new OptionMistake("model.weights", $"'{options.Model.Weights}' are no weights; use pretrained or random");
    }

    public Forecast Foresee(LearnOptions options, Func<Input, Facts> facts) =>
        Forecast.Of("model", Facts.None.With("rows", facts(options.Train)["rows"]), new Work(Updates: options.NumTrainEpochs));

    public void Run(LearnOptions options, StageRun run)
    {
    }
}

public sealed record CompareOptions
{
    public required IReadOnlyList<Input> Results { get; init; }

    public Input? Baseline { get; init; }

    [NamesOf(nameof(Results))]
    public IReadOnlyList<string> Labels { get; init; } = [];
}

[Stage("comparison", 1), Output("table", "one row for each result")]
public sealed class CompareStage : IStage<CompareOptions>
{
    public void Run(CompareOptions options, StageRun run)
    {
    }
}

public sealed record DownloadOptions
{
    public required string Name { get; init; }

    public Secret? Token { get; init; }
}

[Stage("download", 1), Output("files", "what was there")]
public sealed class DownloadStage : IStage<DownloadOptions>
{
    public void Run(DownloadOptions options, StageRun run)
    {
    }
}

internal static class Sample
{
    public static StageCatalog Catalog { get; } = StageCatalog.Of(
        typeof(TableStage), typeof(PickStage), typeof(CutStage), typeof(LearnStage), typeof(CompareStage), typeof(DownloadStage));
}
