// concat: tables under each other.
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Tables;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>concat</c>.</summary>
public sealed record ConcatOptions
{
    /// <summary>The tables, in order.</summary>
    [Takes(OutputKinds.Table)]
    public required IReadOnlyList<Input> Tables { get; init; }

    /// <summary>A new column that says of each row which table it is from. Default: none.</summary>
    public string? NameColumn { get; init; }

    /// <summary>What name_column says, one word a table. Default: the stages' names.</summary>
    [NamesOf(nameof(Tables))]
    public IReadOnlyList<string>? Names { get; init; }
}

/// <summary>Puts tables under each other, as pandas' <c>concat(ignore_index=True)</c> does: columns that one does not have are missing values there.</summary>
[Stage("concat", version: 1)]
[Output("table", "all rows, renumbered", Kind = OutputKinds.Table)]
public sealed class ConcatStage : IStage<ConcatOptions>
{
    public IEnumerable<OptionMistake> Check(ConcatOptions options)
    {
        if (options.Tables.Count == 0)
            yield return new OptionMistake("tables", "there is nothing to put together; name at least one table");
    }

    public void Run(ConcatOptions options, StageRun run)
    {
        var tables = options.Tables.Select(run.ReadTable).ToList();
        var columns = new List<Column>();
        foreach (var name in tables.SelectMany(table => table.Columns).Select(column => column.Name).Distinct())
        {
            if (name == options.NameColumn)
                throw new InputException($"'{options.Tables[tables.FindIndex(t => t.HasColumn(name))].Name}' has a column '{name}' already; give name_column another name");
            var types = tables.Where(table => table.HasColumn(name)).Select(table => table.Column(name).Type).Distinct().ToList();
            if (types.Count > 1)
                throw new InputException($"column '{name}' is {string.Join(" in one table and ", types.Select(type => type.ToString().ToLowerInvariant()))} in another; give it one type with the types of read-table");
            columns.Add(Under(name, types[0], [.. tables.SelectMany(table => table.HasColumn(name) ? Values(table.Column(name)) : new object?[table.RowCount])]));
        }
        if (options.NameColumn is { } source)
            columns.Insert(0, Column.Text(source, [.. tables.SelectMany((table, i) => Enumerable.Repeat(options.Names?[i] ?? options.Tables[i].Name, table.RowCount))]));
        TableFiles.Publish(new Table(columns), run, "table");
    }

    private static object?[] Values(Column column) => [.. Enumerable.Range(0, column.Count).Select(row => column[row])];

    private static Column Under(string name, ColumnType type, object?[] values) => type switch
    {
        ColumnType.Text => Column.Text(name, Array.ConvertAll(values, value => (string?)value)),
        ColumnType.Integer => Column.Integer(name, Array.ConvertAll(values, value => (long?)value)),
        ColumnType.Number => Column.Number(name, Array.ConvertAll(values, value => (double?)value)),
        _ => Column.Boolean(name, Array.ConvertAll(values, value => (bool?)value)),
    };
}
