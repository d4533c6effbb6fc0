// read-table: a Parquet file becomes a table.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Tables;

namespace Tlpipe.Stages;

/// <summary>Options of <c>read-table</c>.</summary>
public sealed record ReadTableOptions
{
    /// <summary>The Parquet file.</summary>
    public required InputPath Path { get; init; }

    /// <summary>The columns to read. Default: all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>What to tell a person when the file is not there. Default: where to put it.</summary>
    [ExecutionOnly]
    [RemedyFor(nameof(Path))]
    public string? IfMissing { get; init; }
}

/// <summary>Reads a table with pandas' row labels where the file has them.</summary>
[Stage("read-table", version: 1)]
[Output("table", "the rows, as Parquet")]
public sealed class ReadTableStage : IStage<ReadTableOptions>
{
    public void Run(ReadTableOptions options, StageRun run)
    {
        var table = ParquetTables.Read(options.Path.FullPath, options.Columns);
        TableFiles.Publish(table, run, "table");
    }
}
