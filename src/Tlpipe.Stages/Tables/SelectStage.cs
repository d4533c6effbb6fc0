// select: chooses rows and columns of a table, as pandas does.
using System.ComponentModel.DataAnnotations;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Tables;
using Tlpipe.Text.Sampling;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>select</c>, applied in the order in which they stand here.</summary>
public sealed record SelectOptions
{
    /// <summary>The table to choose from.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>Keeps the rows for which this holds, such as <c>split == "train"</c>. Default: all rows.</summary>
    public Expression? Where { get; init; }

    /// <summary>Drops the rows whose row label is in this table: pandas' <c>drop(other.index)</c>. Default: none.</summary>
    [Takes(OutputKinds.Table)]
    public Input? Except { get; init; }

    /// <summary>Draws this many rows: pandas' <c>sample(n)</c>. Default: no sampling.</summary>
    [Range(1, int.MaxValue)]
    public int? Sample { get; init; }

    /// <summary>Draws this share of the rows: pandas' <c>sample(frac=…)</c>. Default: no sampling.</summary>
    [Range(0.0, double.MaxValue, MinimumIsExclusive = true)]
    public double? Frac { get; init; }

    /// <summary>Whether a row can be drawn more than once. Default: false.</summary>
    public bool Replace { get; init; }

    /// <summary>The column with a weight for each row: pandas' <c>sample(weights=…)</c>. Default: all rows alike.</summary>
    public string? Weights { get; init; }

    /// <summary>The seed of the draw. Default: 0.</summary>
    [Range(0, uint.MaxValue)]
    public long RandomState { get; init; }

    /// <summary>NumPy's generator: legacy, as pandas makes of a number, or default_rng. Default: legacy.</summary>
    public RandomGenerator Generator { get; init; }

    /// <summary>The columns to keep. Default: all.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
}

/// <summary>Keeps rows by condition, by exclusion and by sampling, then columns.</summary>
[Stage("select", version: 2)]
[Output("table", "the chosen rows, in the order drawn where rows are sampled", Kind = OutputKinds.Table)]
public sealed class SelectStage : IStage<SelectOptions>
{
    public IEnumerable<OptionMistake> Check(SelectOptions options)
    {
        if (options is { Sample: not null, Frac: not null })
            yield return new OptionMistake("frac", "sample and frac are both given; keep one of them");
        if (options is { Sample: null, Frac: null })
        {
            if (options.Weights is not null)
                yield return new OptionMistake("weights", "weights do nothing without sample or frac; add one of them, or leave it out");
            if (options.Replace)
                yield return new OptionMistake("replace", "replace does nothing without sample or frac; add one of them, or leave it out");
        }
    }

    public Forecast Foresee(SelectOptions options, Func<Input, Facts> facts)
    {
        // The number of rows that meet a condition is not known in advance.
        var before = options.Where is null && options.Except is null ? facts(options.Table)["rows"] : null;
        return Forecast.Of("table", TableFiles.Rows(options.Sample ?? (options.Frac is { } frac ? before * frac : before)));
    }

    public void Run(SelectOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        if (options.Where is { } where)
            table = table.Take(Matches(table, where));
        if (options.Except is { } except)
            table = table.Except(run.ReadTable(except));
        if (table.RowCount == 0)
            throw new InputException($"no row of '{options.Table.Name}' is left{(options.Where is null ? "" : $" where {options.Where}")}; check the condition and the data");
        var weights = options.Weights is { } column ? Weights(table, column) : null;
        if (options.Sample is { } count)
            table = table.Take(RowSampling.Sample(table.RowCount, count, (uint)options.RandomState, options.Replace, weights, options.Generator));
        if (options.Frac is { } share)
            table = table.Take(RowSampling.Sample(table.RowCount, share, (uint)options.RandomState, options.Replace, weights, options.Generator));
        if (options.Columns is { } columns)
            table = table.Select(columns);
        TableFiles.Publish(table, run, "table");
    }

    private static double[] Weights(Table table, string name)
    {
        var column = table.Column(name);
        return [.. Enumerable.Range(0, table.RowCount).Select(row => column[row] switch
        {
            long integer => integer,
            double number => number,
            null => double.NaN,
            var other => throw new InputException($"column '{name}' holds {other} where a weight belongs; choose a column of numbers"),
        })];
    }

    private static int[] Matches(Table table, Expression where)
    {
        foreach (var name in where.Names)
            table.Column(name);
        return [.. Enumerable.Range(0, table.RowCount).Where(row => where.Evaluate(column => table.Value(column, row)))];
    }
}
