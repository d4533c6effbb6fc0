// split: scikit-learn's train_test_split, and a fold of its k-fold splits.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Tables;
using Tlpipe.Text.Sampling;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>split</c>.</summary>
public sealed record SplitOptions
{
    /// <summary>The table to split.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>The test part: a share below 1, or a number of rows from 1 on. Default: what train_size leaves, or 0.25.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? TestSize { get; init; }

    /// <summary>The training part, likewise. Default: what test_size leaves.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? TrainSize { get; init; }

    /// <summary>Splits into this many folds of equal size, one of which is the test part (KFold, StratifiedKFold). Default: no folds.</summary>
    [Range(2, int.MaxValue)]
    public int? NSplits { get; init; }

    /// <summary>With n_splits: the fold that is the test part, from 0.</summary>
    [Range(0, int.MaxValue)]
    public int? Fold { get; init; }

    /// <summary>Whether rows are shuffled before they are split. Default: true.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>The column whose values are to have equal shares in both parts. Default: none.</summary>
    public string? Stratify { get; init; }

    /// <summary>The seed. Default: 0.</summary>
    [Range(0, uint.MaxValue)]
    public long RandomState { get; init; }

    /// <summary>NumPy's generator: legacy, as scikit-learn uses, or default_rng, as the datasets library's train_test_split does. Default: legacy.</summary>
    public RandomGenerator Generator { get; init; }
}

/// <summary>Splits a table at random into two, row for row as scikit-learn does.</summary>
[Stage("split", version: 2)]
[Output("train", "the training rows", Kind = OutputKinds.Table)]
[Output("test", "the test rows", Kind = OutputKinds.Table)]
public sealed class SplitStage : IStage<SplitOptions>
{
    public IEnumerable<OptionMistake> Check(SplitOptions options)
    {
        foreach (var (name, size) in new[] { ("test_size", options.TestSize), ("train_size", options.TrainSize) })
            if (size is > 1 && size != Math.Floor(size.Value))
                yield return new OptionMistake(name, $"{name} is {size}; give a share below 1 or a whole number of rows");
        if (options.NSplits is not null && (options.TestSize ?? options.TrainSize) is not null)
            yield return new OptionMistake("n_splits", "folds have their size from n_splits; leave out test_size and train_size");
        if (options is { NSplits: not null, Fold: null } or { NSplits: null, Fold: not null })
            yield return new OptionMistake(options.Fold is null ? "n_splits" : "fold", "n_splits and fold belong together: fold says which of the folds is the test part, from 0; give both");
        if (options.Fold >= options.NSplits)
            yield return new OptionMistake("fold", $"of {options.NSplits} folds the last is {options.NSplits - 1}; give a smaller one");
        if (options.Generator == RandomGenerator.DefaultRng && (options.Stratify is not null || options.NSplits is not null))
            yield return new OptionMistake("generator", "folds and stratified splits are scikit-learn's, which draws from the legacy generator; leave generator out");
        if (options is { Shuffle: false, Stratify: not null, NSplits: null })
            yield return new OptionMistake("shuffle", "a stratified split shuffles; leave out shuffle: false, or stratify");
    }

    public Forecast Foresee(SplitOptions options, Func<Input, Facts> facts)
    {
        if (facts(options.Table)["rows"] is not { } rows)
            return Forecast.Unknown;
        if (options.NSplits is { } folds)
        {
            var test = Math.Floor(rows / folds) + (options.Fold < rows % folds ? 1 : 0);
            return options.Stratify is not null
                ? Forecast.Unknown
                : new Forecast(new Dictionary<string, Facts> { ["train"] = TableFiles.Rows(rows - test), ["test"] = TableFiles.Rows(test) });
        }
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
        uint? seed = options.Shuffle ? (uint)options.RandomState : null;
        var split = options.NSplits is { } folds ? OfFold(table, options, folds, seed)
            : options.Stratify is null ? TrainTestSplit.Plain(table.RowCount, Size(options.TestSize), Size(options.TrainSize), seed, options.Generator)
            : TrainTestSplit.Stratified(table.ClassCodes(options.Stratify), Size(options.TestSize), Size(options.TrainSize), (uint)options.RandomState);
        TableFiles.Publish(table.Take(split.Train), run, "train");
        TableFiles.Publish(table.Take(split.Test), run, "test");
    }

    private static TrainTestSplit OfFold(Table table, SplitOptions options, int folds, uint? seed)
    {
        var all = options.Stratify is { } column ? Folds.Stratified(table.ClassCodes(column), folds, seed) : Folds.Plain(table.RowCount, folds, seed);
        var test = all[options.Fold!.Value];
        return new TrainTestSplit([.. Enumerable.Range(0, table.RowCount).Except(test)], test);
    }

    private static SplitSize? Size(double? size) => size switch
    {
        null => null,
        < 1 => SplitSize.Share(size.Value),
        _ => SplitSize.Rows((int)size.Value),
    };
}
