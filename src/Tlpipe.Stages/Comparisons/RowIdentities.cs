// Which row each row of a result is.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Stages.Results;
using Tlpipe.Stages.Tables;
using Tlpipe.Text.Statistics;

namespace Tlpipe.Stages.Comparisons;

/// <summary>
/// Knows rows by an id column, or by their row labels in the table that they come from. Tables of equal content are one table, wherever they come from.
/// </summary>
internal sealed class RowIdentities(CompareOptions options, StageRun run)
{
    private readonly Dictionary<string, IReadOnlyList<RowId>?> byTable = new(StringComparer.Ordinal);

    /// <summary>A result's run with what its rows are.</summary>
    /// <param name="of">The run.</param>
    /// <param name="result">The result's place in the comparison.</param>
    public ComparisonRun Of(ComparisonRun of, int result)
    {
        if (of.Rows is not { } rows || options.Evaluated is not { } tables || options.Sources is not { } sources || sources[result] < 0)
            return of;
        var digest = run.InputDigests[$"evaluated[{result}]"];
        if (!byTable.TryGetValue(digest, out var ids))
            byTable[digest] = ids = options.IdColumn is { } column ? FromColumn(tables[result], column) : FromLabels(tables[result], sources[result], digest);
        return ids?.Count == rows.Count ? of with { Rows = rows with { Ids = ids } } : of;
    }

    private RowId[] FromColumn(Input table, string name)
    {
        var column = run.ReadTable(table).Column(name);
        var seen = new HashSet<object>();
        return [.. Enumerable.Range(0, column.Count).Select(row => column[row] is not { } id
            ? throw new InputException($"row {row} of '{table.Stage}' has no {name}; rows are known by it, so give a column that each row has")
            : seen.Add(id) ? new RowId("", id)
            : throw new InputException($"two rows of '{table.Stage}' have the {name} {id}; rows are known by it, so give a column in which no value comes twice"))];
    }

    private RowId[]? FromLabels(Input table, int source, string digest)
    {
        var labels = run.ReadTable(table).RowLabels;
        object[] all = [.. Enumerable.Range(0, labels.Count).Select(row => labels[row])];
        // Where a label comes twice only the place tells rows apart, and only in this very table.
        return all.Distinct().Count() == all.Length
            ? [.. all.Select(label => new RowId($"source {source}", label))]
            : [.. Enumerable.Range(0, all.Length).Select(row => new RowId(digest, row))];
    }
}
