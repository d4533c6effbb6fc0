// split: scikit-learn's train_test_split.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp;
using Tlpipe.Nlp.Tables;

namespace Tlpipe.Stages;

/// <summary>Options of <c>split</c>.</summary>
public sealed record SplitOptions
{
    /// <summary>The table to split.</summary>
    public required Input Table { get; init; }

    /// <summary>The test part: a share below 1, or a number of rows from 1 on. Default: what train_size leaves, or 0.25.</summary>
    [Range(0, ExcludeMin = true)]
    public double? TestSize { get; init; }

    /// <summary>The training part, likewise. Default: what test_size leaves.</summary>
    [Range(0, ExcludeMin = true)]
    public double? TrainSize { get; init; }

    /// <summary>The column whose values are to have equal shares in both parts. Default: none.</summary>
    public string? Stratify { get; init; }

    /// <summary>The seed: NumPy's legacy <c>RandomState</c>. Default: 0.</summary>
    [Range(0, uint.MaxValue)]
    public long RandomState { get; init; }
}

/// <summary>Splits a table at random into two, row for row as scikit-learn does.</summary>
[Stage("split", version: 1)]
[Output("train", "the training rows")]
[Output("test", "the test rows")]
public sealed class SplitStage : IStage<SplitOptions>
{
    public IEnumerable<OptionMistake> Check(SplitOptions options)
    {
        foreach (var (name, size) in new[] { ("test_size", options.TestSize), ("train_size", options.TrainSize) })
            if (size is > 1 && size != Math.Floor(size.Value))
                yield return new OptionMistake(name, $"{name} is {size}; give a share below 1 or a whole number of rows");
    }

    public Forecast Foresee(SplitOptions options, Func<Input, Facts> facts)
    {
        if (facts(options.Table)["rows"] is not { } rows)
            return Forecast.Unknown;
        try
        {
            var split = TrainTestSplit.Plain((int)rows, Size(options.TestSize), Size(options.TrainSize), seed: null);
            return new Forecast(new Dictionary<string, Facts> { ["train"] = TableFiles.Rows(split.Train.Length), ["test"] = TableFiles.Rows(split.Test.Length) });
        }
        catch (InputException)
        {
            // Sizes that do not fit are reported by the run, which knows the rows for certain and the stage's place in the config.
            return Forecast.Unknown;
        }
    }

    public void Run(SplitOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        var seed = (uint)options.RandomState;
        var split = options.Stratify is null
            ? TrainTestSplit.Plain(table.RowCount, Size(options.TestSize), Size(options.TrainSize), seed)
            : TrainTestSplit.Stratified(table.ClassCodes(options.Stratify), Size(options.TestSize), Size(options.TrainSize), seed);
        TableFiles.Publish(table.Take(split.Train), run, "train");
        TableFiles.Publish(table.Take(split.Test), run, "test");
    }

    private static SplitSize? Size(double? size) => size switch
    {
        null => null,
        < 1 => SplitSize.Share(size.Value),
        _ => SplitSize.Rows((int)size.Value),
    };
}
