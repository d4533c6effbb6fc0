// How tables pass from stage to stage: one Parquet file in a folder.
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp.Tables;

namespace Tlpipe.Stages;

/// <summary>Reads and writes the tables of stages.</summary>
internal static class TableFiles
{
    private const string FileName = "table.parquet";

    /// <summary>The table behind a reference.</summary>
    public static Table ReadTable(this StageRun run, Input input) => ParquetTables.Read(Path.Combine(run.Read(input).Folder, FileName), columns: null);

    /// <summary>Writes a table as an output; its digest is over schema and values, whatever the file's layout.</summary>
    public static void Publish(Table table, StageRun run, string output)
    {
        ParquetTables.Write(table, Path.Combine(run.Create(output), FileName));
        run.Describe(output, Rows(table.RowCount), table.Digest());
    }

    /// <summary>The facts of a table of so many rows.</summary>
    public static Facts Rows(double? count) => Facts.None.With("rows", count);
}
