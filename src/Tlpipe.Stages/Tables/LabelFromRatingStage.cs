// label-from-rating: stars become classes.
using System.Globalization;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Tables;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>label-from-rating</c>.</summary>
public sealed record LabelFromRatingOptions
{
    /// <summary>The table with the ratings.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>The column with the ratings, such as stars from 1 to 5.</summary>
    public required string RatingColumn { get; init; }

    /// <summary>The class of each rating; rows of other ratings are dropped. Default: {1: 0, 2: 0, 4: 1, 5: 1}.</summary>
    public IReadOnlyDictionary<string, int> Classes { get; init; } = new Dictionary<string, int>(StringComparer.Ordinal) { ["1"] = 0, ["2"] = 0, ["4"] = 1, ["5"] = 1 };

    /// <summary>The column that the class is put into. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>Whether rows whose rating has no class stay, without a label. Default: false.</summary>
    public bool KeepUnlabelled { get; init; }
}

/// <summary>Makes classes of ratings, and drops the rows whose rating says neither.</summary>
[Stage("label-from-rating", version: 1)]
[Output("table", "the rows with classes instead of ratings, renumbered", Kind = OutputKinds.Table)]
public sealed class LabelFromRatingStage : IStage<LabelFromRatingOptions>
{
    public IEnumerable<OptionMistake> Check(LabelFromRatingOptions options)
    {
        if (options.Classes.Count == 0)
            yield return new OptionMistake("classes", "no rating has a class; give one such as { 1: 0, 5: 1 }");
        if (options.Classes.FirstOrDefault(pair => pair.Value < 0) is { Key: not null } negative)
            yield return new OptionMistake($"classes.{negative.Key}", $"{negative.Value} is not a class; classes count from 0");
    }

    public void Run(LabelFromRatingOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        var ratings = table.Column(options.RatingColumn);
        long?[] classes = [.. Enumerable.Range(0, table.RowCount).Select(row => options.Classes.TryGetValue(Word(ratings[row]), out var found) ? (long?)found : null)];
        int[] kept = [.. Enumerable.Range(0, table.RowCount).Where(row => options.KeepUnlabelled || classes[row] is not null)];
        if (kept.All(row => classes[row] is null))
            throw new InputException($"no row of '{options.Table.Name}' has a rating that classes names; column '{options.RatingColumn}' begins with {string.Join(", ", Enumerable.Range(0, Math.Min(3, table.RowCount)).Select(row => $"'{Word(ratings[row])}'"))}");
        var rest = table.Select([.. table.Columns.Select(column => column.Name).Where(name => name != options.RatingColumn && name != options.LabelColumn)]).Take(kept);
        TableFiles.Publish(new Table([.. rest.Columns, Column.Integer(options.LabelColumn, [.. kept.Select(row => classes[row])])]), run, "table");
        var counts = classes.Where(c => c is not null).GroupBy(c => c!.Value).OrderBy(group => group.Key).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count():N0} of class {group.Key}"));
        run.Report(new Note(string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", counts)}; {classes.Count(c => c is null):N0} rows have a rating without a class{(options.KeepUnlabelled ? "" : " and were dropped")}")));
    }

    /// <summary>A rating as the config writes it: 5, whether the file had 5, 5.0 or "5".</summary>
    private static string Word(object? rating) => rating switch
    {
        null => "",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        var text => text.ToString()!.Trim(),
    };
}
