// tokenize: texts of a table become rows of token ids.
using System.Globalization;
using Tlpipe.Engine.Stages;
using Tlpipe.Nlp;
using Tlpipe.Nlp.Bert;
using Tlpipe.Nlp.Tables;
using Tlpipe.Nlp.Text;

namespace Tlpipe.Stages;

/// <summary>Options of <c>tokenize</c>.</summary>
public sealed record TokenizeOptions
{
    /// <summary>The table with the texts.</summary>
    public required Input Table { get; init; }

    /// <summary>The model folder, or the tokenizer, whose vocabulary and settings are used.</summary>
    public required Input Tokenizer { get; init; }

    /// <summary>Whether longer rows are cut at max_length. Default: false.</summary>
    public bool Truncation { get; init; }

    /// <summary>The longest row in tokens, [CLS] and [SEP] included. Default, and never more than: what tokenizer and model allow.</summary>
    [Range(3)]
    public int? MaxLength { get; init; }

    /// <summary>The column with the texts. Default: text.</summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column with the classes, 0 to n-1; rows have none where the table has no such column. Default: label.</summary>
    public string LabelColumn { get; init; } = "label";

    /// <summary>Columns with numbers to learn, for a regression or for several labels a row (0 or 1 each), in place of label_column.</summary>
    public IReadOnlyList<string>? LabelColumns { get; init; }
}

/// <summary>Tokenizes as Hugging Face's fast BERT tokenizer does, [CLS] and [SEP] on every row.</summary>
[Stage("tokenize", version: 2)]
[Output("tokens", "rows of token ids with word ids, and labels where there are any")]
public sealed class TokenizeStage : IStage<TokenizeOptions>
{
    private const int LongestShownWord = 12;

    public IEnumerable<OptionMistake> Check(TokenizeOptions options)
    {
        if (options is { MaxLength: not null, Truncation: false })
            yield return new OptionMistake("max_length", "max_length has no effect without truncation: true; add that, or leave max_length out");
        if (options.LabelColumns is { Count: 0 })
            yield return new OptionMistake("label_columns", "the list is empty; name a column, or leave it out");
    }

    public Forecast Foresee(TokenizeOptions options, Func<Input, Facts> facts) =>
        Forecast.Of("tokens", TableFiles.Rows(facts(options.Table)["rows"]));

    public void Run(TokenizeOptions options, StageRun run)
    {
        var table = run.ReadTable(options.Table);
        var folder = run.Read(options.Tokenizer).Folder;
        var tokenizer = BertTokenizer.Load(folder);
        var labels = options.LabelColumns is null && table.HasColumn(options.LabelColumn) ? table.Labels(options.LabelColumn, classes: null) : null;
        var (rows, report) = RowTokenizer.Tokenize(
            table.Texts(options.TextColumn),
            labels,
            tokenizer,
            options.Truncation ? Limit(options, folder, tokenizer) : null,
            run.Threads,
            done => run.Report(new Progress("tokenize", done, table.RowCount, "rows")),
            run.Stopping);
        if (options.LabelColumns is { } columns)
            rows = rows with { Values = Values(table, columns) };
        run.Describe("tokens", TableFiles.Rows(rows.Count).With("tokens", rows.InputIds.Length), rows.Save(run.Create("tokens")));
        Tell(report, rows, run);
    }

    /// <summary>The values of columns, row by row.</summary>
    private static float[] Values(Table table, IReadOnlyList<string> columns)
    {
        var values = new float[table.RowCount * columns.Count];
        for (var c = 0; c < columns.Count; c++)
        {
            var column = table.Column(columns[c]);
            for (var row = 0; row < table.RowCount; row++)
                values[row * columns.Count + c] = column[row] switch
                {
                    long integer => integer,
                    double number => (float)number,
                    bool truth => truth ? 1 : 0,
                    var other => throw new InputException($"column '{column.Name}' has {(other is null ? "no value" : $"the text '{other}'")} in row {row} where a number to learn belongs; choose another column, or leave such rows out"),
                };
        }
        return values;
    }

    private static int? Limit(TokenizeOptions options, string folder, BertTokenizer tokenizer)
    {
        int?[] limits = [options.MaxLength, tokenizer.ModelMaxLength, File.Exists(Path.Combine(folder, BertConfig.FileName)) ? BertConfig.Load(folder).MaxPositionEmbeddings : null];
        return limits.Min();
    }

    private static void Tell(TokenizeReport report, TokenRows rows, StageRun run)
    {
        run.Report(new Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.InputIds.Length:N0} tokens, {(double)rows.InputIds.Length / Math.Max(1, rows.Count):0.0} a row, {report.Truncated:N0} rows cut")));
        if (report.UnknownWords > 0)
            run.Report(new Note(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.UnknownWords:N0} unknown words, most often {string.Join(" ", report.CommonestUnknown.Take(3).Select(u => Clipped(u.Word)))}")));
    }

    private static string Clipped(string word) => word.Length <= LongestShownWord ? word : word[..LongestShownWord] + "…";
}
