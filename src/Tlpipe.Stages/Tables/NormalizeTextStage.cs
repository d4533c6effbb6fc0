// normalize-text: columns of texts become one, in one form.
using System.Globalization;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Tables;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Tables;

/// <summary>Options of <c>normalize-text</c>.</summary>
public sealed record NormalizeTextOptions
{
    /// <summary>The table with the texts.</summary>
    [Takes(OutputKinds.Table)]
    public required Input Table { get; init; }

    /// <summary>The columns with the texts; several are joined in this order. Default: [text].</summary>
    public IReadOnlyList<string> TextColumns { get; init; } = ["text"];

    /// <summary>What stands between the texts of several columns, with a space on each side; also where the first or the last is empty. Default: _##_.</summary>
    public string Separator { get; init; } = "_##_";

    /// <summary>The column that the text is put into. Default: text.</summary>
    public string OutputColumn { get; init; } = "text";

    /// <summary>Whether letters become lower-case ones. Default: true.</summary>
    public bool Lowercase { get; init; } = true;

    /// <summary>Whether letters lose their accents, as in é and ç. Default: true.</summary>
    public bool StripAccents { get; init; } = true;

    /// <summary>Whether white space becomes single spaces, and none at the ends. Default: true.</summary>
    public bool CollapseSpaces { get; init; } = true;

    /// <summary>Whether rows without any text are dropped. Default: true.</summary>
    public bool DropEmpty { get; init; } = true;

    /// <summary>The columns to keep beside the text. Default: all but the joined ones.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
}

/// <summary>Joins columns of texts into one, lower-cases it, strips accents and spaces, and drops rows that have no text.</summary>
[Stage("normalize-text", version: 1)]
[Output("table", "the rows with their text, renumbered", Kind = OutputKinds.Table)]
public sealed class NormalizeTextStage : IStage<NormalizeTextOptions>
{
    public IEnumerable<OptionMistake> Check(NormalizeTextOptions options)
    {
        if (options.TextColumns.Count == 0)
            yield return new OptionMistake("text_columns", "the list is empty; name at least one column");
        if (options.Columns?.Contains(options.OutputColumn) == true)
            yield return new OptionMistake("columns", $"'{options.OutputColumn}' is what the text is put into; leave it out here");
    }

    public void Run(NormalizeTextOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        var texts = Texts(table, options);
        int[] kept = [.. Enumerable.Range(0, texts.Length).Where(row => texts[row] is not null)];
        var others = options.Columns ?? [.. table.Columns.Select(column => column.Name).Except(options.TextColumns).Where(name => name != options.OutputColumn)];
        var rest = table.Select(others).Take(kept);
        TableFiles.Publish(new Table([Column.Text(options.OutputColumn, [.. kept.Select(row => texts[row])]), .. rest.Columns]), run, "table");
        run.Report(new Note(string.Create(CultureInfo.InvariantCulture, $"{texts.Length - kept.Length:N0} of {texts.Length:N0} rows dropped: they have no text")));
    }

    /// <summary>The text of each row; null where it is to be dropped.</summary>
    private static string?[] Texts(Table table, NormalizeTextOptions options)
    {
        var normalizer = new TextNormalizer(options.Lowercase, options.StripAccents, options.CollapseSpaces);
        var columns = options.TextColumns.Select(table.Texts).ToList();
        var texts = new string?[table.RowCount];
        for (var row = 0; row < texts.Length; row++)
        {
            var parts = columns.Select(column => normalizer.Normalize(column[row] ?? "")).ToList();
            var isEmpty = parts.All(string.IsNullOrWhiteSpace);
            var text = isEmpty ? "" : string.Join($" {options.Separator} ", parts);
            texts[row] = isEmpty && options.DropEmpty ? null : options.CollapseSpaces ? text.Trim(' ') : text;
        }
        return texts;
    }
}
