// A table that is read a part at a time.
using Tlpipe.Formats;

namespace Tlpipe.Tables;

/// <summary>A column of a table that was not read yet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
public sealed record ColumnSchema(string Name, ColumnType Type);

/// <summary>A table that may be larger than memory.</summary>
public interface ITableSource
{
    /// <summary>The columns in order.</summary>
    IReadOnlyList<ColumnSchema> Schema { get; }

    /// <summary>The rows' labels; null where they are 0 .. n-1.</summary>
    RowLabels? RowLabels { get; }

    /// <summary>The rows, some tens of thousands at a time; each part has the labels of its rows. No part is empty; a table without rows has no parts.</summary>
    /// <exception cref="InputException">The file is damaged or holds what a table does not.</exception>
    IEnumerable<Table> Batches();
}

/// <summary>Tables from their parts.</summary>
public static class TableSources
{
    /// <summary>The whole table in memory.</summary>
    public static Table ReadAll(this ITableSource source)
    {
        var parts = source.Batches().ToList();
        if (parts.Count == 1)
            return parts[0];
        var columns = source.Schema.Select(column => Column.Concat(column, parts)).ToList();
        return new Table(columns, source.RowLabels ?? RowLabels.Range(parts.Sum(part => part.RowCount)));
    }
}
