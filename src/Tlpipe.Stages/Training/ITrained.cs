// What a training learns from, so that overlaps with evaluated rows can be found.
using Tlpipe.Engine.Options;
using Tlpipe.Stages.Results;

namespace Tlpipe.Stages.Training;

/// <summary>Options of a stage that learns from rows.</summary>
internal interface ITrained
{
    /// <summary>The rows that it learns from: a table, tokens or windows.</summary>
    Input TrainedOn { get; }

    /// <summary>The rows that choose the best of its models; null where none do.</summary>
    Input? ChosenOn { get; }

    /// <summary>The trained model that it starts from; null for fresh weights.</summary>
    Input? BeginsWith { get; }

    /// <summary>What it uses the rows for.</summary>
    RowsUse Use { get; }

    /// <summary>Where <see cref="TrainedOn"/> is a table, the column with its texts.</summary>
    string? TableColumn => null;

    /// <summary>The search that found its options; null where they are as written.</summary>
    Input? Tuned { get; }

    /// <summary>What its rows may share with rows that are evaluated on.</summary>
    AllowOverlap? AllowOverlap { get; }

    /// <summary>The column of both tables by which rows are known; null for their row labels.</summary>
    string? IdColumn { get; }

    /// <summary>The share of evaluated rows whose text recurs in other training rows, above which there is a warning.</summary>
    double WarnOverlapAbove { get; }
}
