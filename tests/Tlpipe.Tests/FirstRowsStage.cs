// first-rows: the beginning of a table.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>first-rows</c>.</summary>
public sealed record FirstRowsOptions
{
    /// <summary>The table.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>How many rows. Default: 10.</summary>
    [Range(1, int.MaxValue)]
    public int Count { get; init; } = 10;
}

/// <summary>Keeps the first rows of a table.</summary>
[Stage("first-rows", version: 1)]
[Output("table", "the first rows", Kind = OutputKinds.Table)]
public sealed class FirstRowsStage : IStage<FirstRowsOptions>
{
    public Forecast Foresee(FirstRowsOptions options, Func<Input, Facts> facts) =>
        Forecast.Of("table", TableFiles.Rows(facts(options.Table)["rows"] is { } rows ? Math.Min(rows, options.Count) : null));

    public void Run(FirstRowsOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        TableFiles.Publish(table.Take([.. Enumerable.Range(0, Math.Min(options.Count, table.RowCount))]), run, "table");
    }
}
