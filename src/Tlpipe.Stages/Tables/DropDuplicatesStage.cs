// drop-duplicates: of equal rows the first stays.
using System.Globalization;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>drop-duplicates</c>.</summary>
public sealed record DropDuplicatesOptions
{
    /// <summary>The table.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>The columns in which duplicates are equal: pandas' <c>drop_duplicates(subset=…)</c>. Default: [text].</summary>
    public IReadOnlyList<string> Subset { get; init; } = ["text"];
}

/// <summary>Keeps the first of rows that are equal in some columns, as pandas' <c>drop_duplicates</c> does.</summary>
[Stage("drop-duplicates", version: 1)]
[Output("table", "the rows that are left, with their row labels", Kind = OutputKinds.Table)]
public sealed class DropDuplicatesStage : IStage<DropDuplicatesOptions>
{
    public IEnumerable<OptionMistake> Check(DropDuplicatesOptions options)
    {
        if (options.Subset.Count == 0)
            yield return new OptionMistake("subset", "the list is empty; name at least one column");
    }

    public void Run(DropDuplicatesOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        var columns = options.Subset.Select(table.Column).ToList();
        var seen = new HashSet<Row>();
        int[] kept = [.. Enumerable.Range(0, table.RowCount).Where(row => seen.Add(new Row([.. columns.Select(column => column[row])])))];
        TableFiles.Publish(table.Take(kept), run, "table");
        run.Report(new Note(string.Create(CultureInfo.InvariantCulture, $"{table.RowCount - kept.Length:N0} of {table.RowCount:N0} rows dropped: an earlier row has the same {string.Join(", ", options.Subset)}")));
    }

    /// <summary>Values that are compared one by one; two missing ones are equal, as they are to pandas.</summary>
    private readonly record struct Row(object?[] Values)
    {
        public bool Equals(Row other) => Values.AsSpan().SequenceEqual(other.Values);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var value in Values)
                hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
