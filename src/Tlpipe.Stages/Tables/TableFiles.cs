// How tables pass from stage to stage: one Parquet file in a folder.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Tables;

namespace Tlpipe.Stages.Tables;

/// <summary>Reads and writes the tables of stages.</summary>
internal static class TableFiles
{
    public const string FileName = "table.parquet";

    /// <summary>The table of a reference.</summary>
    public static Table ReadTable(this StageRun run, Input input) => ParquetTables.Read(Path.Combine(run.Read(input).Folder, FileName), columns: null);

    /// <summary>Writes a table as an output; its digest is over schema and values, whatever the file's layout.</summary>
    public static void Publish(Table table, StageRun run, string output)
    {
        ParquetTables.Write(table, Path.Combine(run.Create(output), FileName));
        run.Describe(output, Rows(table.RowCount), table.Digest());
    }

    /// <summary>Writes a table as an output part by part, however large it is.</summary>
    public static void Publish(ITableSource source, StageRun run, string output)
    {
        using var writer = new ParquetTableWriter(Path.Combine(run.Create(output), FileName), source.Schema, source.RowLabels);
        using var digest = new TableDigest(source.Schema);
        var rows = 0L;
        foreach (var part in source.Batches())
        {
            run.Stopping.ThrowIfCancellationRequested();
            writer.Add(part);
            digest.Add(part);
            rows += part.RowCount;
            run.Report(new Progress("read", rows, rows, "rows"));
        }
        writer.Finish();
        run.Describe(output, Rows(rows), digest.Finish());
    }

    /// <summary>The table of a reference, for reading part by part.</summary>
    public static ITableSource OpenTable(this StageRun run, Input input, IReadOnlyList<string>? columns = null) =>
        ParquetTables.Open(Path.Combine(run.Read(input).Folder, FileName), columns);

    /// <summary>The facts of a table of so many rows.</summary>
    public static Facts Rows(double? count) => Facts.None.With("rows", count);
}
